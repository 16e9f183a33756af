"""How a row is known again, and whether it changed. Pure. Keys hold personal data: store them keyed (HMAC) only."""

import hashlib
from datetime import date

from ...foundation.kernel.text import clean, fold, narrow
from .deliveries import delivery_key
from .parsed import ParsedDelivery, ParsedPerson, ParsedRow


def row_keys(row: ParsedRow) -> tuple[str, ...]:
    """Return every key the row could be known by, the strongest first; none for a row that cannot be known again.

    The partner's own reference (of the household, where rows are members) decides alone. Without it: the head's name
    and birth date with phone or address, so that a row that lost its phone number is still found by its address.
    Without the birth date nothing is sure: two people of one name may share a house.
    """
    own = row.household_ref or row.reference
    if own:
        return (f"reference|{reference_key(own)}",)
    if row.head is None or not row.head.name or row.head.birth_on is None:
        return ()
    who = f"{fold(row.head.name)}|{row.head.birth_on.isoformat()}"
    keys = []
    if row.phone_e164:
        keys.append(f"phone|{who}|{row.phone_e164}")
    if row.address is not None and row.address.key:
        keys.append(f"address|{who}|{row.address.key}|{row.address.zip_code or ''}")
    return tuple(keys)


def reference_key(reference: str) -> str:
    """Return how two references are compared: case counts, for other systems' ids differ in nothing else."""
    return clean(narrow(reference))


def row_key(row: ParsedRow) -> str | None:
    """Return the strongest key, None for a row that cannot be known again."""
    keys = row_keys(row)
    return keys[0] if keys else None


def content_hash(row: ParsedRow) -> str:
    """Return 64 hex digits that change exactly when something the row says changes.

    Row numbers are no content, nor is a day of enrollment that the file did not give, nor the normalized address: a
    better normalizer is no change.
    """
    enrolled = None if row.enrolled_defaulted else row.enrolled_on
    consent = enrolled if row.consent_on == row.enrolled_on else row.consent_on
    said = [
        f"{row.reference}\x1f{row.household_ref}\x1f{row.phone}\x1f{row.phone_e164}\x1f{row.email}\x1f{row.safe_contact}"
        f"\x1f{row.contact_note}\x1f{row.language}\x1f{_day(enrolled)}\x1f{row.consent_given}\x1f{_day(consent)}"
        f"\x1f{row.consent_way}\x1f{row.needs_device}\x1f{row.needs_connection}\x1f{row.needs_skills}"
        f"\x1f{row.populations}"
    ]
    if row.head is not None:
        said.append(_person(row.head))
    for member in row.members:
        said.append(_person(member))
    if (a := row.address) is not None:
        said.append(f"{a.fixed}\x1f{a.line}\x1f{a.unit}\x1f{a.city}\x1f{a.zip_code}\x1f{a.district}\x1f{a.description}")
    for delivery in row.deliveries:
        said.append(_delivery(delivery))
    return hashlib.blake2b("\x1e".join(said).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _day(day: date | None) -> int:
    return day.toordinal() if day is not None else 0


def _person(person: ParsedPerson) -> str:
    return f"{person.name}\x1f{_day(person.birth_on)}\x1f{person.relationship}"


def _delivery(d: ParsedDelivery) -> str:
    said = (
        f"{d.item}\x1f{_day(d.occurred_on)}\x1f{d.device_kind}\x1f{d.donated}\x1f{d.unit}\x1f{d.provider}\x1f{d.plan}"
        f"\x1f{d.down_kbps}\x1f{d.up_kbps}\x1f{d.price_cents}\x1f{_day(d.ended_on)}\x1f{d.topic}\x1f{d.minutes}"
        f"\x1f{d.member}\x1f{d.assessment}\x1f{d.passed}"
    )
    e = d.evidence
    return said if e is None else f"{said}\x1f{e.type}\x1f{e.reference}\x1f{e.seen_by}\x1f{_day(e.seen_on)}"


__all__ = ["content_hash", "delivery_key", "reference_key", "row_key", "row_keys"]
