"""A row that was read, as a household to enroll. Pure."""

from collections.abc import Sequence
from datetime import date

from ...casework.rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember
from ...foundation.kernel.text import fold
from ...households.rules import CONSENT_WAYS, REQUIRED_PURPOSE
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item
from .parsed import ParsedDelivery, ParsedEvidence, ParsedPerson, ParsedRow

ATTESTED = "attested_by_partner"
_COPIED = (
    "phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "needs_device", "needs_connection",
    "needs_skills", "populations",
)  # fmt: skip


def reference_of(row: ParsedRow) -> str | None:
    """Return the partner's own number for the household."""
    return row.household_ref or row.reference


def consent_day(row: ParsedRow, attested_on: date | None) -> date | None:
    """Return since when the household agreed: the row's own day, else from the enrollment by the partner's word."""
    if row.consent_given is False:
        return None
    if row.consent_on is not None:
        return row.consent_on
    return row.enrolled_on if attested_on is not None else None


def new_household(
    row: ParsedRow,
    *,
    batch_id: int,
    grant_id: int | None,
    attested_on: date | None,
    text_version: str,
    content_hash: str,
) -> NewHousehold:
    """Return the household the row tells of; the row must be ``ok`` and have a consent day."""
    given_on = consent_day(row, attested_on)
    if row.head is None or row.enrolled_on is None or given_on is None:
        raise ValueError("the row cannot go in")
    people = (row.head, *row.members)
    return NewHousehold(
        members=tuple(_member(person, is_head=place == 0) for place, person in enumerate(people)),
        enrolled_on=row.enrolled_on,
        reference=reference_of(row),
        address=new_address(row),
        consent=_consent(row, given_on, text_version),
        grant_id=grant_id,
        import_batch_id=batch_id,
        content_hash=content_hash,
        deliveries=tuple(new_delivery(delivery, people) for delivery in row.deliveries),
        **{name: getattr(row, name) for name in _COPIED},
    )


def _member(person: ParsedPerson, *, is_head: bool) -> NewMember:
    return NewMember(name=person.name, birth_date=person.birth_on, is_head=is_head)


def new_address(row: ParsedRow) -> NewAddress | None:
    """Return the address, if the row has one that says where."""
    found = row.address
    if found is None or (found.fixed and not found.line and not found.zip_code):
        return None
    # A partner of the city's program who writes "no fixed address" speaks of people who stay in the city.
    return NewAddress(
        fixed=found.fixed,
        line=_short(found.line, 200),
        unit=_short(found.unit, 60),
        city=_short(found.city),
        zip_code=found.zip_code,
        district=_short(found.district, 20),
        description=found.description,
        in_city=None if found.fixed else True,
    )


def _consent(row: ParsedRow, given_on: date, text_version: str) -> NewConsent:
    way = row.consent_way if row.consent_way in CONSENT_WAYS else ATTESTED
    return NewConsent(
        purposes=(REQUIRED_PURPOSE,),
        text_version=text_version,
        language=row.language or "en",
        way=way,
        given_on=given_on,
    )


def new_delivery(delivery: ParsedDelivery, people: Sequence[ParsedPerson]) -> NewDelivery:
    """Return the delivery; a training without a name is the head's."""
    return NewDelivery(
        item=Item(delivery.item),
        occurred_on=delivery.occurred_on,
        device_kind=delivery.device_kind,
        donated=delivery.donated,
        unit=delivery.unit,
        provider=_short(delivery.provider),
        plan=_short(delivery.plan),
        down_kbps=delivery.down_kbps,
        up_kbps=delivery.up_kbps,
        price_cents=delivery.price_cents,
        ended_on=delivery.ended_on,
        member_index=_whose(delivery, people),
        topic=_short(delivery.topic),
        minutes=delivery.minutes,
        assessment=_short(delivery.assessment, 60),
        passed=delivery.passed,
        evidence=_evidence(delivery.evidence),
    )


def _short(text: str | None, longest: int = 80) -> str | None:
    return text[:longest] if text else None


def _whose(delivery: ParsedDelivery, people: Sequence[ParsedPerson]) -> int | None:
    if delivery.item != "training":
        return None
    wanted = fold(delivery.member or "")
    return next((place for place, person in enumerate(people) if wanted and fold(person.name) == wanted), 0)


def _evidence(found: ParsedEvidence | None) -> Evidence | None:
    if found is None:
        return None
    return Evidence(
        type=found.type,
        seen_by=_short(found.seen_by, 120),
        seen_on=found.seen_on,
        reference=_short(found.reference, 200),
    )


def fact_key(
    item: str,
    day: date,
    *,
    unit: str | None,
    kind: str | None,
    provider: str | None,
    member: int | None,
    topic: str | None,
) -> tuple[object, ...]:
    """Return what a delivery is known by within its household.

    Its day, and of a device the serial or else the kind, of a line the provider, of training the member and topic.
    """
    if item == Item.DEVICE:
        return (item, day, unit or kind)
    return (item, day, member, fold(topic or "")) if item == Item.TRAINING else (item, day, fold(provider or ""))
