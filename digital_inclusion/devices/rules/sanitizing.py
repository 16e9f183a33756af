"""How the data on a medium are made unreachable, and when that earns a certificate. Pure.

Source: NIST SP 800-88r2 (2025-09-26): methods clear, purge, destroy; verification beside validation (4.5.2: accept,
repeat, escalate). Which technique reaches which method is r2's matter for IEEE 2883; the table below is cautious where
no source on file says more: it names the lower method. A degausser no longer destroys; writing over flash is no Purge;
a factory reset is at most Clear.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ...foundation.kernel.errors import Conflict, Invalid
from ...foundation.kernel.messages import _


class Method(StrEnum):
    """What is reached, weakest first."""

    CLEAR = "clear"
    PURGE = "purge"
    DESTROY = "destroy"


METHODS: dict[str, str] = {
    Method.CLEAR: _("Clear"),
    Method.PURGE: _("Purge"),
    Method.DESTROY: _("Destroy"),
}
MEDIA = {
    "hdd": _("Hard disk"),
    "ssd": _("Solid-state drive (SATA, NVMe)"),
    "flash": _("Memory chip on the board (eMMC, phone or tablet)"),
    "card": _("Memory card or USB stick"),
    "other": _("Something else that keeps data"),
}
TECHNIQUES = {
    "overwrite": _("Written over"),
    "secure_erase": _("ATA secure erase"),
    "sanitize_overwrite": _("Sanitize command: write over"),
    "block_erase": _("Sanitize command: block erase"),
    "crypto_erase": _("Cryptographic erase"),
    "factory_reset": _("Factory reset"),
    "degauss": _("Degaussed"),
    "shred": _("Shredded"),
    "disintegrate": _("Disintegrated"),
    "incinerate": _("Incinerated"),
}
_DESTROY = dict.fromkeys(("shred", "disintegrate", "incinerate"), Method.DESTROY)
REACHES: dict[str, dict[str, Method]] = {
    "hdd": {
        "overwrite": Method.CLEAR,
        "secure_erase": Method.PURGE,
        "sanitize_overwrite": Method.PURGE,
        "crypto_erase": Method.PURGE,
        "degauss": Method.PURGE,
        **_DESTROY,
    },
    "ssd": {
        "overwrite": Method.CLEAR,
        "secure_erase": Method.CLEAR,
        "block_erase": Method.PURGE,
        "crypto_erase": Method.PURGE,
        **_DESTROY,
    },
    "flash": {
        "overwrite": Method.CLEAR,
        "factory_reset": Method.CLEAR,
        "block_erase": Method.PURGE,
        "crypto_erase": Method.PURGE,
        **_DESTROY,
    },
    "card": {"overwrite": Method.CLEAR, "factory_reset": Method.CLEAR, **_DESTROY},
    "other": {"overwrite": Method.CLEAR, "factory_reset": Method.CLEAR, **_DESTROY},
}
VERIFICATIONS = {
    "full": _("Every part was read back"),
    "sample": _("A sample was read back"),
    "tool": _("The tool's own report was checked"),
    "seen": _("The pieces were looked at"),
}
VERDICTS = {
    "accept": _("Accept: the data are gone"),
    "repeat": _("Repeat: do it again"),
    "escalate": _("Escalate: somebody must decide"),
}
DESTINATIONS = {
    "reuse": _("Used again in the program"),
    "recycle": _("To a certified recycler"),
    "destroyed": _("Nothing is left of it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSanitization:
    """One try, as typed or read. ``performed_at`` is an instant in UTC."""

    technique: str
    tool: str
    tool_version: str | None = None
    performed_at: datetime
    succeeded: bool
    weaker_reason: str | None = None
    source: str = "typed"
    report_key: str | None = None
    checked_by_tool: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a validator decides; ``destination`` only where it is accepted."""

    verdict: str
    reason: str | None = None
    destination: str | None = None


def method_of(kind: str, technique: str) -> Method:
    """Return what the technique reaches on such a medium. Raises Invalid for one that does nothing there."""
    found = REACHES[kind].get(technique)
    if found is None:
        raise Invalid(fields={"technique": _("This does not work on such a medium. Please choose another way.")})
    return found


def techniques_for(kind: str) -> list[str]:
    """Return what may be done to such a medium, in the order of the table."""
    return [technique for technique in TECHNIQUES if technique in REACHES[kind]]


def check_strength(method: Method, *, reason: str | None) -> None:
    """Raise Invalid when a medium that leaves our control is only cleared and nobody says why that is enough."""
    if method is Method.CLEAR and not (reason or "").strip():
        raise Invalid(
            fields={
                "weaker_reason": _(
                    "This reaches Clear only. Media that leave us are purged. Say why Clear is enough here."
                )
            }
        )


def check_performed(day: date, *, came: date, today: date) -> None:
    """Raise Invalid for a day before the unit came, when others still had it in hand, or one that is not over yet."""
    if day > today:
        raise Invalid(fields={"performed_at": _("This day has not come yet. Check the clock of the computer.")})
    if day < came:
        raise Invalid(fields={"performed_at": _("This was before the device came to us. Wipe the medium again.")})


def verifications_for(method: str) -> list[str]:
    """Return how one looks whether it worked: pieces are seen, everything else is read back."""
    return ["seen"] if method == Method.DESTROY else ["full", "sample", "tool"]


def destinations_for(method: str) -> list[str]:
    """Return where a medium can go next: what is destroyed is not used again."""
    return ["destroyed", "recycle"] if method == Method.DESTROY else ["reuse", "recycle"]


def check_verification(*, succeeded: bool, verified: bool | None) -> None:
    """Raise Conflict unless a try may be verified: it did not fail, and nobody has looked yet."""
    if not succeeded:
        raise Conflict(_("This try failed. Wipe the medium again."))
    if verified is not None:
        raise Conflict(_("This try is verified already."))


def check_validator(by: int | None, others: Collection[int | None]) -> None:
    """Raise Conflict when who validates has done or verified the work: two pairs of eyes, two people."""
    if by is None or by in others:
        raise Conflict(_("You wiped or verified this medium yourself. Somebody else has to validate it."))


def check_reason(verdict: str, *, reason: str | None) -> None:
    """Raise Invalid when something is not accepted and nobody says why."""
    if verdict != "accept" and not (reason or "").strip():
        raise Invalid(fields={"verdict_reason": _("Please say why.")})


def check_validation(*, succeeded: bool, verified: bool | None, verdict: str | None) -> None:
    """Raise Conflict unless a try may be validated: done, verified, and nobody has decided."""
    if verdict is not None:
        raise Conflict(_("Somebody has decided about this already."))
    if not succeeded or verified is not True:
        raise Conflict(_("Only what was wiped and verified can be validated. A failed one gets no certificate."))
