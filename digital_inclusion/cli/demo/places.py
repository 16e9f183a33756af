"""Where invented people live: invented streets in real ZIP codes, weighted by need.

ZIPs by council district (2011 lines) and their share of the district's address points: derived from
codeforsanjose/OSM-SouthBay (MIT), address points joined to the city's district map (sanjosegis/gis-open-data, 2016).
No street below exists in San José, so that no invented person is attached to somebody's real address.
"""

from dataclasses import dataclass
from random import Random

from ...casework.rules.enrollment import NewAddress
from ...progress.schemas import LoadedProgram

ZIPS: dict[str, dict[str, int]] = {  # district -> ZIP -> address points
    "1": {"95117": 8894, "95128": 2744, "95129": 13668, "95130": 4171},
    "2": {"95111": 6261, "95119": 3110, "95123": 13325, "95136": 1598, "95138": 3237, "95139": 2161},
    "3": {"95110": 6590, "95112": 19458, "95113": 2382, "95116": 4198, "95126": 1043, "95133": 2091},
    "4": {"95131": 9610, "95132": 11560, "95133": 4601, "95134": 11973},
    "5": {"95116": 7372, "95122": 2341, "95127": 14575, "95133": 1420},
    "6": {"95125": 14157, "95126": 12642, "95128": 8644},
    "7": {"95111": 8543, "95112": 1522, "95121": 5495, "95122": 5688, "95125": 1607, "95136": 1931},
    "8": {"95121": 3646, "95122": 2455, "95135": 6591, "95138": 2109, "95148": 11120},
    "9": {"95118": 9374, "95124": 15805, "95125": 2397, "95136": 3606},
    "10": {"95118": 1375, "95120": 12396, "95123": 9460, "95136": 6407},
}
ONE_DISTRICT = {
    "95117",
    "95129",
    "95130",
    "95119",
    "95139",
    "95113",
    "95132",
    "95134",
    "95127",
    "95135",
    "95148",
    "95120",
}
NEIGHBORS = (("Santa Clara", "95050"), ("Campbell", "95008"), ("Milpitas", "95035"), ("Cupertino", "95014"))
_FIRST = (
    "Paper", "Copper", "Quiet", "Painted", "Velvet", "Wandering", "Marble", "Amber", "Lost", "Seventh", "Tin", "Ginger",
    "Winter", "Blue", "Borrowed", "Hidden", "Salt", "Woolen",
)  # fmt: skip
_SECOND = (
    "Lantern", "Heron", "Teapot", "Comet", "Accordion", "Thimble", "Beetle", "Kite", "Cartwheel", "Umbrella", "Compass",
    "Parcel", "Ladder", "Whistle", "Kettle", "Marionette",
)  # fmt: skip
_KINDS = ("Way", "Lane", "Loop", "Ct", "Dr", "Ave", "St", "Walk")
_STAYS = (
    "Shelter on the east side, bed 12",
    "Van near the library",
    "With friends, different weeks",
    "Creek-side camp",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A home: in ``district`` by ZIP; ``told`` says whether somebody gave the district with the address."""

    line: str
    unit: str | None
    city: str
    zip_code: str
    district: str | None
    told: bool


def pick_district(program: LoadedProgram, rng: Random) -> str:
    """Return a district, weighted by households that may qualify and those without internet."""
    districts = program.file.boundaries[-1].districts
    known = [one for one in districts if one.code in ZIPS]
    weights = [(one.eligible_estimate or 1) + 2 * (one.no_internet_estimate or 0) for one in known]
    return rng.choices([one.code for one in known], weights=weights)[0]


def pick_place(district: str, rng: Random) -> Place:
    """Return an invented address in the district."""
    zips = ZIPS[district]
    zip_code = rng.choices(list(zips), weights=list(zips.values()))[0]
    told = zip_code not in ONE_DISTRICT and rng.random() < 0.92
    return Place(_street(rng), _unit(rng), "San José", zip_code, district, told)


def pick_place_outside(rng: Random) -> Place:
    """Return an invented address in a neighboring city."""
    city, zip_code = rng.choice(NEIGHBORS)
    return Place(_street(rng), None, city, zip_code, None, told=False)


def pick_stay(rng: Random) -> str:
    """Return where somebody without a fixed address can be found."""
    return rng.choice(_STAYS)


def _street(rng: Random) -> str:
    return f"{rng.randrange(10, 9990)} {rng.choice(_FIRST)} {rng.choice(_SECOND)} {rng.choice(_KINDS)}"


def _unit(rng: Random) -> str | None:
    return f"Apt {rng.randrange(1, 240)}" if rng.random() < 0.45 else None


def home_address(place: Place) -> NewAddress:
    """Return the address as it is enrolled."""
    return NewAddress(
        line=place.line,
        unit=place.unit,
        city=place.city,
        zip_code=place.zip_code,
        district=place.district if place.told else None,
    )
