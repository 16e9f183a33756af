"""A company that was asked about its lines, and what it answered: compared, and waiting for somebody to choose."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select

from ...accounts.queries.sessions import find_user_by_email
from ...exchange.actions.answering import Work, map_answer_columns, upload_answer
from ...exchange.actions.asking import make_provider_file
from ...exchange.actions.comparing import compare_answer
from ...exchange.models import AnswerFile, ProviderFileRow
from ...exchange.queries.answers import list_answers
from ...exchange.queries.lines import list_providers
from ...foundation.access.identity import Actor
from ...foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from ...foundation.kernel import clock

LEAD = "lead@example.org"
_MOST_BYTES = 10 * 1024 * 1024
_HEADERS = ("Our reference", "Service status", "End date", "Disconnect reason", "Monthly rate")


def fill_answers() -> None:
    """Ask the company with most lines of one partner, and take its answer in; doing it again changes nothing."""
    by = _lead()
    use_scope(Scope(partner_id=by.partner_id))
    if not list_answers(partner_id=by.partner_id or 0):
        _answer(by)
    use_scope(EVERYTHING)


def _lead() -> Actor:
    user = find_user_by_email(LEAD)
    if user is None:
        raise LookupError(f"the demo has no account {LEAD}")
    roles = frozenset({"partner_lead"})
    return Actor(user_id=user.id, name=user.name, partner_id=user.partner_id, roles=roles, second_factor=True)


def _answer(by: Actor) -> None:
    providers = list_providers()
    if not providers:
        return
    provider = max(providers, key=lambda one: one[1])[0]
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        file_id = make_provider_file(provider=provider, kind="csv", by=by).id
    statement = select(ProviderFileRow.reference).where(ProviderFileRow.file_id == file_id)
    references = session().scalars(statement.order_by(ProviderFileRow.id)).all()
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        answer = upload_answer(
            stream=io.BytesIO(_text(references).encode("utf-8-sig")), filename="answer-of-the-company.csv",
            provider=provider, answered_on=clock.today(), limit=_MOST_BYTES, by=by,
        )  # fmt: skip
        work = Work.on(answer, by)
    with write_transaction():
        use_scope(Scope(partner_id=by.partner_id))
        answer = session().get_one(AnswerFile, work.file_id)
        map_answer_columns(answer=answer, mapping=answer.mapping, by=by)
    compare_answer(work)


def _text(references: Sequence[str]) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_HEADERS)
    table.writerows(_rows(references))
    return out.getvalue()


def _rows(references: Sequence[str]) -> Iterator[tuple[str, ...]]:
    off = (clock.today() - timedelta(days=9)).isoformat()
    for place, reference in enumerate(references):
        if place % 9 == 4:
            yield reference, "Disconnected", off, "Non-payment", ""
        elif place % 7 == 3:
            yield reference, "Active", "", "", "34.95"
        elif place % 11 == 6:
            yield reference, "Suspended", "", "", ""
        else:
            yield reference, "Active", "", "", ""
    yield "NOT-YOURS-1", "Active", "", "", "20.00"
