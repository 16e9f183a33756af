"""an asset tag is unique within its partner: rewrite the keys of units that are out. No table changes."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TAG = re.compile(r"[^0-9]*[0-9]*")
_OUT = """
SELECT units_out.fact_number, facts.unit_key, facts.partner_id
FROM units_out JOIN facts ON facts.number = units_out.fact_number ORDER BY units_out.fact_number
"""


def _is_tag(key: str) -> bool:
    return len(key) < 12 and (len(key) < 7 or _TAG.fullmatch(key) is not None)


def _out() -> list[tuple[int, str, int]]:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":  # rows of every partner
        connection.execute(sa.text("SELECT set_config('app.partner', 'all', true)"))
    return [tuple(row) for row in connection.execute(sa.text(_OUT)) if _is_tag(row.unit_key)]


def upgrade() -> None:
    change = sa.text("UPDATE units_out SET unit_key = :key WHERE fact_number = :number")
    for number, key, partner_id in _out():
        op.get_bind().execute(change, {"key": f"{partner_id}:{key}", "number": number})


def downgrade() -> None:
    """Give the tags back to everybody; of two partners' equal tags the one handed over first stays out."""
    connection, taken = op.get_bind(), set[str]()
    for number, key, _partner_id in _out():
        if key in taken:
            connection.execute(sa.text("DELETE FROM units_out WHERE fact_number = :number"), {"number": number})
        else:
            change = sa.text("UPDATE units_out SET unit_key = :key WHERE fact_number = :number")
            connection.execute(change, {"key": key, "number": number})
        taken.add(key)
