"""The demo's complaints, appeals and corrections, and its outreach events. Invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from ...casework.actions import judging
from ...casework.actions.grieving import RESIDENT, disagree, send_grievance
from ...casework.actions.outreach import change_event, strike_event, write_event
from ...casework.models import Grievance
from ...casework.queries.grievances import list_sides_of
from ...casework.rules.grievances import NewAnswer, NewGrievance
from ...casework.rules.outreach import NewEvent
from ...foundation.access.identity import Actor
from ...foundation.database import session
from ...foundation.kernel.ids import new_token
from ...households.models import Household
from .doing import Desk

# days ago, kind, language, text, e-mail
_WRITTEN = (
    (58, "complaint", "es", "Llamé cuatro veces en mayo. Nadie me devolvió la llamada.", "luzmarina@example.org"),
    (
        41,
        "appeal",
        "en",
        "I cannot get a laptop because my son has one of the school. It is not ours.",
        None,
    ),
    (33, "correction", "vi", "Tên của tôi bị viết sai. Xin sửa lại.", "hoanganh@example.org"),
    (9, "complaint", "en", "The class was moved and nobody told us. We waited in the rain with the children.", None),
    (2, "appeal", "es", "Dicen que mi casa no está en la ciudad. Sí está.", "donaldo@example.org"),
    (1, "correction", "zh", "我的地址写错了，请更正。", None),
)
# days ago, name, kind, place, ZIP code, languages, reached, counted by, asked for help
_EVENTS = (
    (75, "Farmers market", "tabling", "Market street plaza", "95113", ["en", "es"], 64, "heads", 11),
    (52, "Letters to the block", "mailing", "Around the library", "95122", ["en", "es", "vi"], 900, "leaflets", 7),
    (31, "Round of calls", "phone_bank", "From the office", None, ["vi"], 138, "heads", 26),
    (16, "Lunar lantern evening", "tabling", "Community center yard", "95121", ["vi", "zh"], 300, "estimate", 18),
    (5, "Door to door", "canvassing", "Three streets by the creek", "95116", ["es"], 47, "heads", 9),
)  # fmt: skip


def fill_complaints(desk: Desk) -> None:
    """Let residents write, and some be answered: one not yet looked at, one looked at, two answered, one disagreed."""
    partners = [desk.world.partners[code] for code, staff in desk.world.staff.items() if staff][:2]
    sent = []
    for place, (days, kind, language, text, email) in enumerate(_WRITTEN):
        about = partners[place % len(partners)]
        new = NewGrievance(
            kind=kind, text=text, language=language, about_id=about, email=email, typed_code=_code(about, place)
        )
        with desk.at(desk.plan.until - timedelta(days=days)):
            sent.append(send_grievance(new=new, token=new_token(), address="203.0.113.8", by=RESIDENT))
            session().flush()
    _judge(desk, sent)


def _code(partner_id: int, place: int) -> str | None:
    home = select(Household.code).where(Household.partner_id == partner_id, Household.erased_at.is_(None))
    return session().scalars(home.order_by(Household.id).offset(place).limit(1)).first()


def _judge(desk: Desk, sent: Sequence[Grievance]) -> None:
    manager, until = desk.world.manager, desk.plan.until
    late, refused, _correction, moved = sent[:4]
    with desk.at(until - timedelta(days=56)):
        judging.take_grievance(reference=late.reference, by=manager)
        judging.ask_side(reference=late.reference, question="How are calls from residents returned?", by=manager)
    with desk.at(until - timedelta(days=50)):
        (side,) = list_sides_of(late.id)
        lead = desk.world.staff_of(late.about_id or 0)
        judging.say_side(code=side.code, answer="The list of the shift had an old number.", by=_lead(lead))
    with desk.at(until - timedelta(days=40)):
        text = "Tiene razón. Nadie le llamó porque el número del turno estaba mal. Ya lo corrigieron."
        english = "You are right. Nobody called because the number of the shift was wrong. It is put right."
        answer = NewAnswer(outcome="upheld", text=text, english=english)
        judging.answer_grievance(reference=late.reference, answer=answer, by=manager)
    with desk.at(until - timedelta(days=38)):
        judging.take_grievance(reference=refused.reference, by=manager)
        answer = NewAnswer(outcome="not_upheld", text="A household gets one laptop. The one of the school counts here.")
        judging.answer_grievance(reference=refused.reference, answer=answer, by=manager)
    with desk.at(until - timedelta(days=12)):
        disagree(grievance_id=refused.id, text="The school takes it back in June.", by=RESIDENT)
    with desk.at(until - timedelta(days=7)):
        judging.take_grievance(reference=moved.reference, by=manager)
        judging.ask_side(reference=moved.reference, question="Who tells people that a class is moved?", by=manager)


def _lead(navigator: Actor) -> Actor:
    """Return a lead of the navigator's organization."""
    return replace(navigator, roles=frozenset({"partner_lead"}))


def fill_outreach(desk: Desk) -> None:
    """Write events down for two organizations; one is changed, one struck out."""
    for place, staff in enumerate([staff for staff in desk.world.staff.values() if staff][:2]):
        by, codes = staff[0], []
        for days, name, kind, where, zip_code, languages, reached, counted_by, asked in _EVENTS:
            day = desk.plan.until - timedelta(days=days)
            new = NewEvent(
                name=name, kind=kind, happened_on=day, place=where, zip_code=zip_code, languages=languages,
                reached=reached + 13 * place, counted_by=counted_by, asked_help=asked + place,
            )  # fmt: skip
            with desk.at(day):
                codes.append(write_event(new=new, by=by).code)
                session().flush()
        with desk.at(desk.plan.until):
            change_event(code=codes[-1], version=1, new=_more(new), by=by)
            strike_event(code=codes[2], by=by)


def _more(new: NewEvent) -> NewEvent:
    return replace(new, reached=new.reached + 5, notes="Five more on the way back.")
