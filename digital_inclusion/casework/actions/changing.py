"""Change the record itself: who lives there, where, what they agreed to, and whether they are still served."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...households.models import Consent, Household, HouseholdAddress, Member
from ...households.rules import CLOSE_REASONS, CONSENT_PURPOSES, REQUIRED_PURPOSE, zip5
from ...matching.actions.candidates import note_candidates
from ...matching.actions.keys import KeySource, write_keys
from ...progress.actions.correcting import void_of
from ...progress.actions.facts import NewFact
from ...progress.actions.posting import Posting, post
from ...progress.queries.deliveries import get_fact
from ...progress.rules.deliveries import check_past
from ...progress.rules.facts import Kind
from ..queries.corrections import find_home, list_homes
from ..rules import correcting as rules
from ..rules.editing import EditedHousehold, EditedMember, check_edited
from ..rules.enrollment import NewAddress, check_address, is_adult
from ..rules.handing_on import CONSENT_ENDED
from .correcting import hold_household
from .handing_on import take_back_all
from .indexing import write_terms

__all__ = [
    "ChangedMeanwhile",
    "EditedHousehold",
    "EditedMember",
    "HomeChangedMeanwhile",
    "close_enrollment",
    "correct_address",
    "edit_household",
    "move_household",
    "withdraw_consent",
]


class ChangedMeanwhile(Conflict):
    """Somebody else saved the household while it was being edited; nothing was written."""

    message = _("Somebody else saved this household while you were editing. Nothing you typed is lost.")


class HomeChangedMeanwhile(Conflict):
    """Somebody else recorded another address while this one was being typed; nothing was written."""

    message = _("Somebody else changed the address while you were typing.")


@dataclass(slots=True)
class _Edit:
    changed: list[str] = field(default_factory=list)

    def put(self, row: object, name: str, value: object) -> None:
        """Set the column and remember its name when the value is another one."""
        if getattr(row, name) != value:
            setattr(row, name, value)
            self.changed.append(name)


def edit_household(*, household_id: int, version: int, edited: EditedHousehold, by: Actor) -> None:
    """Save names, birth dates, contact, languages and needs. Raises ChangedMeanwhile past another editor's save."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    if household.version != version:
        raise ChangedMeanwhile
    refuse(check_edited(edited, {member.id for member in household.members}, clock.today()))
    edit = _Edit()
    for name in EditedHousehold.COLUMNS:
        edit.put(household, name, getattr(edited, name))
    _edit_members(household, edited.members, edit)
    if not edit.changed:
        return
    household.updated_at = clock.now()
    session().flush()
    renew_finding(household, by=by)
    record("household.changed", by=by, subject=household, fields=sorted(set(edit.changed)))


def _edit_members(household: Household, members: Sequence[EditedMember], edit: _Edit) -> None:
    known = {member.id: member for member in household.members}
    for one in members:
        member = known.get(one.id or 0)
        if member is None:
            member = Member(partner_id=household.partner_id, name="", is_head=False)
            household.members.append(member)
        edit.put(member, "name", one.name)
        edit.put(member, "birth_date", one.birth_date)
        edit.put(member, "is_head", one.is_head)
        edit.put(member, "left_on", one.left_on)
    household.head_name = next(one.name for one in members if one.is_head)


def renew_finding(household: Household, *, by: Actor) -> None:
    """Write anew what the household is found by and compared by, and tell the city of new likely pairs."""
    living = [member for member in household.members if member.left_on is None]
    source = _key_source(household, living)
    write_terms(household, living, source.line)
    write_keys({household.id: source})
    note_candidates([household.id], by=by)


def _key_source(household: Household, living: Sequence[Member]) -> KeySource:
    today = clock.today()
    people = {
        (one.name, one.birth_date)
        for one in living
        if one.birth_date is not None and (one.is_head or is_adult(one.birth_date, today))
    }
    home = find_home(household.id)
    fixed = home if home is not None and home.fixed else None
    return KeySource(
        people=sorted(people),
        phone_e164=household.phone_e164,
        line=fixed.line if fixed else None,
        unit=fixed.unit if fixed else None,
        zip_code=fixed.zip_code if fixed else None,
    )


def move_household(
    *, household_id: int, address: NewAddress, from_on: date, seen: int | None = None, by: Actor
) -> Posting:
    """Record a new home from a day on. What is counted already stays where it was (rule 13).

    ``seen``: the fact of the address that whoever types saw on record, 0 where none was; another one by now raises
    HomeChangedMeanwhile. None: nobody looked.
    """
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    before = find_home(household.id)
    if seen is not None and seen != (before.fact_number if before is not None else 0):
        raise HomeChangedMeanwhile
    refuse([*check_address(address), *check_past("from_on", from_on, clock.today())])
    if before is not None and from_on <= before.from_on:
        raise Invalid(
            fields={"from_on": _("They live at the present address since this day or later. To mend it, correct it.")}
        )
    fact = _address_fact(household, address, from_on)
    posting = post([fact], cause="household.moved", by=by)
    _add_address(household, address, fact)
    renew_finding(household, by=by)
    record("household.moved", by=by, subject=household, posting=posting.number)
    return posting


def correct_address(
    *, household_id: int, number: int | None, address: NewAddress, from_on: date, note: str | None = None, by: Actor
) -> Posting:
    """Replace the address of the fact ``number`` by the right one: it was never the other (rules 9 and 13).

    ``number`` is None where no address is on record. The right one keeps its place among the other addresses.
    """
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    rules.check_reason("corrected", rules.VOID_REASONS, note)
    refuse([*check_address(address), *check_past("from_on", from_on, clock.today())])
    voids = _voids_of_home(household, number, from_on, note)
    fact = _address_fact(household, address, from_on)
    posting = post([*voids, fact], cause="fact.corrected", by=by)
    _add_address(household, address, fact)
    renew_finding(household, by=by)
    record(
        "fact.corrected",
        by=by,
        subject=household,
        posting=posting.number,
        kind="address",
        fact=number,
        new_fact=fact.number,
    )
    return posting


def _voids_of_home(household: Household, number: int | None, from_on: date, note: str | None) -> list[NewFact]:
    """Return the void of the home meant; nothing where no home is on record.

    Raises HomeChangedMeanwhile when it stands no longer, Invalid when ``from_on`` crosses the day of the one before or
    after.
    """
    homes = list_homes(household.id)
    if number is None and not homes:
        return []
    wrong = next((home for home in homes if home.fact_number == number), None)
    if number is None or wrong is None:
        raise HomeChangedMeanwhile
    days = [home.from_on for home in homes]
    rules.check_between(
        from_on,
        before=[day for day in days if day < wrong.from_on],
        after=[day for day in days if day > wrong.from_on],
    )
    return [void_of(get_fact(number, record_id=household.id), reason="corrected", note=note)]


def _address_fact(household: Household, address: NewAddress, from_on: date) -> NewFact:
    return NewFact(
        kind=Kind.ADDRESS,
        record_id=household.id,
        partner_id=household.partner_id,
        occurred_on=from_on,
        values={
            "zip_code": zip5(address.zip_code),
            "district": address.district,
            "fixed": address.fixed,
            "in_city": None if address.fixed else address.in_city,
        },
    )


def _add_address(household: Household, address: NewAddress, fact: NewFact) -> None:
    household.addresses.append(
        HouseholdAddress(
            partner_id=household.partner_id,
            from_on=fact.occurred_on,
            fixed=address.fixed,
            line=address.line if address.fixed else None,
            unit=address.unit if address.fixed else None,
            city=address.city if address.fixed else None,
            zip_code=zip5(address.zip_code),
            district=address.district,
            description=None if address.fixed else address.description,
            in_city=None if address.fixed else address.in_city,
            fact_number=fact.number,
        )
    )
    household.updated_at = clock.now()
    session().flush()


def withdraw_consent(*, household_id: int, purposes: Collection[str], by: Actor) -> Posting | None:
    """Stop the purposes from today on; figures stay (rule 20). Returns the posting when being served is among them."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    if not purposes or set(purposes) - CONSENT_PURPOSES.keys():
        raise Invalid(fields={"purposes": _("Please choose what they no longer agree to.")})
    standing = [one for one in household.consents if set(one.purposes) - set(one.withdrawn_purposes or ())]
    if not any(set(purposes) & (set(one.purposes) - set(one.withdrawn_purposes or ())) for one in standing):
        raise Conflict(_("There is no consent on record for this any more."))
    everything = REQUIRED_PURPOSE in purposes
    for consent in standing:
        _withdraw(consent, set(consent.purposes) if everything else set(purposes), by)
    posting = post([_withdrawal(household)], cause="consent.withdrawn", by=by) if everything else None
    if everything:
        take_back_all(household_id=household.id, why=CONSENT_ENDED, by=by)
    record(
        "consent.withdrawn",
        by=by,
        subject=household,
        posting=posting.number if posting else None,
        purposes=sorted(purposes),
    )
    return posting


def _withdraw(consent: Consent, purposes: set[str], by: Actor) -> None:
    gone = set(consent.withdrawn_purposes or ()) | (purposes & set(consent.purposes))
    consent.withdrawn_purposes = sorted(gone)
    consent.withdrawn_on = clock.today()
    consent.withdrawn_by = by.user_id or 0


def _withdrawal(household: Household) -> NewFact:
    return NewFact(
        kind=Kind.WITHDRAWAL,
        record_id=household.id,
        partner_id=household.partner_id,
        occurred_on=clock.today(),
    )


def close_enrollment(*, household_id: int, enrollment_id: int, closed_on: date, reason: str, by: Actor) -> None:
    """Say that the partner no longer serves the household under this enrollment; no figure changes."""
    policy.check(by, "household:correct")
    household = hold_household(household_id, "household:correct", by)
    found = next((one for one in household.enrollments if one.id == enrollment_id), None)
    if found is None:
        raise NotFound
    if found.closed_on is not None:
        raise Conflict(_("This enrollment is closed already."))
    rules.check_reason(reason, CLOSE_REASONS, None)
    rules.check_day("closed_on", closed_on, first=found.enrolled_on, today=clock.today())
    found.closed_on, found.closed_reason = closed_on, reason
    record("household.closed", by=by, subject=household, enrollment=enrollment_id, reason=reason)
