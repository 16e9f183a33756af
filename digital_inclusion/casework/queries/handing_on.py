"""Referrals of households: one as each side may see it, lists, what waits in vain, what can be sent and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.audit.models import AuditEvent
from ...foundation.database import scope_of, session
from ...foundation.kernel.errors import NotFound
from ...households.models import Draft, Household
from ...partners.models import Partner, PartnerKind
from ..models import HouseholdReferral, ReferralLetter
from ..rules.handing_on import OPEN, State
from .drafts import EMPTIED, ENROLLMENT

PAGE = 50
SENDER, RECEIVER, CITY = "sender", "receiver", "city"
SUBJECT = HouseholdReferral.__tablename__
VIEWED = "referral.viewed"
_FROM, _TO = aliased(Partner, name="sender"), aliased(Partner, name="receiver")


def side_of(referral: HouseholdReferral, by: Actor) -> str:
    """Return as whom the person sees the referral; NotFound for whoever has nothing to do with it."""
    if by.partner_id is not None and by.partner_id == referral.from_partner_id:
        return SENDER
    if by.partner_id is not None and by.partner_id == referral.to_partner_id:
        return RECEIVER
    if sees_every_partner(by.roles):
        return CITY
    raise NotFound


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral in a list, with the names of the two organizations."""

    referral: HouseholdReferral
    sender: str
    receiver: str
    receiver_active: bool

    def is_late(self, today: date) -> bool:
        """Return whether nobody answered in time, or whoever has it has left the program."""
        is_overdue = self.referral.state == State.SENT and self.referral.answer_by < today
        return is_overdue or (self.referral.state in OPEN and not self.receiver_active)


def _rows() -> Select[HouseholdReferral, str, str, bool]:
    return (
        select(HouseholdReferral, _FROM.name, _TO.name, _TO.active)
        .join(_FROM, _FROM.id == HouseholdReferral.from_partner_id)
        .join(_TO, _TO.id == HouseholdReferral.to_partner_id)
    )


def find_referral_row(code: str) -> ReferralRow:
    """Return the referral with the code, whoever asks; NotFound where there is none."""
    row = session().execute(_rows().where(HouseholdReferral.code == code)).first()
    if row is None:
        raise NotFound
    return ReferralRow(*row)


def find_referral_by_id(number: int) -> HouseholdReferral:
    """Return the referral with the number; its letter names it."""
    return session().get_one(HouseholdReferral, number)


def hold_household_referral(code: str) -> HouseholdReferral:
    """Return the referral as it stands, held until the commit so that of two answers one wins."""
    held = select(HouseholdReferral).where(HouseholdReferral.code == code).with_for_update()
    found = session().scalars(held.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def hold_open_of(household_id: int) -> Sequence[HouseholdReferral]:
    """Return the referrals of the sender's household that are open, held until the commit."""
    open_ones = select(HouseholdReferral).where(
        HouseholdReferral.household_id == household_id, HouseholdReferral.state.in_(sorted(OPEN))
    )
    held = open_ones.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(HouseholdReferral.id)).all()


def find_open_to(household_id: int, partner_id: int) -> HouseholdReferral | None:
    """Return what was sent for the household to the organization and is open."""
    found = select(HouseholdReferral).where(
        HouseholdReferral.household_id == household_id,
        HouseholdReferral.to_partner_id == partner_id,
        HouseholdReferral.state.in_(sorted(OPEN)),
    )
    return session().scalars(found.order_by(HouseholdReferral.id).limit(1)).first()


def get_letter(referral: HouseholdReferral) -> ReferralLetter:
    """Return the letter; only within its receiver's scope."""
    found = session().scalars(select(ReferralLetter).where(ReferralLetter.referral_id == referral.id)).first()
    if found is None:
        raise NotFound
    return found


def find_letter(letter_id: int) -> ReferralLetter | None:
    """Return the letter with the number, None for another organization's."""
    return session().scalars(select(ReferralLetter).where(ReferralLetter.id == letter_id)).first()


def list_letter_drafts(letter: ReferralLetter) -> Sequence[Draft]:
    """Return the enrollments that were filled in from the letter and not sent, oldest first; held until the commit."""
    drafts = select(Draft).where(Draft.letter_id == letter.id, Draft.kind.in_((ENROLLMENT, EMPTIED)))
    held = drafts.with_for_update().execution_options(populate_existing=True)
    return session().scalars(held.order_by(Draft.id)).all()


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """A referral as one side may see it. ``letter``: the receiver's, and the sender's until it is blanked; ``home``:
    the reader's own record of the household; ``opened_at``: when the receiver opened it first."""

    row: ReferralRow
    side: str
    letter: ReferralLetter | None
    home: Household | None
    opened_at: datetime | None


def get_referral_page(code: str, *, by: Actor) -> ReferralPage:
    """Return the referral; NotFound for whoever has nothing to do with it."""
    row = find_referral_row(code)
    referral, side = row.referral, side_of(row.referral, by)
    letter = None
    if side != CITY:
        with scope_of(referral.to_partner_id):
            letter = get_letter(referral)
    own = referral.household_id if side == SENDER else letter.household_id if letter is not None else None
    home = session().scalars(select(Household).where(Household.id == (own or 0))).first()
    return ReferralPage(row, side, letter, home, _opened_at(referral))


def _opened_at(referral: HouseholdReferral) -> datetime | None:
    return session().scalar(
        select(func.min(AuditEvent.happened_at)).where(
            AuditEvent.subject_type == SUBJECT,
            AuditEvent.subject_id == referral.id,
            AuditEvent.name == VIEWED,
            AuditEvent.partner_id == referral.to_partner_id,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFilter:
    """What the list shows: those received, sent, or (for the city) all; open ones or closed ones."""

    show: str = "received"
    closed: bool = False
    after: int | None = None


def _conditions(wanted: ReferralFilter, by: Actor) -> list[ColumnElement[bool]]:
    one = HouseholdReferral
    is_open = one.state.in_(sorted(OPEN))
    own = by.partner_id or -1
    if sees_every_partner(by.roles):
        whose = one.id > 0
    else:
        whose = (one.from_partner_id == own) if wanted.show == "sent" else (one.to_partner_id == own)
    return [~is_open if wanted.closed else is_open, whose]


def list_household_referrals(wanted: ReferralFilter, *, by: Actor) -> list[ReferralRow]:
    """Return referrals, oldest first; closed ones, the last first. One more than a page tells of a next one."""
    statement = _rows().where(*_conditions(wanted, by))
    number = HouseholdReferral.id
    if wanted.after is not None:
        statement = statement.where(number < wanted.after if wanted.closed else number > wanted.after)
    rows = session().execute(statement.order_by(number.desc() if wanted.closed else number).limit(PAGE + 1))
    return [ReferralRow(*row) for row in rows]


def count_household_referrals(wanted: ReferralFilter, *, by: Actor) -> int:
    """Return how many the filter shows in all."""
    return session().scalar(select(func.count(HouseholdReferral.id)).where(*_conditions(wanted, by))) or 0


def waiting_at(partner_id: int | None) -> Select[HouseholdReferral]:
    """Return the statement that finds what the organization has to answer or goes on with, the last days first."""
    mine = HouseholdReferral.to_partner_id == (partner_id or -1), HouseholdReferral.state.in_(sorted(OPEN))
    return select(HouseholdReferral).where(*mine).order_by(HouseholdReferral.answer_by, HouseholdReferral.id)


def list_held_late(today: date, *, limit: int) -> Sequence[HouseholdReferral]:
    """Return what nobody answered in time, or what an organization left behind that has left the program, as far as the
    sender was not told of it; held until the commit, the oldest first."""
    one = HouseholdReferral
    is_overdue = (one.state == State.SENT) & (one.answer_by < today)
    statement = (
        select(one)
        .join(_TO, _TO.id == one.to_partner_id)
        .where(one.told_at.is_(None), or_(is_overdue, one.state.in_(sorted(OPEN)) & ~_TO.active))
        .with_for_update(of=one)
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement.order_by(one.id).limit(limit)).all()


def list_grantees(*, besides: int) -> list[tuple[int, str]]:
    """Return whom a household may be referred to: the other active grantees, by name."""
    others = select(Partner.id, Partner.name).where(
        Partner.kind == PartnerKind.GRANTEE, Partner.active, Partner.id != besides
    )
    return [(number, name) for number, name in session().execute(others.order_by(Partner.name, Partner.id))]
