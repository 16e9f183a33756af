"""The partners' names beside their figures."""

from sqlalchemy import select

from ...foundation.database import session
from ...partners.models import Partner


def partner_names() -> dict[int, tuple[str, str]]:
    """Return code and name of every partner, by id, in the order of their names."""
    statement = select(Partner.id, Partner.code, Partner.name).order_by(Partner.name, Partner.id)
    return {row.id: (row.code, row.name) for row in session().execute(statement)}
