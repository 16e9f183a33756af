"""From a fact on record to the values a correcting form begins with, and from such a form to the right delivery."""

from dataclasses import replace
from typing import Any

from ...progress.rules.deliveries import NewDelivery
from ...progress.rules.facts import Item, Kind
from .correcting import (
    CorrectBelongingForm,
    CorrectDeviceForm,
    CorrectForm,
    CorrectLineForm,
    CorrectTrainingForm,
    member_choices,
)


def values_of(fact: Any) -> dict[str, Any]:
    """Return the fields of a correcting form filled with what the fact says."""
    return {
        "occurred_on": fact.occurred_on,
        "evidence_type": fact.evidence_type or "",
        "evidence_seen_by": fact.evidence_seen_by,
        "evidence_seen_on": fact.evidence_seen_on,
        "evidence_reference": fact.evidence_reference,
        "item": fact.item,
        "device_kind": fact.device_kind,
        "source": None if fact.donated is None else ("donated" if fact.donated else "new"),
        "passport_complete": bool(fact.passport_complete),
        "unit": fact.unit_key,
        "loan_due_on": fact.loan_due_on,
        "provider": fact.provider,
        "plan": fact.plan,
        "speed": _speed(fact),
        "price": f"{fact.price_cents / 100:.2f}" if fact.price_cents is not None else None,
        "member_id": fact.member_id,
        "topic": fact.topic,
        "hours": fact.minutes / 60 if fact.minutes is not None else None,
        "assessment": fact.assessment or "",
        "passed": {True: "yes", False: "no"}.get(fact.positive),
    }


def _speed(fact: Any) -> str | None:
    if fact.down_kbps is None or fact.up_kbps is None:
        return None
    return f"{fact.down_kbps / 1000:g}/{fact.up_kbps / 1000:g}"


def form_for(fact: Any, *, members: list[tuple[int, str]], assessments: list[str]) -> CorrectForm:
    """Return the form that fits the fact, filled with what it says."""
    values = values_of(fact)
    if fact.kind == Kind.ALREADY_HAD:
        return CorrectBelongingForm(data=values).offer()
    if fact.item == Item.DEVICE:
        return CorrectDeviceForm(data=values).offer()
    if fact.item == Item.LINE:
        return CorrectLineForm(data=values).offer()
    names = sorted({*assessments, *([fact.assessment] if fact.assessment else [])})
    form = CorrectTrainingForm(data=values)
    return form.offer(member_choices(members, fact.member_id), names)


def delivery_from(form: CorrectForm, fact: Any, *, seen_by: str) -> NewDelivery:
    """Return the right delivery as typed; the grant stays the one of the fact."""
    if isinstance(form, CorrectBelongingForm):
        return form.owned(seen_by=seen_by)
    typed = form.delivery(grant_id=fact.grant_id, seen_by=seen_by)
    return replace(typed, passport_complete=fact.passport_complete) if _is_untouched(typed, fact) else typed


def _is_untouched(typed: NewDelivery, fact: Any) -> bool:
    """Tell whether nothing was said about the passport: "not recorded" and "not ticked" are one answer on a form."""
    return typed.item is Item.DEVICE and not typed.passport_complete and not fact.passport_complete
