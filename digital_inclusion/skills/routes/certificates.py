"""The certificate of attendance in a class: on a page to print and as PDF, in the languages of our public pages."""

from flask import Response, make_response, render_template, request, url_for
from flask_babel import force_locale, format_date, format_decimal
from flask_babel import gettext as _

from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict
from ...foundation.kernel.messages import _ as told
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.paper import draw_pdf
from ...foundation.web.viewing import note_household
from ...households.rules import CONSENT_LANGUAGES, LANGUAGES
from ...progress.queries.program import get_program
from ..models import ClassPlace
from ..queries.certificates import Attended, get_attended
from ..queries.places import get_place
from . import bp

CAME_TO_NONE = told("This person has not come to a session of this class yet. The certificate needs one.")
URL = "/skills/places/<int:place_id>/certificate"
Rows = list[tuple[str, str]]
TEMPLATE = """
#set page(paper: "us-letter", margin: (x: 2.6cm, y: 2.6cm))
#set text(12pt, lang: it.lang)
#show heading.where(level: 1): set text(26pt)
#show heading.where(level: 1): set block(above: 28pt, below: 22pt)
#text(fill: rgb("#595959"))[#it.program]
= #it.title
#text(16pt)[#it.lead]
#v(18pt)
#grid(columns: (5cm, 1fr), row-gutter: 11pt, column-gutter: 10pt,
  ..it.rows.map(row => (text(fill: rgb("#595959"))[#row.at(0)], [#row.at(1)])).flatten())
#v(2.6cm)
#line(length: 7cm, stroke: 0.5pt + rgb("#595959"))
#text(9pt, fill: rgb("#595959"))[#it.signature]
"""


@bp.get(URL)
@requires("class:work")
def show_certificate(place_id: int) -> str:
    """Show the certificate of one person for one class."""
    place, attended = _read(place_id)
    language = _language(place)
    with force_locale(language):
        return render_template(
            "skills/show_certificate.html", place=place, language=language, lead=_lead(place), title=_title(),
            rows=_rows(place, attended), languages=[(one, LANGUAGES[one]) for one in CONSENT_LANGUAGES],
            back_url=url_for("skills.show_class", course=place.course.code),
        )  # fmt: skip


@bp.get(f"{URL}.pdf")
@requires("class:work")
def certificate_paper(place_id: int) -> Response:
    """Send the certificate as PDF: in the language asked for where our fonts have its letters, else in English."""
    place, attended = _read(place_id)
    papers = []
    for language in (_language(place), "en"):
        with force_locale(language):
            papers.append(_words(place, attended, language))
    response = make_response(draw_pdf(TEMPLATE, *papers))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{place.course.code}.pdf"'
    return response


def _read(place_id: int) -> tuple[ClassPlace, Attended]:
    place = get_place(place_id)
    note_household(place.household_id, partner_id=place.partner_id, by=current_actor())
    attended = get_attended(place)
    if not attended.sessions or not place.member.name:
        raise Conflict(CAME_TO_NONE)
    return place, attended


def _language(place: ClassPlace) -> str:
    """Return the language asked for, else the class's own, where there is a certificate in it."""
    for wanted in (request.args.get("language", ""), place.course.language):
        if wanted in CONSENT_LANGUAGES:
            return wanted
    return "en"


def _title() -> str:
    return str(_("Certificate of attendance"))


def _lead(place: ClassPlace) -> str:
    return str(_("%(name)s took part in the class “%(title)s”.", name=place.member.name, title=place.course.title))


def _rows(place: ClassPlace, attended: Attended) -> Rows:
    first, last = (clock.local(at).date() for at in (attended.first_at, attended.last_at) if at is not None)
    sessions = _("%(came)s of %(held)s", came=format_decimal(attended.sessions), held=format_decimal(attended.held))
    return [
        (_("Topic"), place.course.topic),
        (_("Hours"), format_decimal(round(attended.minutes / 60, 1))),
        (_("Sessions"), sessions),
        (_("First day"), format_date(first, "long")),
        (_("Last day"), format_date(last, "long")),
        (_("Class given by"), attended.partner),
        (_("Printed on"), format_date(clock.today(), "long")),
    ]


def _words(place: ClassPlace, attended: Attended, language: str) -> dict[str, object]:
    city = get_program().file.city
    return {
        "lang": language,
        "program": f"{city.program_name} · {city.name}",
        "title": _title(),
        "lead": _lead(place),
        "rows": [list(row) for row in _rows(place, attended)],
        "signature": str(_("Signature")),
    }
