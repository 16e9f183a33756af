"""What stands in the database, to compare before and after."""

import hashlib

from sqlalchemy import select

from digital_inclusion.foundation.database import EVERYTHING, Base, session, use_scope

# Sessions are touched, tries are counted, and views of personal data are recorded: that is no change of data.
WATCHING = {"user_sessions", "throttles", "used_forms", "audit_events", "audit_seals"}


def contents(leave_out: set[str] = WATCHING) -> dict[str, str]:
    """Return a digest of every table's rows, by table."""
    session().rollback()
    use_scope(EVERYTHING)
    found = {}
    for name, table in sorted(Base.metadata.tables.items()):
        if name not in leave_out:
            rows = session().execute(select(table).order_by(*table.primary_key.columns)).all()
            found[name] = f"{len(rows)} rows, {hashlib.sha256(repr(rows).encode()).hexdigest()[:12]}"
    session().rollback()
    use_scope(EVERYTHING)
    return found
