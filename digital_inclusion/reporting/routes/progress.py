"""Progress toward the goals."""

from flask import render_template, url_for

from ...foundation.web.gate import current_actor, requires
from ..forms import ProgressFilters, offer
from ..queries import dashboard
from ..rules.words import ASPECTS, MEANINGS, MILESTONES, REASONS
from . import bp, drawing
from .asking import (
    asked_district,
    asked_milestone,
    asked_partner,
    chips,
    district_choices,
    milestone_choices,
    partner_choices,
)
from .wording import _


@bp.get("/progress")
@requires("progress:read")
def progress() -> str:
    """Show where the program stands, as of today, with the posting it is known at."""
    by = current_actor()
    wanted = dashboard.asked(by, partner_id=asked_partner(), district=asked_district(), milestone=asked_milestone())
    page = dashboard.dashboard(wanted, by=by)
    address = drawing.figure_address(wanted)
    filters = ProgressFilters(formdata=None)
    partners = partner_choices(by, page.partner_names)
    districts, milestones = district_choices(page.program), milestone_choices()
    offer(filters.partner, partners, str(wanted.where.partner_id or ""), every=_("All partners"))
    offer(filters.district, districts, wanted.where.district or "", every=_("All districts"))
    offer(filters.milestone, milestones, wanted.milestone)
    return render_template(
        "reporting/progress.html",
        page=page,
        wanted=wanted,
        filters=filters,
        chips=chips({"partner": partners, "district": districts, "milestone": milestones}),
        address=address,
        months=drawing.by_month(page, wanted, address),
        partners=drawing.by_partner(page, wanted, address),
        districts=drawing.by_district(page, wanted, address),
        district_name=drawing.district_name,
        milestones=MILESTONES,
        meanings=MEANINGS,
        aspects=ASPECTS,
        reasons=REASONS,
        uncounted=url_for("reporting.why_not_counted", partner=asked_partner(), district=asked_district()),
    )
