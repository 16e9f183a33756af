"""What a grant has reached and earned."""

from flask import render_template

from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...funding.rules import OUTCOMES
from ...partners.queries import partner_names
from ...progress.queries.figures import last_posting
from ..queries.results import grant_results as read_results
from . import bp


@bp.get("/grants/<int:grant_id>/results")
@requires("grant:read")
def grant_results(grant_id: int) -> str:
    """Show targets against verified results, and what they are worth."""
    grant, results = read_results(grant_id, by=current_actor())
    return render_template(
        "reporting/grant_results.html",
        grant=grant,
        results=results,
        earned=sum(result.earned_cents for result in results),
        outcomes=OUTCOMES,
        partner_name=partner_names()[grant.partner_id],
        today=clock.today(),
        knowledge=last_posting(),
    )
