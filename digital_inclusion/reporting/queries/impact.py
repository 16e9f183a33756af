"""Previews of what another rulebook would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...foundation.database import session
from ...foundation.kernel.errors import NotFound
from ...partners.queries import partner_names
from ..models import ImpactPreview

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FlipRow:
    """One line of the result, with the partner's name."""

    program: str
    title: str
    partner: str
    before: str
    after: str
    households: int


def list_previews() -> Sequence[ImpactPreview]:
    """Return the last previews, newest first."""
    return session().scalars(select(ImpactPreview).order_by(ImpactPreview.id.desc()).limit(SHOWN)).all()


def get_preview(code: str) -> ImpactPreview:
    """Return the preview with the code."""
    found = session().scalars(select(ImpactPreview).where(ImpactPreview.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_flips(flips: Sequence[dict[str, Any]]) -> list[FlipRow]:
    """Return the lines by program, partner and answer, in order."""
    names = partner_names()
    found = [
        FlipRow(
            program=flip["program"],
            title=flip["title"],
            partner=names.get(flip["partner_id"], ""),
            before=flip["before"],
            after=flip["after"],
            households=flip["households"],
        )
        for flip in flips
    ]
    return sorted(found, key=lambda row: (row.title, row.partner, row.before, row.after))
