"""Lines of a company, asked about and answered for."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.connectivity.models import Subscription
from digital_inclusion.exchange.actions.answering import apply_answer, map_answer_columns, upload_answer
from digital_inclusion.exchange.actions.applying import undo_answer
from digital_inclusion.exchange.actions.asking import make_provider_file
from digital_inclusion.exchange.models import AnswerFile, ProviderFileRow
from digital_inclusion.foundation.access.identity import Actor
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.rules import CONSENT_PURPOSES
from digital_inclusion.progress.models import EntryRow, FactRow
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.households import new_consent, new_line
from tests.factories.served import serve
from tests.factories.world import World

PROVIDER = "Bay Fiber"


def with_line(
    world: World, partner: str = "a", *, agreed: bool = True, name: str = "Rosa Delgado"
) -> EnrolledHousehold:
    """Enroll a household with a line, that agreed (or not) that its company is asked."""
    consent = new_consent()
    if agreed:
        consent.purposes[:] = sorted(CONSENT_PURPOSES)
    return serve(world, partner, name=name, deliveries=(new_line(price_cents=3000),), consent=consent)


def _as(by: Actor) -> None:
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))


def asked(by: Actor) -> dict[int, str]:
    """Make the file for the company; return line -> the reference it has there."""
    with write_transaction():
        _as(by)
        made = make_provider_file(provider=PROVIDER, kind="csv", by=by)
        file_id = made.id
    use_scope(EVERYTHING)
    rows = session().scalars(select(ProviderFileRow).where(ProviderFileRow.file_id == file_id))
    return {row.fact_number: row.reference for row in rows}


def answered(rows: Sequence[Mapping[str, str]], by: Actor, *, on: date | None = None) -> AnswerFile:
    """Take an answer in and compare it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    stream = io.BytesIO(out.getvalue().encode())
    with write_transaction():
        _as(by)
        day = on or clock.today()
        made = upload_answer(
            stream=stream, filename="answer.csv", provider=PROVIDER, answered_on=day, limit=2**24, by=by
        )
        file_id = made.id
    with write_transaction():
        _as(by)
        held = session().get_one(AnswerFile, file_id)
        map_answer_columns(answer=held, mapping=held.mapping, by=by)
    return again(file_id)


def again(file_id: int) -> AnswerFile:
    """Return the answer as it is now."""
    session().rollback()
    use_scope(EVERYTHING)
    return session().get_one(AnswerFile, file_id, populate_existing=True)


def applied(answer: AnswerFile, by: Actor, *, parts: Sequence[str] = ("on", "ended", "terms")) -> AnswerFile:
    """Apply the answer to its end."""
    file_id = answer.id
    with write_transaction():
        _as(by)
        apply_answer(answer=session().get_one(AnswerFile, file_id), parts=parts, by=by)
    return again(file_id)


def taken_back(answer: AnswerFile, by: Actor) -> AnswerFile:
    """Take the answer back to the end."""
    file_id = answer.id
    with write_transaction():
        _as(by)
        undo_answer(answer=session().get_one(AnswerFile, file_id), by=by)
    return again(file_id)


def standing() -> tuple[object, ...]:
    """Return what stands: terms and ends of lines, facts that no void takes back, and the net of the ledger."""
    session().rollback()
    use_scope(EVERYTHING)
    lines = [
        (
            row.fact_number,
            row.ended_on,
            row.is_void,
            row.price_cents,
            row.promo_until_on,
            row.price_after_cents,
            row.terms_seen_on,
        )
        for row in session().scalars(select(Subscription).order_by(Subscription.fact_number))
    ]
    facts = session().scalars(select(FactRow).order_by(FactRow.number)).all()
    gone = {fact.refers_to for fact in facts if fact.kind == Kind.VOID}
    stand = [
        (fact.kind, fact.refers_to, fact.occurred_on)
        for fact in facts
        if fact.kind != Kind.VOID and fact.number not in gone
    ]
    net: dict[tuple[object, ...], int] = {}
    for entry in session().scalars(select(EntryRow).order_by(EntryRow.id)):
        key = (entry.identity, entry.milestone, entry.aspect, entry.occurred_on)
        net[key] = net.get(key, 0) + entry.sign
    return lines, stand, {key: count for key, count in net.items() if count}
