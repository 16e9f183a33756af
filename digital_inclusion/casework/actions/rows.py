"""Write the rows of many new households with one statement per table, inside the present transaction.

The one place of casework that goes past the ORM; ``enroll_households`` has asked the policy for the partner before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from ...foundation.access.identity import Actor
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.ids import new_code
from ...households.models import Consent, Enrollment, Household, HouseholdAddress, Member, SearchTerm
from ...households.rules import zip5
from ...progress.actions.book import bulk_insert
from ...progress.actions.facts import NewFact
from ..queries.references import ids_of_codes, last_household_id, member_ids_of
from ..rules.enrollment import NewHousehold
from ..rules.finding import search_terms

Row = dict[str, Any]
_DRAWS = 3  # of new codes, before something else must be wrong
_COPIED = (
    "reference", "phone", "phone_e164", "email", "safe_contact", "contact_note", "language", "needs_device",
    "needs_connection", "needs_skills", "import_batch_id", "content_hash",
)  # fmt: skip


@dataclass(slots=True)
class Written:
    """A household on its way: its input, its ids, and its facts once made."""

    new: NewHousehold
    code: str
    id: int = 0
    member_ids: list[int] = field(default_factory=list)
    enrolled: NewFact | None = None
    consent: NewFact | None = None
    address: NewFact | None = None
    deliveries: list[NewFact] = field(default_factory=list)


def _table(model: type) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def write_households(fresh: Sequence[NewHousehold], *, partner_id: int, by: Actor) -> list[Written]:
    """Insert households and members and hand back their ids; everything else waits for the facts' numbers."""
    written = [Written(new, new_code()) for new in fresh]
    team = next(iter(by.team_ids)) if len(by.team_ids) == 1 else None
    before = last_household_id()
    _insert_households(written, partner_id, by, team)
    ids = ids_of_codes([one.code for one in written], after=before)
    for one in written:
        one.id = ids[one.code]
    places = [(one, place) for one in written for place in range(len(one.new.members))]
    bulk_insert(session(), _table(Member), [_member_row(one, place, partner_id) for one, place in places])
    members = member_ids_of([one.id for one in written])
    for one in written:
        one.member_ids = members[one.id]
    note_bulk_write(session(), "households", "members")
    return written


def _insert_households(written: Sequence[Written], partner_id: int, by: Actor, team: int | None) -> None:
    """Insert the households; when one's code is somebody's already, all draw anew (rare, but sure to come)."""
    for tries_left in range(_DRAWS, -1, -1):
        rows = [_household_row(one, partner_id, by, team) for one in written]
        try:
            with session().begin_nested():
                bulk_insert(session(), _table(Household), rows)
            return
        except IntegrityError:
            if not tries_left:
                raise
            for one in written:
                one.code = new_code()


def _household_row(one: Written, partner_id: int, by: Actor, team: int | None) -> Row:
    new, now = one.new, clock.now()
    row: Row = {name: getattr(new, name) for name in _COPIED}
    return row | {
        "partner_id": partner_id,
        "code": one.code,
        "head_name": new.head.name,
        "populations": list(new.populations) if new.populations is not None else None,
        "navigator_id": new.navigator_id if new.navigator_id is not None else by.user_id,
        "team_id": new.team_id if new.team_id is not None else team,
        "created_at": now,
        "created_by": by.user_id,
        "updated_at": now,
        "version": 1,
    }


def _member_row(one: Written, place: int, partner_id: int) -> Row:
    member = one.new.members[place]
    return {
        "partner_id": partner_id,
        "household_id": one.id,
        "name": member.name,
        "birth_date": member.birth_date,
        "is_head": member.is_head,
    }


def write_papers(written: Sequence[Written], *, partner_id: int) -> None:
    """Insert enrollments, addresses, consents (with their facts' numbers) and what finding reads."""
    common = [(one, {"partner_id": partner_id, "household_id": one.id}) for one in written]
    bulk_insert(session(), _table(Enrollment), [own | _enrollment_row(one) for one, own in common])
    bulk_insert(
        session(), _table(HouseholdAddress), [own | _address_row(one) for one, own in common if one.address is not None]
    )
    bulk_insert(session(), _table(Consent), [own | _consent_row(one) for one, own in common if one.consent is not None])
    bulk_insert(
        session(),
        _table(SearchTerm),
        [own | {"term": term} for one, own in common for term in sorted(search_terms_of(one))],
    )
    note_bulk_write(session(), "enrollments", "household_addresses", "consents")


def _enrollment_row(one: Written) -> Row:
    return {
        "grant_id": one.new.grant_id,
        "enrolled_on": one.new.enrolled_on,
        "fact_number": one.enrolled.number if one.enrolled else None,
    }


def _address_row(one: Written) -> Row:
    address, fact = one.new.address, one.address
    if address is None or fact is None:
        raise ValueError("no address")
    return {
        "from_on": fact.occurred_on,
        "fixed": address.fixed,
        "line": address.line,
        "unit": address.unit,
        "city": address.city,
        "zip_code": zip5(address.zip_code),
        "district": address.district,
        "description": address.description,
        "in_city": None if address.fixed else address.in_city,
        "fact_number": fact.number,
    }


def _consent_row(one: Written) -> Row:
    consent, fact = one.new.consent, one.consent
    if consent is None or fact is None:
        raise ValueError("no consent")
    return {
        "purposes": list(consent.purposes),
        "text_version": consent.text_version,
        "language": consent.language,
        "way": consent.way,
        "given_on": consent.given_on,
        "fact_number": fact.number,
    }


def search_terms_of(one: Written) -> set[str]:
    """Return what the household is found by."""
    line = one.new.address.line if one.new.address is not None and one.new.address.fixed else None
    return search_terms((m.name for m in one.new.members), phone_e164=one.new.phone_e164, line=line, code=one.code)
