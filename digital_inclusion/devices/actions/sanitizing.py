"""Note a sanitization, verify it, validate it; a unit moves on by itself when its last medium has its certificate."""

from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotAllowed
from ...foundation.kernel.ids import new_code
from ...foundation.kernel.messages import _
from ..models import DataMedium, Device, Sanitization
from ..queries.media import hold_device, hold_sanitization, is_current, medium_at, round_began
from ..queries.units import unit_of
from ..rules import sanitizing as rules
from ..rules.sanitizing import NewSanitization, Verdict
from ..rules.states import IN_STOCK, State, obstacles
from .moving import Place, check_holder, step


def note_sanitization(*, code: str, place: int, new: NewSanitization, by: Actor) -> Sanitization:
    """Note what was done to the medium at ``place`` of the unit. The first one takes a unit out of quarantine."""
    policy.check(by, "device:work")
    device = hold_device(code, by=by)
    return note(medium_at(device, place), new, by=by)


def note(medium: DataMedium, new: NewSanitization, *, by: Actor) -> Sanitization:
    """Write down a try on a medium whose unit is held; raise when it cannot be so, or proves less than it must."""
    policy.check(by, "device:work")
    device = medium.device
    check_holder(device, by)
    check_reachable(medium)
    if by.user_id is None:
        raise NotAllowed
    method = rules.method_of(medium.kind, new.technique)
    if new.succeeded:
        rules.check_strength(method, reason=new.weaker_reason)
    rules.check_performed(clock.local(new.performed_at).date(), came=_came_on(medium), today=clock.today())
    weaker = method is rules.Method.CLEAR
    noted = Sanitization(
        code=new_code(),
        medium_id=medium.id,
        round=device.round,
        method=method.value,
        technique=new.technique,
        tool=new.tool,
        tool_version=new.tool_version,
        weaker_reason=new.weaker_reason if weaker else None,
        performed_at=min(new.performed_at, clock.now()),
        performed_by=by.user_id,
        succeeded=new.succeeded,
        source=new.source,
        report_key=new.report_key,
        verification="tool" if new.checked_by_tool else None,
        created_at=clock.now(),
    )
    medium.sanitizations.append(noted)
    session().flush()
    record("sanitization.noted", by=by, subject=noted, partner_id=device.holder_id, succeeded=new.succeeded)
    if device.state == State.QUARANTINED and medium.removed_at is None:
        step(device, State.SANITIZING, Place(), by)
    return noted


def _came_on(medium: DataMedium) -> date:
    """Return the day since which nobody but us had the medium: of its unit's round, or it stayed when the unit went."""
    began = clock.local(round_began(medium.device))
    return (began if medium.removed_at is None else min(began, clock.local(medium.removed_at))).date()


def check_reachable(medium: DataMedium) -> None:
    """Raise Conflict for a medium in a unit that is not here; one that was taken out is always here."""
    state = medium.device.state
    if medium.removed_at is None and (state not in IN_STOCK or state in {State.RECEIVED, State.RETURNED}):
        raise Conflict(_("This device is not in quarantine or later. Nothing can be wiped in it now."))


def verify_sanitization(*, code: str, verification: str, verified: bool, by: Actor) -> Sanitization:
    """Note that somebody looked whether the data are gone. A failed verification never gives a certificate."""
    policy.check(by, "device:work")
    done = hold_sanitization(code, by=by)
    check_holder(done.medium.device, by)
    _check_current(done)
    rules.check_verification(succeeded=done.succeeded, verified=done.verified)
    if verification not in rules.verifications_for(done.method):
        raise Invalid(fields={"verification": _("Please choose how it was verified.")})
    done.verification, done.verified = verification, verified
    done.verified_at, done.verified_by = clock.now(), by.user_id
    record("sanitization.verified", by=by, subject=done, partner_id=done.medium.device.holder_id, verified=verified)
    return done


def validate_sanitization(*, code: str, said: Verdict, by: Actor) -> Sanitization:
    """Decide about a verified try: an accepted one gets its certificate. Never one's own work."""
    policy.check(by, "sanitization:validate")
    done = hold_sanitization(code, by=by)
    device = done.medium.device
    check_holder(device, by)
    _check_current(done)
    rules.check_validation(succeeded=done.succeeded, verified=done.verified, verdict=done.verdict)
    rules.check_validator(by.user_id, [done.performed_by, done.verified_by])
    if said.verdict not in rules.VERDICTS:
        raise Invalid(fields={"verdict": _("Please choose what you decide.")})
    rules.check_reason(said.verdict, reason=said.reason)
    if said.verdict == "accept":
        if said.destination not in rules.destinations_for(done.method):
            raise Invalid(fields={"destination": _("Please choose where the medium goes next.")})
        done.certificate, done.destination = new_code(), said.destination
    done.verdict, done.verdict_reason = said.verdict, said.reason
    done.validated_at, done.validated_by = clock.now(), by.user_id
    record("sanitization.validated", by=by, subject=done, partner_id=device.holder_id, verdict=said.verdict)
    settle(device, by=by)
    return done


def settle(device: Device, *, by: Actor) -> None:
    """Move a unit that is being wiped on to "wiped" once nothing stands in the way; leave every other where it is."""
    if device.state == State.SANITIZING and not any(obstacles(unit_of(device), State.SANITIZED)):
        step(device, State.SANITIZED, Place(), by)


def _check_current(done: Sanitization) -> None:
    if not is_current(done):
        raise Conflict(_("The device has come back since then. Wipe the medium again."))
