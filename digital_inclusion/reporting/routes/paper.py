"""The certificate on paper: how it looks. What it says comes as data, never as markup."""

from collections.abc import Sequence

from flask_babel import format_date, get_locale

from ...foundation.kernel import clock
from ...foundation.web.paper import draw_pdf
from ...households.models import Household
from ...progress.queries.certificates import CertificateView, Counted, Link
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS, EVIDENCE_TYPES
from ..rules.words import ASPECTS, MILESTONES
from .wording import _

TEMPLATE = """
#set page(paper: "us-letter", margin: (x: 2.2cm, y: 2cm), footer: context [
  #set text(8pt, fill: rgb("#595959"))
  #it.fingerprint #h(1fr) #counter(page).display() / #counter(page).final().first()
])
#set text(10pt, lang: it.lang)
#set heading(numbering: none)
#show heading.where(level: 1): set text(18pt)
#show heading.where(level: 2): set text(13pt)
#text(fill: rgb("#595959"))[#it.program]
= #it.title
#it.lead
== #it.counted_title
#if it.counted.len() == 0 [#it.nothing] else [
  #table(columns: (2fr, 1fr, 1.2fr, 1.2fr, 2fr, 0.8fr), stroke: 0.5pt + rgb("#bbbbbb"), inset: 5pt,
    table.header(..it.head.map(strong)), ..it.counted.flatten())
]
== #it.links_title
#for link in it.links [
  #block(breakable: false, width: 100%, inset: (y: 4pt))[
    === #link.title
    #grid(columns: (4.2cm, 1fr), row-gutter: 4pt, column-gutter: 8pt,
      ..link.rows.map(row => (text(fill: rgb("#595959"))[#row.at(0)], [#row.at(1)])).flatten())
  ]
]
== #it.proof_title
#it.proof
#raw(it.fingerprint)
"""
Rows = list[tuple[str, str]]


def certificate_pdf(household: Household, view: CertificateView) -> bytes:
    """Return the certificate as a tagged PDF."""
    return draw_pdf(TEMPLATE, _words(household, view))


def _words(household: Household, view: CertificateView) -> dict[str, object]:
    chain, city = view.chain, get_program().file.city
    return {
        "lang": str(get_locale() or "en")[:2],
        "program": f"{city.program_name} · {city.name}",
        "title": _("Count certificate %(code)s", code=household.code),
        "lead": _(
            "Printed on %(day)s. The last posting that changed anything here is number %(posting)s.",
            day=format_date(clock.today()),
            posting=chain.posting,
        ),
        "counted_title": _("What it is counted as"),
        "nothing": _("This household is not counted yet."),
        "head": [_("Counted as"), _("How far"), _("From"), _("Until"), _("Result of"), _("Posting")],
        "counted": [_counted(one) for one in chain.counted],
        "links_title": _("What it rests on"),
        "links": [{"title": link_title(link), "rows": link_rows(link)} for link in chain.links],
        "proof_title": _("Fingerprint"),
        "proof": _("SHA-256 of the certificate's data. The same fingerprint on another copy means the same chain."),
        "fingerprint": chain.fingerprint,
    }


def _counted(one: Counted) -> Sequence[str]:
    return [
        _(MILESTONES[one.milestone]),
        _(ASPECTS[one.aspect]),
        format_date(one.since),
        format_date(one.until) if one.until else _("no end"),
        one.partner or _("another partner"),
        str(one.posting or ""),
    ]


def link_title(link: Link) -> str:
    """Return what the link is: "1. Laptop, January 10, 2026"; another partner's is only that."""
    if not link.own:
        return _("%(place)s. Done by another partner, %(day)s", place=link.place, day=format_date(link.on))
    return f"{link.place}. {thing_name(link)}, {format_date(link.on)}"


def thing_name(link: Link) -> str:
    """Return what was delivered, was there already, or was asked."""
    items = {"device": _("Device"), "line": _("Internet line"), "training": _("Training")}
    thing = _(DEVICE_KINDS[link.device_kind]) if link.device_kind in DEVICE_KINDS else items.get(link.item or "", "")
    if link.kind == "already_had":
        return _("%(thing)s the household already had", thing=thing)
    return _("Check: %(thing)s", thing=thing) if link.kind == "check" else thing


def link_rows(link: Link) -> Rows:
    """Return everything one reader may know of a link, in words."""
    if not link.own:
        return [(_("Done by"), _("another partner, on %(day)s", day=format_date(link.on)))]
    return [row for row in (*_what(link), *_conditions(link), *_proof(link)) if row[1]]


def _what(link: Link) -> Rows:
    speed = ""
    if link.down_kbps is not None:
        speed = _speed(link.down_kbps, link.up_kbps)
    hours = _("%(hours)s hours", hours=f"{link.minutes / 60:g}") if link.minutes else ""
    standard = ""
    if link.standard_from is not None:
        needed = _speed(link.standard_down_kbps, link.standard_up_kbps) if link.standard_down_kbps else ""
        day = format_date(link.standard_from)
        standard = _("%(needed)s in force from %(day)s", needed=needed, day=day).strip()
    return [
        (_("Done by"), link.partner or ""),
        (_("Fact and posting"), f"{link.fact} · {link.posting}"),
        (_("Speed"), speed),
        (_("Hours"), hours),
        (_("Assessment"), link.assessment or ""),
        (_("Standard"), standard),
    ]


def _speed(down: int | None, up: int | None) -> str:
    return _("%(down)s/%(up)s Mbps", down=_mbps(down), up=_mbps(up))


def _mbps(kbps: int | None) -> str:
    return f"{(kbps or 0) / 1000:g}"


def _conditions(link: Link) -> Rows:
    if link.kind != "delivery":
        return []
    eligible = format_date(link.eligible_on) if link.eligible_on else ""
    return [
        (_("Enrolled, consent given"), f"{_day(link.enrolled_on)} · {_day(link.consent_on)}"),
        (_("Home"), _home(link)),
        (_("Eligibility"), _("decided on %(day)s", day=eligible) if link.eligibility == "decided" else _("not asked")),
        (_("Device passport"), _passport(link)),
    ]


def _home(link: Link) -> str:
    if link.home_from is None:
        return ""
    day = format_date(link.home_from)
    if link.district in (None, "unknown"):
        return _("in the service area from %(day)s, district not known", day=day)
    return _("district %(district)s from %(day)s", district=link.district, day=day)


def _passport(link: Link) -> str:
    return {
        "new": _("a new device has none"),
        "complete": _("complete"),
        "not_required": _("not required then"),
        None: "",
    }[link.passport]


def _proof(link: Link) -> Rows:
    seen = link.evidence
    if seen is None:
        return []
    kind = EVIDENCE_TYPES.get(seen.type or "", (seen.type or _("not recorded"), frozenset()))[0]
    return [
        (_("Evidence"), _(kind)),
        (_("Seen by, on"), f"{seen.seen_by or _('not recorded, or erased')} · {_day(seen.seen_on)}".rstrip(" ·")),
        (_("Reference"), seen.reference or _("not recorded, or erased")),
        (_("Decision"), _decision(link)),
    ]


def _decision(link: Link) -> str:
    said = link.decision
    if said is None:
        return _("received by the product itself from outside the partner") if link.self_verified else _("none yet")
    words = {"by": said.by, "day": format_date(said.on), "posting": said.posting}
    if said.confirmed:
        return _("confirmed by %(by)s on %(day)s, posting %(posting)s", **words)
    return _("questioned by %(by)s on %(day)s, posting %(posting)s", **words)


def _day(day: object) -> str:
    return format_date(day) if day else ""
