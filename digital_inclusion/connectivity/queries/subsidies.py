"""Programs that lower the price of a line, by the rulebook in use."""

from ...eligibility.rules.book import ProgramKind
from ...eligibility.schemas import decider_in_use
from ...foundation.kernel.messages import _
from ..rules.terms import VOUCHER


def subsidy_titles() -> dict[str, str]:
    """Return the titles of the programs that pay toward a line, by id, in the rulebook's order; the city's last."""
    programs = [one for one in decider_in_use().book.programs.values() if one.kind is ProgramKind.SUBSIDY]
    titles = {one.id: one.title for one in sorted(programs, key=lambda one: (one.order, one.id))}
    return titles | {VOUCHER: _("City voucher")}
