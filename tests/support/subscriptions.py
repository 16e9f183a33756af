"""What subscriptions repeat of the facts, and the same counted by the migration's statement, which shares no code."""

from importlib import import_module

from sqlalchemy import text

from digital_inclusion.foundation.database import EVERYTHING, session, use_scope

_SAID = "fact_number, is_given, is_void, starts_on, ended_on, district, provider, plan, down_kbps, up_kbps, price_cents"


def on_record() -> list[tuple[object, ...]]:
    """Return what the subscriptions say, by fact."""
    return _rows(f"SELECT {_SAID} FROM subscriptions ORDER BY fact_number")  # noqa: S608 - our own names


def from_facts() -> list[tuple[object, ...]]:
    """Return what the migration would write for the facts as they are now."""
    lines = import_module("migrations.versions.0011_connectivity").LINES
    names = lines[lines.index("(") + 1 : lines.index(")")]
    return _rows(
        f"WITH found ({names}) AS ({lines[lines.index('SELECT') :]}) SELECT {_SAID} FROM found ORDER BY fact_number"  # noqa: S608 - our own names
    )


def _rows(statement: str) -> list[tuple[object, ...]]:
    session().rollback()
    use_scope(EVERYTHING)
    return [
        tuple(bool(value) if place in (1, 2) else str(value) for place, value in enumerate(row))
        for row in session().execute(text(statement))
    ]
