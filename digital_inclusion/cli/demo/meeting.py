"""The demo's appointments and referrals: who meets whom when, and who asked another organization to help. Invented."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from ...agenda.queries.messages import find_last_consent
from ...agenda.rules.appointments import NewAppointment, Step
from ...casework.actions.appointments import move_appointment, plan_appointment, settle_appointment
from ...casework.actions.handing_on import send_referral
from ...casework.actions.taking_on import accept_referral, decline_referral
from ...casework.rules.handing_on import NewReferral
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.errors import DomainError
from ...households.models import Household
from .doing import Desk

# days from today, at, minutes, where, what for, words, how it went
_MEETINGS = (
    (-9, time(10), 60, "ours", "papers", "They bring the letter of the company.", Step.KEEP),
    (-6, time(15, 30), 30, "phone", "follow_up", None, Step.MISS),
    (-1, time(9, 30), 60, "home", "set_up", "Router stands behind the couch.", None),
    (0, time(11), 30, "ours", "hand_over", None, None),
    (0, time(16, 30), 45, "video", "lesson", "Sign in to the school portal together.", None),
    (1, time(10), 60, "home", "internet", None, None),
    (4, time(13), 30, "ours", "repair", "The battery lasts ten minutes.", None),
    (11, time(14), 15, "phone", "follow_up", None, None),
)
# days ago, needs, words, what the other organization did
_REFERRALS: tuple[tuple[int, frozenset[str], str, str | None], ...] = (
    (9, frozenset({"skills"}), "They would like lessons in the evening.", "accept"),
    (7, frozenset({"device"}), "Two students share one phone.", None),
    (3, frozenset({"connection", "skills"}), "They moved to your side of town.", "decline"),
    (1, frozenset({"device", "skills"}), "Mornings are best.", None),
)


def fill_meetings(desk: Desk) -> None:
    """Plan appointments of two navigators, and refer some of the first one's households to the other's organization."""
    people = [staff[0] for staff in desk.world.staff.values() if staff][:2]
    for by in people:
        homes = _served(by)
        for home, meeting in zip(homes, _MEETINGS, strict=False):
            _meet(desk, home, by, meeting)
    if len(people) == 2:
        first, second = people
        for home, one in zip(_served(first)[len(_MEETINGS) :], _REFERRALS, strict=False):
            _refer(desk, home, first, second, one)


def _served(by: Actor) -> Sequence[Household]:
    """Return households of the person's caseload with a consent that stands, the last enrolled first."""
    mine = select(Household).where(Household.partner_id == by.partner_id, Household.erased_at.is_(None))
    rows = session().scalars(mine.where(Household.phone.is_not(None)).order_by(Household.id.desc()).limit(60)).all()
    return [home for home in rows if _agrees(home)]


def _agrees(home: Household) -> bool:
    consent = find_last_consent(home.id)
    return consent is not None and consent.withdrawn_on is None and home.safe_contact != "none"


def _meet(
    desk: Desk, home: Household, by: Actor, meeting: tuple[int, time, int, str, str, str | None, Step | None]
) -> None:
    days, at, minutes, place, purpose, words, ended = meeting
    day = desk.plan.until + timedelta(days=days)
    new = NewAppointment(
        owner_id=by.user_id or 0, starts=datetime.combine(day, at), minutes=minutes, place=place, purpose=purpose,
        words=words,
    )  # fmt: skip
    with desk.at(day - timedelta(days=14)):
        made = plan_appointment(household_id=home.id, new=new, even_so=True, by=by)
        if days == 1:
            later = NewAppointment(
                owner_id=new.owner_id, starts=new.starts + timedelta(hours=1), minutes=30, place="ours", purpose=purpose
            )
            move_appointment(code=made.code, sequence=made.sequence, new=later, even_so=True, by=by)
    if ended is not None:
        with desk.at(day + timedelta(days=1)):
            settle_appointment(code=made.code, step=ended, by=by)


def _refer(desk: Desk, home: Household, by: Actor, to: Actor, one: tuple[int, frozenset[str], str, str | None]) -> None:
    days, needs, words, answer = one
    day = desk.plan.until - timedelta(days=days)
    new = NewReferral(
        to_partner_id=to.partner_id or 0, needs=needs, contact="phone", agreed=True, agreed_on=day,
        agreed_way="spoken", words=words,
    )  # fmt: skip
    try:
        with desk.at(day):
            sent = send_referral(household_id=home.id, new=new, by=by)
    except DomainError:  # its consent did not stand on that day
        return
    with desk.at(day + timedelta(days=1)):
        if answer == "accept":
            accept_referral(code=sent.code, by=to)
        elif answer == "decline":
            decline_referral(code=sent.code, reason="no_room", by=to)
