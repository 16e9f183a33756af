"""What an address asks for, and the choices its filters offer."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import request

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.kernel.dates import read_month
from ...progress.queries.figures import ASPECTS as ASPECTS_OF
from ...progress.rules.program import UNKNOWN_DISTRICT
from ...progress.schemas import LoadedProgram
from ..rules.words import ASPECTS, MILESTONES
from .wording import _

Choices = list[tuple[str, str]]
DEFAULT = "connected"


def asked_partner() -> int | None:
    """Return the partner asked for."""
    return request.args.get("partner", type=int)


def asked_district() -> str | None:
    """Return the district asked for; what cannot be one is left out."""
    district = request.args.get("district", "")
    return district if 0 < len(district) <= 20 else None


def asked_milestone() -> str:
    """Return the milestone asked for; the goal's without one."""
    milestone = request.args.get("milestone", "")
    return milestone if milestone in MILESTONES else DEFAULT


def asked_aspect(milestone: str) -> str:
    """Return the aspect asked for, if the milestone has it."""
    aspect = request.args.get("aspect", "")
    return aspect if aspect in ASPECTS_OF[milestone] else "verified"


def asked_month() -> date | None:
    """Return the first day of the month asked for, written 2026-03."""
    return read_month(request.args.get("month"))


def partner_choices(by: Actor, names: Mapping[int, str]) -> Choices:
    """Return the partners that may be asked for: all for the city; none to choose from for a partner's people."""
    if not sees_every_partner(by.roles):
        return []
    return [(str(one), name) for one, name in sorted(names.items(), key=lambda item: (item[1], item[0]))]


def district_choices(program: LoadedProgram) -> Choices:
    """Return the districts in force, and homes without one."""
    known = [(table.code, table.name) for table in program.districts_on(clock.today())]
    return [*known, (UNKNOWN_DISTRICT, _("District not known"))]


def milestone_choices() -> Choices:
    """Return the milestones by name."""
    return [(code, _(label)) for code, label in MILESTONES.items()]


def aspect_choices(milestone: str) -> Choices:
    """Return the aspects that the milestone has."""
    return [(code, _(ASPECTS[code])) for code in ASPECTS_OF[milestone]]


def chips(names: dict[str, Choices], keep: str = "") -> list[tuple[str, str]]:
    """Return (words, address without it) for each filter in the address; ``keep``: the one that is no filter."""
    found = []
    for name, choices in names.items():
        value = request.args.get(name, "")
        label = dict(choices).get(value)
        if value and label and name != keep:
            rest = [(key, one) for key, one in request.args.items() if key not in {name, "after"}]
            found.append((label, f"{request.path}?{urlencode(rest)}"))
    return found
