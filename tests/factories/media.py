"""Data media to look at: listed, wiped, verified and validated as people do it."""

from datetime import datetime

from digital_inclusion.devices.actions.listing_media import (
    declare_media,
    list_medium,
    remove_medium,
)
from digital_inclusion.devices.actions.sanitizing import (
    note_sanitization,
    validate_sanitization,
    verify_sanitization,
)
from digital_inclusion.devices.rules.erasures import SeenMedium
from digital_inclusion.devices.rules.sanitizing import NewSanitization, Verdict
from digital_inclusion.foundation.database import EVERYTHING, Scope, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.world import World


def lists(world: World, code: str, *serials: str | None, kind: str = "hdd", who: str = "technician_a") -> None:
    """List media in the unit and declare the list complete."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    for serial in serials:
        with write_transaction():
            medium = SeenMedium(kind=kind, maker="Maker", model="Disk 1", serial=serial, size_mb=500_000)
            list_medium(code=code, medium=medium, by=by)
    with write_transaction():
        declare_media(code=code, by=by)
    use_scope(EVERYTHING)


def takes_out(world: World, code: str, place: int = 1, *, who: str = "technician_a") -> None:
    """Take a medium out of the unit."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        remove_medium(code=code, place=place, by=by)
    use_scope(EVERYTHING)


def wipes(
    world: World,
    code: str,
    place: int = 1,
    *,
    technique: str = "secure_erase",
    succeeded: bool = True,
    why: str | None = None,
    at: datetime | None = None,
    who: str = "technician_a",
) -> str:
    """Note a try; return its code."""
    by = world.actor(who)
    new = NewSanitization(
        technique=technique,
        tool="hdparm",
        tool_version="9.65",
        performed_at=at or clock.now(),
        succeeded=succeeded,
        weaker_reason=why,
    )
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        done = note_sanitization(code=code, place=place, new=new, by=by).code
    use_scope(EVERYTHING)
    return done


def verifies(world: World, done: str, *, verified: bool = True, how: str = "full", who: str = "technician_a") -> None:
    """Look whether it worked."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        verify_sanitization(code=done, verification=how, verified=verified, by=by)
    use_scope(EVERYTHING)


def validates(
    world: World,
    done: str,
    verdict: str = "accept",
    *,
    destination: str = "reuse",
    who: str = "sanitization_validator_a",
) -> str | None:
    """Decide about a try; return the certificate's number."""
    by = world.actor(who)
    said = Verdict(
        verdict=verdict,
        reason=None if verdict == "accept" else "looked odd",
        destination=destination if verdict == "accept" else None,
    )
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        number = validate_sanitization(code=done, said=said, by=by).certificate
    use_scope(EVERYTHING)
    return number


def certified(world: World, code: str, place: int = 1, *, partner: str = "a") -> str:
    """Wipe, verify and validate a medium; return the certificate's number."""
    done = wipes(world, code, place, who=f"technician_{partner}")
    verifies(world, done, who=f"technician_{partner}")
    number = validates(world, done, who=f"sanitization_validator_{partner}")
    assert number is not None
    return number
