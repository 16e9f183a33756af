"""The balance of kilograms: what came and where it is, each line with its units, as a page and as a file."""

import io
from typing import Any

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel.errors import NotFound
from ...foundation.sheets import write_csv
from ...foundation.web.gate import current_actor, requires
from ...partners.queries import partner_names
from ...progress.rules.deliveries import DEVICE_KINDS
from ..forms.balance import BalanceFilters
from ..queries import balance as queries
from ..rules.balance import LINES, Balance, Factors, Line, balance_of, carbon_of, weight_of
from ..rules.states import STATES
from ..rules.weighing import rows_of, tonnes
from ..schemas import read_factors
from . import bp


def _filters() -> BalanceFilters:
    by = current_actor()
    partners = partner_names() if sees_every_partner(by.roles) else {}
    return BalanceFilters(request.args).offer(partners)


def _asked(form: BalanceFilters) -> queries.Asked:
    """Return what the filters ask for; all that one may see where they cannot be read."""
    asked = queries.Asked()
    if form.validate():
        asked = queries.Asked(since=form.since.data, until=form.until.data, partner_id=form.partner_id())
    return queries.seen_by(asked, current_actor())


def _balance(asked: queries.Asked, factors: Factors) -> Balance:
    return balance_of(queries.list_came(asked), factors, came=queries.weigh_in(asked, factors.weights_g))


@bp.get("/devices/balance")
@requires("balance:read")
def show_balance() -> ResponseReturnValue:
    """Show what came in by weight and where it is, and what reuse may have avoided."""
    form, factors = _filters(), read_factors()
    asked = _asked(form)
    page = render_template(
        "devices/show_balance.html",
        form=form,
        asked=asked,
        balance=_balance(asked, factors),
        carbon=carbon_of(queries.list_in_homes(asked), factors),
        without_batch=queries.count_without_batch(asked),
        factors=factors,
        lines=LINES,
        kinds=DEVICE_KINDS,
        tonnes=tonnes,
        query=_query(asked),
    )
    return page, 400 if form.errors else 200


def _query(asked: queries.Asked) -> dict[str, Any]:
    """Return the filters as an address carries them; days as 2026-01-31."""
    own = asked.partner_id if sees_every_partner(current_actor().roles) else None
    days = {name: day.isoformat() for name, day in (("since", asked.since), ("until", asked.until)) if day}
    return days | ({"partner": own} if own is not None else {})


@bp.get("/devices/balance.csv")
@requires("balance:read")
def balance_file() -> Response:
    """Send the balance as a table."""
    factors, out = read_factors(), io.BytesIO()
    write_csv(rows_of(_balance(_asked(_filters()), factors), factors), out)
    out.seek(0)
    return send_file(out, mimetype="text/csv", as_attachment=True, download_name="device-balance.csv")


@bp.get("/devices/balance/<word:line>")
@requires("balance:read")
def list_line(line: str) -> str:
    """Show the units of a line, each with its weight."""
    if line not in set(Line):
        raise NotFound
    by, asked = current_actor(), _asked(_filters())
    rows = queries.list_line(Line(line), asked, after=request.args.get("after", type=int))
    return render_template(
        "devices/list_line.html",
        line=line,
        lines=LINES,
        rows=rows[: queries.PAGE],
        next=rows[queries.PAGE - 1].device.id if len(rows) > queries.PAGE else None,
        query=_query(asked),
        weight_of=weight_of,
        factors=read_factors(),
        kinds=DEVICE_KINDS,
        states=STATES,
        opens=lambda one: sees_every_partner(by.roles) or one.holder_id == by.partner_id,
    )
