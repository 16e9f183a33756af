"""The charts of the progress page."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import url_for
from flask_babel import format_date, format_decimal, ngettext

from ...foundation.web.charts import Bar, Chart, Line, bar_chart, line_chart
from ...progress.queries.figures import ASPECTS, Figures, Month
from ..queries.dashboard import Asked, Dashboard, DistrictRow
from .wording import _

Address = Callable[..., str | None]


def figure_address(wanted: Asked) -> Address:
    """Return a function that gives the address of the list behind a figure of what was asked for."""

    def address(**changes: object) -> str | None:
        place = {"partner": wanted.where.partner_id, "district": wanted.where.district, "milestone": wanted.milestone}
        if wanted.own is not None:
            place.pop("partner")  # the list of a partner's people is always their own
        return url_for("reporting.list_counted", **{**place, "aspect": "verified", **changes})  # type: ignore[arg-type]

    return address


def by_month(page: Dashboard, wanted: Asked, address: Address) -> Chart:
    """Draw the figures at the end of each month."""
    labels = [format_date(one.month, "MMM y") for one in page.months]
    named = {"verified": _("Verified"), "current": _("Current"), "pending": _("Pending")}
    shown = [aspect for aspect in ("verified", "current", "pending") if aspect in ASPECTS[wanted.milestone]]
    lines = [Line(named[one], [month.reached.of(wanted.milestone, one) for month in page.months]) for one in shown]
    title = _growth(page.months, wanted.milestone)
    drawn = line_chart(title, labels, lines, first_column=_("End of"), number=format_decimal)
    rows = tuple(
        replace(row, href=address(month=f"{month.month:%Y-%m}"))
        for row, month in zip(drawn.rows, page.months, strict=True)
    )
    return replace(drawn, rows=rows[::-1], subtitle=_("A month opens the households that were added in it."))


def _growth(months: Sequence[Month], milestone: str) -> str:
    """Say what the last twelve months brought."""
    if not months:
        return _("Nothing is counted yet")
    last = months[-1].reached.of(milestone, "verified")
    before = months[-13].reached.of(milestone, "verified") if len(months) > 12 else 0
    more = last - before
    if more <= 0:
        return _("No growth in the last 12 months")
    return str(
        ngettext(
            "%(num)s more verified household in 12 months",
            "%(more)s more verified households in 12 months",
            more,
            more=format_decimal(more),
        )
    )


def by_partner(page: Dashboard, wanted: Asked, address: Address) -> Chart | None:
    """Draw what each partner's own deliveries completed."""
    bars = _bars(
        [
            (page.partner_names.get(one, str(one)), its, address(partner=one if wanted.own is None else None))
            for one, its in page.partners.items()
        ],
        wanted.milestone,
    )
    if not bars:
        return None
    if wanted.own is not None or len(bars) == 1:
        title = _("What %(partner)s completed", partner=bars[0].label)
    else:
        title = _("%(partner)s has completed the most", partner=bars[0].label)
    return _chart(title, bars, _("Partner"))


def by_district(page: Dashboard, wanted: Asked, address: Address) -> Chart | None:
    """Draw the districts, most households first."""
    rows = [(district_name(row), row.figures, address(district=row.code)) for row in page.districts]
    bars = [bar for bar in _bars(rows, wanted.milestone) if bar.value or bar.more]
    if not bars:
        return None
    return _chart(_("Most verified households are in %(district)s", district=bars[0].label), bars, _("District"))


def district_name(row: DistrictRow) -> str:
    """Return a district's name, also one that is no longer in force or not known."""
    if row.name:
        return row.name
    return _("District not known") if row.code == "unknown" else _("District %(code)s", code=row.code)


def _bars(rows: Sequence[tuple[str, Figures, str | None]], milestone: str) -> list[Bar]:
    bars = [Bar(name, its.of(milestone, "verified"), its.of(milestone, "pending"), href) for name, its, href in rows]
    return sorted(bars, key=lambda bar: (-bar.value, -bar.more, bar.label))


def _chart(title: str, bars: list[Bar], first: str) -> Chart:
    return bar_chart(title, bars, columns=(first, _("Verified"), _("Pending")), number=format_decimal)
