"""The lists behind the figures."""

from flask import render_template, request

from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...partners.queries import partner_names
from ...progress.queries.program import get_program
from ...progress.rules.codes import Code, Owner
from ..forms import CountedFilters, UncountedFilters, offer
from ..queries import counted, dashboard, uncounted
from ..rules.words import ASPECTS, MILESTONES, REASONS, TURNS, YOUR_TURN
from . import bp
from .asking import (
    asked_aspect,
    asked_district,
    asked_milestone,
    asked_month,
    asked_partner,
    aspect_choices,
    chips,
    district_choices,
    milestone_choices,
    partner_choices,
)
from .wording import _


@bp.get("/progress/households")
@requires("household:read")
def list_counted() -> str:
    """Show the households that make up a figure."""
    by = current_actor()
    milestone = asked_milestone()
    where = dashboard.asked(by, partner_id=asked_partner(), district=asked_district(), milestone=milestone).where
    figure = counted.Figure(milestone=milestone, aspect=asked_aspect(milestone), where=where, month=asked_month())
    page = counted.list_counted(figure, after=request.args.get("after", type=int))
    note_households(len(page.rows), by=by)
    filters, names = CountedFilters(formdata=None), partner_names()
    partners, districts = partner_choices(by, names), district_choices(get_program())
    offer(filters.partner, partners, str(where.partner_id or ""), every=_("All partners"))
    offer(filters.district, districts, where.district or "", every=_("All districts"))
    offer(filters.milestone, milestone_choices(), milestone)
    offer(filters.aspect, aspect_choices(milestone), figure.aspect)
    months = [(f"{figure.month:%Y-%m}", f"{figure.month:%Y-%m}")] if figure.month else []
    return render_template(
        "reporting/list_counted.html",
        page=page,
        figure=figure,
        filters=filters,
        chips=chips({"partner": partners, "district": districts, "month": months}),
        districts=dict(districts),
        partners=names,
        every_partner=sees_every_partner(by.roles),
        milestones=MILESTONES,
        aspects=ASPECTS,
        today=clock.today(),
    )


@bp.get("/why-not-counted")
@requires("household:read")
def why_not_counted() -> str:
    """Show every enrolled household that does not count, its next missing proof, and whose turn it is."""
    by = current_actor()
    where = dashboard.asked(by, partner_id=asked_partner(), district=asked_district(), milestone="connected").where
    reason, owner, whose = (request.args.get(name) for name in ("reason", "owner", "whose"))
    wanted = uncounted.Asked(
        where=where,
        reason=reason if reason in set(Code) else None,
        owner=owner if owner in set(Owner) else None,
        whose=whose if whose in {"mine", "team"} and not sees_every_partner(by.roles) else "all",
    )
    page = uncounted.list_uncounted(wanted, by=by, after=request.args.get("after", type=int))
    note_households(len(page.rows), by=by)
    filters = UncountedFilters(formdata=None)
    partners, districts = partner_choices(by, partner_names()), district_choices(get_program())
    reasons = [(code, _(label)) for code, label in REASONS.items()]
    turns = dict(TURNS) if sees_every_partner(by.roles) else {**TURNS, Owner.PARTNER: YOUR_TURN}
    owners = [(code, _(label)) for code, label in turns.items()]
    offer(filters.partner, partners, str(where.partner_id or ""), every=_("All partners"))
    offer(filters.district, districts, where.district or "", every=_("All districts"))
    offer(filters.reason, reasons, wanted.reason or "", every=_("Every reason"))
    offer(filters.owner, owners, wanted.owner or "", every=_("Anybody's turn"))
    return render_template(
        "reporting/why_not_counted.html",
        page=page,
        wanted=wanted,
        filters=filters,
        chips=chips({"partner": partners, "district": districts, "reason": reasons, "owner": owners}),
        reasons=dict(reasons),
        owners=dict(owners),
        every_partner=sees_every_partner(by.roles),
        has_team=bool(by.team_ids),
    )
