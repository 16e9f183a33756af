"""Ask whether lines are still on: note what was said, send links, take the answer that comes by one."""

from datetime import date, timedelta

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import scope_of, session
from ...foundation.jobs import enqueue
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, NotFound, Throttled
from ...foundation.kernel.ids import new_token, token_digest
from ...foundation.kernel.messages import _
from ...foundation.throttle import is_within
from ...households.models import Household
from ...progress.actions.facts import NewFact
from ...progress.actions.holding import hold_identity
from ...progress.actions.posting import post
from ...progress.actions.recording import record_delivery
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import Evidence, NewDelivery
from ...progress.rules.facts import Item, Kind
from ..models import CheckLink, LineCheck, Subscription
from ..queries import asking as queries
from ..rules import checks as rules

MAIL_LINK = "connectivity.mail_check"
PER_ADDRESS, HOUR = 30, timedelta(hours=1)
MOST_AT_ONCE = 200


def note_check(*, number: int, said: rules.Said, by: Actor) -> LineCheck:
    """Note what a household said about a line today, to the question that is open.

    "Still on" posts a check, "off" with its day the end; the other answers post nothing.
    """
    policy.check(by, "line:check")
    line, household = queries.get_asked(number)
    policy.check(by, "line:check", line)
    hold_identity(household.id)  # two who ask the same household at once follow each other
    line, household = queries.get_asked(number)
    term = rules.term_of(line.starts_on, clock.today(), get_program().file.connectivity.check_days)
    if term is None:
        raise Conflict(_("Nothing is to be asked about this line today."))
    return _note(line, household, term, said, by)


def _note(line: Subscription, household: Household, term: int, said: rules.Said, by: Actor) -> LineCheck:
    today, told = clock.today(), queries.list_tries(line.fact_number, term)
    rules.check_said(
        said, told=[one.answer for one in told], last_asked=told[-1].asked_on if told else None, today=today,
        most=get_program().file.connectivity.check_tries,
    )  # fmt: skip
    rules.check_end(said, starts_on=line.starts_on, today=today)
    if line.ended_on is not None and line.ended_on <= today:
        raise Conflict(_("The end of this line is on record already."))
    noted = LineCheck(
        partner_id=line.partner_id, household_id=household.id, fact_number=line.fact_number, term_days=term,
        try_number=len(told) + 1, way=said.way, answer=said.answer, asked_on=today,
        answered_on=today if said.answer in rules.FINAL else None, asked_at=clock.now(), asked_by=by.user_id,
        said_fact=_post(line, said, by),
    )  # fmt: skip
    session().add(noted)
    if noted.said_fact is None:
        record(
            "line.asked", by=by, subject_type="households", subject_id=household.id, partner_id=line.partner_id,
            fact=line.fact_number, term=term, tries=noted.try_number,
        )  # fmt: skip
    return noted


def _post(line: Subscription, said: rules.Said, by: Actor) -> int | None:
    """Post what the answer says of the line, with its audit event; return the fact's number, None for nothing."""
    if said.answer == rules.ON:
        return _post_check(line, said.way, by)
    if said.answer == rules.OFF and said.ended_on is not None:
        return _post_end(line, said.ended_on, str(said.reason), by)
    return None


def _post_check(line: Subscription, way: str, by: Actor) -> int:
    """Post that it is still on: it extends the proof once a verifier confirms it, and never verifies itself."""
    seen_by = by.name if by.user_id is not None else None
    check = NewDelivery(
        kind=Kind.CHECK, item=Item.LINE, occurred_on=clock.today(), passed=True, refers_to=line.fact_number,
        evidence=Evidence(type=rules.EVIDENCE[way], seen_by=seen_by, seen_on=clock.today()),
    )  # fmt: skip
    return record_delivery(household_id=line.household_id, delivery=check, cause="check.recorded", again=True, by=by)


def _post_end(line: Subscription, ended_on: date, reason: str, by: Actor) -> int | None:
    end = NewFact(
        kind=Kind.END, record_id=line.household_id, partner_id=line.partner_id, occurred_on=ended_on,
        refers_to=line.fact_number, values={"reason": reason},
    )  # fmt: skip
    posting = post([end], cause="fact.ended", by=by)
    record(
        "fact.ended", by=by, subject_type="households", subject_id=line.household_id, partner_id=line.partner_id,
        posting=posting.number, fact=line.fact_number, item=Item.LINE.value, reason=reason,
    )  # fmt: skip
    return end.number


def make_links(*, by: Actor) -> int:
    """Make a link for every household that agreed to be written to and whose question is open; return how many.

    Each is sent by a job of its own; asked for again it finds only new ones.
    """
    policy.check(by, "line:check")
    today, now = clock.today(), clock.now()
    terms = rules.terms_on(today, get_program().file.connectivity.check_days)
    rows = queries.list_to_mail(terms, today=today, limit=MOST_AT_ONCE) if terms else []
    for line, term in rows:
        link = CheckLink(
            fact_number=line.fact_number, term_days=term, partner_id=line.partner_id, created_at=now,
            expires_at=now + rules.LINK_LASTS,
        )  # fmt: skip
        session().add(link)
        session().flush()
        enqueue(MAIL_LINK, {"link": link.id})
    if rows:
        record("line.links_made", by=by, links=len(rows))
    return len(rows)


def renew_link(*, link_id: int, by: Actor) -> tuple[str, Household] | None:
    """Return a fresh token of a link with whom to write to; None where it was answered, or nobody may be written to."""
    policy.check(by, "line:check")
    link = queries.get_link(link_id)
    if link is None or link.answered_at is not None or clock.as_utc(link.expires_at) <= clock.now():
        return None
    household = queries.find_to_mail(link, today=clock.today())
    if household is None:
        return None
    token = new_token()
    link.token_digest = token_digest(token)
    record("line.links_made", by=by, subject=link, links=1)
    return token, household


def answer_by_link(*, token: str, answer: str | None, address: str, by: Actor) -> None:
    """Take what a household says by its link; a second answer changes nothing. NotFound once the link is over.

    It is what the household said: evidence that a verifier confirms, like any other.
    """
    policy.check(by, "line:check")
    if not is_within("still_connected", address, limit=PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many answers came from here in the last hour. Please wait a while and try again."))
    link = queries.find_link(token_digest(token))
    if link is None or (link.answered_at is None and clock.as_utc(link.expires_at) <= clock.now()):
        raise NotFound
    with scope_of(link.partner_id):
        _line, household = queries.get_asked(link.fact_number)
        hold_identity(household.id)
        held = queries.find_link(token_digest(token), hold=True)
        line, household = queries.get_asked(link.fact_number)
        if held is None or held.answered_at is not None:
            return
        told = queries.list_tries(line.fact_number, held.term_days)
        held.answered_at = clock.now()
        if any(one.answer in rules.FINAL for one in told) or (line.ended_on or date.max) <= clock.today():
            record("line.asked", by=by, subject=held, fact=line.fact_number, term=held.term_days)
            return  # somebody noted it meanwhile
        choice = answer if answer in (rules.ON, rules.OFF) else None
        _note(line, household, held.term_days, rules.Said(answer=choice, way=rules.LINK), by)
