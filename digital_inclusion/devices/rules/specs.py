"""What a unit is made of: which values each kind has, how they are written, by which license a system is on it. Pure.

The refurbisher's Windows license, as its program states it: a computer of at least six months with its original
Windows certificate of authenticity, the disk wiped, a new license for each computer.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from .states import State

Value = str | int | bool | None
LABELS: dict[str, str] = {
    "processor": _("Processor"),
    "memory_mb": _("Memory"),
    "storage_gb": _("Storage"),
    "screen_tenths": _("Screen"),
    "battery_percent": _("Battery health"),
    "has_camera": _("Camera and microphone"),
    "keyboard": _("Keyboard"),
    "system": _("Operating system"),
    "licence": _("License"),
    "weight_g": _("Weight"),
}
_HANDHELD = ("processor", "memory_mb", "storage_gb", "screen_tenths", "battery_percent", "has_camera", "system",
             "licence", "weight_g")  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "laptop": tuple(LABELS),
    "desktop": ("processor", "memory_mb", "storage_gb", "keyboard", "system", "licence", "weight_g"),
    "tablet": _HANDHELD,
    "phone": _HANDHELD,
    "hotspot": ("battery_percent", "weight_g"),
    "router": ("weight_g",),
    "monitor": ("screen_tenths", "weight_g"),
}
LICENCES: dict[str, str] = {
    "refurbisher": _("Refurbisher’s Windows license"),
    "free": _("Free system, such as Linux or ChromeOS Flex"),
    "maker": _("The maker’s own, came with the device"),
}
KEYBOARDS: dict[str, str] = {  # the city's languages first
    "en": _("English"),
    "es": _("Spanish"),
    "vi": _("Vietnamese"),
    "zh": _("Chinese"),
    "ko": _("Korean"),
    "ja": _("Japanese"),
    "pt": _("Portuguese"),
    "ru": _("Russian"),
    "ar": _("Arabic"),
    "fr": _("French"),
    "de": _("German"),
    "it": _("Italian"),
}
COMPUTERS = frozenset({"laptop", "desktop"})  # useless without a system that somebody put on it
WIPED = frozenset({State.SANITIZED, State.TESTING, State.REPAIR, State.GRADED, State.READY, State.RESERVED})
HEAVIEST = 200_000  # grams
MOST_MB, MOST_GB = 4_194_304, 1_000_000
_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
          "oz": Decimal("28.349523125")}  # fmt: skip
_AMOUNT = re.compile(r"(\d{1,7}(?:\.\d{1,6})?) ?([a-z]*)", re.ASCII)
_PRODUCT_KEY = re.compile(r"\b[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2,}\b", re.IGNORECASE)
_PAID = re.compile(r"\b(?:windows|win ?1[01]|mac ?os)\b", re.IGNORECASE)


def read_weight(text: str) -> int:
    """Return whole grams of "1.6 kg", "3 lb 8 oz" or "1600 g"; raise Invalid for anything else."""
    parts = _AMOUNT.findall(text.strip().lower())
    again = "".join(number + unit for number, unit in parts)
    if not parts or again != "".join(text.lower().split()) or any(unit not in _GRAMS for _number, unit in parts):
        raise Invalid(fields={"weight": _("Write the weight with its unit, for example 1.6 kg or 3.5 lb.")})
    exact = sum((Decimal(number) * _GRAMS[unit] for number, unit in parts), Decimal(0))
    grams = int(exact.to_integral_value(ROUND_HALF_UP))
    if not 0 < grams <= HEAVIEST:
        raise Invalid(fields={"weight": _("This weight cannot be. Write it with its unit, for example 1.6 kg.")})
    return grams


def read_memory(text: str) -> int:
    """Return megabytes of "8", "8 GB", "0.5" or "512 MB"; raise Invalid for anything else."""
    found = _AMOUNT.fullmatch(text.strip().lower())
    factor = {"": 1024, "gb": 1024, "mb": 1}.get(found[2]) if found else None
    exact = Decimal(found[1]) * factor if found and factor else Decimal(0)
    if exact != exact.to_integral_value() or not 0 < exact <= MOST_MB:
        raise Invalid(fields={"memory": _("Write the memory in gigabytes, for example 8.")})
    return int(exact)


def read_screen(text: str) -> int:
    """Return the diagonal in tenths of an inch of "14" or "15.6"; raise Invalid for anything else."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d)?) ?(?:\"|in|inch|inches|″)?", text.strip().lower(), re.ASCII)
    tenths = int(Decimal(found[1]) * 10) if found else 0
    if not 20 <= tenths <= 1000:
        raise Invalid(fields={"screen": _("Write the diagonal in inches, for example 14 or 15.6.")})
    return tenths


def check_specs(kind: str, state: str, values: Mapping[str, Value], *, changed: set[str]) -> None:
    """Raise Invalid unless a unit can have these ``values``; ``changed`` are the names of those that are new."""
    if changed - set(FIELDS[kind]):
        raise Invalid(_("This kind of device has no such specification. Please look at the page again."))
    system, licence = values.get("system"), values.get("licence")
    if not changed & {"system", "licence"}:
        return
    if (system is None) != (licence is None):
        missing = "licence" if licence is None else "system"
        said = _("Choose by which license it is on it.") if licence is None else _("Write which system it is.")
        raise Invalid(fields={missing: said})
    if system is not None:
        _check_system(state, str(system), str(licence))
    elif kind in COMPUTERS and state in (State.READY, State.RESERVED):
        raise Invalid(fields={"system": _("It is ready, and a household needs a system. Move it to testing first.")})


def _check_system(state: str, system: str, licence: str) -> None:
    if state not in WIPED:
        raise Invalid(fields={"system": _("Wipe it first: the wipe takes the system away. Then say what is on it.")})
    if licence not in LICENCES:
        raise Invalid(fields={"licence": _("Please choose one of the licenses.")})
    if _PRODUCT_KEY.search(system):
        raise Invalid(fields={"system": _("This looks like a product key. Never write a key here, only the name.")})
    if licence == "free" and _PAID.search(system):
        raise Invalid(fields={"licence": _("This system is not free. Choose by which license it is on the device.")})


def check_refurbishers(kind: str, *, attested: bool, clean: bool) -> None:
    """Raise Invalid unless the refurbisher's Windows license may be used on the unit."""
    if kind not in COMPUTERS:
        raise Invalid(fields={"licence": _("The refurbisher’s Windows license is for laptops and desktops alone.")})
    if not attested:
        raise Invalid(
            fields={
                "attested": _(
                    "The refurbisher’s license needs a computer of six months or more, with its original certificate."
                )
            }
        )
    if not clean:
        raise Invalid(fields={"licence": _("The refurbisher’s license needs a wiped disk with its certificate.")})


def system_missing(kind: str, system: str | None) -> bool:
    """Return whether a household could not use the unit for want of a system."""
    return kind in COMPUTERS and not system


def print_of(values: Mapping[str, Value]) -> str:
    """Return a short digest of the values: whoever changes them says by it which ones they looked at."""
    told = json.dumps([values.get(name) for name in LABELS])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
