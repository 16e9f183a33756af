"""Requests for devices to look at: asked for and reserved as navigators do it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from digital_inclusion.devices.actions.requesting import ask_for_device
from digital_inclusion.devices.actions.reserving import reserve_device
from digital_inclusion.devices.models import DeviceRequest, Reservation
from digital_inclusion.devices.rules.requests import Wanted
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.progress.queries.served import get_served
from tests.factories.devices import device
from tests.factories.world import SYSTEM, World


def asks_for(
    world: World,
    household: str,
    kind: str = "laptop",
    needs: Sequence[str] = (),
    *,
    keyboard: str | None = None,
    note: str | None = None,
    who: str = "navigator_a",
) -> str:
    """Ask for a device for the household with the code; return the request's code."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        wanted = Wanted(kind=kind, needs=needs, keyboard=keyboard, note=note)
        code = ask_for_device(household=get_served(household), wanted=wanted, by=by).code
    use_scope(EVERYTHING)
    return code


def reserves(world: World, request: str, scanned: str, *, reason: str | None = None, who: str = "navigator_a") -> None:
    """Hold a unit back for the request."""
    by = world.actor(who)
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        reserve_device(code=request, scanned=scanned, reason=reason, by=by)
    use_scope(EVERYTHING)


def asked(code: str) -> DeviceRequest:
    """Return the request as it stands."""
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(DeviceRequest).where(DeviceRequest.code == code)).one()


def live() -> list[Reservation]:
    """Return the reservations that stand."""
    session().rollback()
    use_scope(EVERYTHING)
    statement = select(Reservation).where(Reservation.ended_at.is_(None))
    return list(session().scalars(statement.order_by(Reservation.id)))


def specified(code: str, **values: Any) -> str:
    """Note what is known of a unit; return its code."""
    with write_transaction():
        one = device(code)
        for name, value in values.items():
            setattr(one, name, value)
        record("device.changed", by=SYSTEM, subject=one, partner_id=one.holder_id)
    return code
