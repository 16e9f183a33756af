"""Tests of units: what each item showed last, by whom, and which grade that speaks for."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from ...accounts.models import User
from ...foundation.database import session
from ..models import Device, DeviceCheck
from ..rules.checklists import Proposal, propose


def list_results(devices: Collection[Device]) -> dict[int, dict[str, DeviceCheck]]:
    """Return by unit and item the last test of the unit's round."""
    rounds = {device.id: device.round for device in devices}
    statement = select(DeviceCheck).where(DeviceCheck.device_id.in_(sorted(rounds))).order_by(DeviceCheck.id)
    found: dict[int, dict[str, DeviceCheck]] = {device_id: {} for device_id in rounds}
    for check in session().scalars(statement):
        if check.round == rounds[check.device_id]:
            found[check.device_id][check.item] = check
    return found


def results_of(device: Device) -> dict[str, str]:
    """Return what each tested item of the unit showed last, in its round."""
    return {item: check.result for item, check in list_results([device])[device.id].items()}


def proposal_for(device: Device) -> Proposal:
    """Return the grade that the unit's tests speak for."""
    return propose(device.kind, results_of(device), licensed=bool(device.system and device.licence))


@dataclass(frozen=True, slots=True)
class Tested:
    """One item's last test, and who made it."""

    check: DeviceCheck
    by: str


def list_tested(device: Device) -> dict[str, Tested]:
    """Return by item the last test of the unit's round with the tester's name."""
    statement = (
        select(DeviceCheck, User.name)
        .join(User, User.id == DeviceCheck.checked_by)
        .where(DeviceCheck.device_id == device.id, DeviceCheck.round == device.round)
        .order_by(DeviceCheck.id)
    )
    return {check.item: Tested(check, name) for check, name in session().execute(statement)}
