"""Background work of casework."""

from collections.abc import Callable
from datetime import date, timedelta

from ..agenda.jobs import LINKS
from ..agenda.rules.messages import SURVEY
from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, every, handler
from ..foundation.mail import mailer
from ..partners.queries import find_city_partner
from ..progress.queries.program import find_program, get_program_in_zone
from .actions.answering import escalate_unanswered, forget_closed
from .actions.drafting import discard_old_drafts
from .actions.grievance_reminding import MAIL, ask_for_reminders, remind_owner
from .actions.handing_on import tell_senders
from .actions.indexing import INDEX, write_terms_after
from .actions.judging import close_answered, forget_closed_grievances
from .actions.reminding import remind_next
from .actions.survey_sending import make_sent_link
from .actions.surveys import close_over, forget_answers
from .forms.grievance_mail import compose_due
from .forms.reminding import compose_reminder

DISCARD = "casework.discard_old_drafts"
ESCALATE = "casework.escalate_requests"
FORGET = "casework.forget_requests"
CLOSE = "casework.close_grievances"
TELL = "casework.tell_senders"
SURVEYS = "casework.end_surveys"
REMIND = "casework.remind_of_appointments"
for _name in (DISCARD, TELL, ESCALATE, FORGET, CLOSE, SURVEYS):
    every(timedelta(days=1), _name)
every(timedelta(hours=1), REMIND)
LINKS[SURVEY] = make_sent_link


def _in_program(*actions: Callable[..., object], who: str) -> None:
    """Do these in one transaction, by the city's clock; nothing where no program is set up yet."""
    use_scope(EVERYTHING)
    with write_transaction():
        if find_program() is not None:
            get_program_in_zone()
            for action in actions:
                action(by=system_actor(who))


@handler(DISCARD)
def throw_away_old_drafts(_payload: Payload) -> None:
    """Throw away drafts older than the settings keep them. Safe to run any number of times."""
    _in_program(discard_old_drafts, who="drafts")


@handler(INDEX)
def write_terms_anew(payload: Payload) -> None:
    """Write anew what some hundred households are found by. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        write_terms_after(int(str(payload.get("after", 0))), by=system_actor("finding"))


@handler(ESCALATE)
def hand_unanswered_to_the_city(_payload: Payload) -> None:
    """Hand to the city what no partner answered in time. Safe to run any number of times."""
    use_scope(EVERYTHING)
    with write_transaction():
        if find_program() is not None and find_city_partner() is not None:
            get_program_in_zone()  # a day ends by the city's clock
            escalate_unanswered(by=system_actor("requests"))


@handler(FORGET)
def forget_what_closed_requests_say(_payload: Payload) -> None:
    """Erase what requests say that ended longer ago than the settings keep it. Safe to run any number of times."""
    _in_program(forget_closed, who="requests")


@handler(CLOSE)
def close_and_forget_grievances(_payload: Payload) -> None:
    """Close what nobody disagreed with, erase what is kept long enough, ask for mails about what is due soon. Safe to
    run any number of times."""
    _in_program(close_answered, forget_closed_grievances, ask_for_reminders, who="grievances")


@handler(MAIL)
def mail_grievance(payload: Payload) -> None:
    """Write to who looks at a complaint that its answer is due. It says the code and the day, no word of what was
    written; a second run sends nothing."""
    use_scope(EVERYTHING)
    with write_transaction():
        get_program_in_zone()
        told = remind_owner(
            grievance_id=int(payload["grievance"]), due=date.fromisoformat(str(payload["due"])),
            by=system_actor("grievances"),
        )  # fmt: skip
        if told is None:
            return
        to, (subject, body) = told[0].email, compose_due(*told)
    mailer().send(to=to, subject=subject, body=body)


@handler(SURVEYS)
def end_surveys(_payload: Payload) -> None:
    """Close surveys whose last day is over, and keep only numbers of what closed long ago. Safe to run any number of
    times."""
    _in_program(close_over, forget_answers, who="surveys")


@handler(TELL)
def tell_senders_of_referrals(_payload: Payload) -> None:
    """Give senders a task for each referral that nobody answered in time. Safe to run any number of times."""
    _in_program(tell_senders, who="referrals")


@handler(REMIND)
def remind_of_appointments(_payload: Payload) -> None:
    """Remind households of tomorrow's appointments, 200 in a transaction. Safe to run any number of times."""
    after: int | None = 0
    while after is not None:
        use_scope(EVERYTHING)
        with write_transaction():
            if find_program() is None:
                return
            get_program_in_zone()  # tomorrow and quiet hours are those of the city's clock
            after = remind_next(after=after, compose=compose_reminder, by=system_actor("reminders"))
