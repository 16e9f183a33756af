"""The count certificate: on a page to print, as PDF, and as the JSON whose fingerprint both carry."""

from typing import Any

from flask import Response, make_response, render_template, url_for

from ...foundation.access.identity import Actor
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_view
from ...households.models import Household
from ...progress.queries.certificates import CertificateView, certificate_of
from ..queries.households import get_household
from ..rules.words import ASPECTS, MILESTONES
from . import bp
from .paper import certificate_pdf, link_rows, link_title


def _open(code: str) -> tuple[Household, CertificateView]:
    """Return the household and its certificate, and note that it was opened."""
    by = current_actor()
    household = get_household(code)
    view = certificate_of(household.id, partner_id=_reader(by))
    note_view(
        "certificate.opened",
        by=by,
        subject_type="households",
        subject_id=household.id,
        partner_id=household.partner_id,
        posting=view.chain.posting,
    )
    return household, view


def _reader(by: Actor) -> int | None:
    return None if sees_every_partner(by.roles) else by.partner_id or -1


def _words(household: Household, view: CertificateView) -> dict[str, Any]:
    return {
        "household": household,
        "chain": view.chain,
        "copies": view.copies,
        "milestones": MILESTONES,
        "aspects": ASPECTS,
        "link_title": link_title,
        "link_rows": link_rows,
        "today": clock.today(),
    }


@bp.get("/households/<code:code>/certificate")
@requires("certificate:read")
def certificate(code: str) -> str:
    """Show why a household counts: each link with its evidence, decision and dates."""
    household, view = _open(code)
    return render_template(
        "reporting/certificate.html",
        back_url=url_for("casework.household", code=household.code),
        **_words(household, view),
    )


@bp.get("/households/<code:code>/certificate.pdf")
@requires("certificate:read")
def certificate_paper(code: str) -> Response:
    """Send the certificate as PDF."""
    household, view = _open(code)
    return _file(certificate_pdf(household, view), "application/pdf", f"certificate-{household.code}.pdf")


@bp.get("/households/<code:code>/certificate.json")
@requires("certificate:read")
def certificate_data(code: str) -> Response:
    """Send the canonical JSON: its SHA-256 is the fingerprint on page and paper."""
    household, view = _open(code)
    data = view.chain.as_json().encode()
    return _file(data, "application/json", f"certificate-{household.code}.json")


def _file(data: bytes, kind: str, name: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
