"""Count the SQL statements of a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from digital_inclusion.foundation.database import db


@contextmanager
def count_statements() -> Iterator[list[str]]:
    """Yield a list that fills with every SQL statement sent (an executemany is one); transactions do not count."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET TRANSACTION")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def of_the_page(sent: list[str]) -> list[str]:
    """Return the statements before the audit's own transaction, which begins once the page has been made."""
    last = next(place for place, statement in enumerate(sent) if "INTO audit_events" in statement)
    return sent[: last - ("set_config" in sent[last - 1])]
