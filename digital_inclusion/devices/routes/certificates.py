"""The certificate of sanitization: on a page to print and as PDF, with the fields of NIST SP 800-88r2, section 4.6."""

from flask import Response, make_response, render_template, url_for
from flask_babel import format_date, format_time
from flask_babel import gettext as _

from ...foundation.access.roles import ROLES
from ...foundation.kernel import clock
from ...foundation.kernel.messages import N_
from ...foundation.web.gate import current_actor, requires
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS
from ..queries.media import Certificate, Signer, get_certificate
from ..rules.sanitizing import DESTINATIONS, MEDIA, METHODS, TECHNIQUES, VERIFICATIONS
from . import bp
from .paper import paper_pdf

LEAD = N_("The data on this medium were made unreachable as NIST SP 800-88r2 describes it, verified, and validated.")
Rows = list[tuple[str, str]]


@bp.get("/devices/certificates/<code:code>")
@requires("device:read")
def show_certificate(code: str) -> str:
    """Show the certificate with this number."""
    found = get_certificate(code, by=current_actor())
    device = found.sanitization.medium.device
    return render_template(
        "devices/show_certificate.html",
        certificate=found.sanitization,
        parts=_parts(found),
        signers=_signers(found),
        lead=_(LEAD),
        back_url=url_for("devices.list_media", code=device.code),
    )


@bp.get("/devices/certificates/<code:code>.pdf")
@requires("device:read")
def certificate_paper(code: str) -> Response:
    """Send the certificate as PDF."""
    found = get_certificate(code, by=current_actor())
    city = get_program().file.city
    words = {
        "lang": "en",
        "program": f"{city.program_name} · {city.name}",
        "title": _("Certificate of sanitization %(number)s", number=code),
        "lead": _(LEAD),
        "parts": [{"title": title, "rows": rows} for title, rows in _parts(found)],
        "signers": [{"title": title, "rows": rows} for title, rows in _signers(found)],
        "signature": _("Signature"),
    }
    response = make_response(paper_pdf(words))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="sanitization-{code}.pdf"'
    return response


def _parts(found: Certificate) -> list[tuple[str, Rows]]:
    done = found.sanitization
    medium, device = done.medium, done.medium.device
    missing = _("not recorded")
    unit = " ".join(part for part in (device.maker, device.model) if part)
    return [
        (
            _("Medium"),
            [
                (_("Manufacturer"), medium.maker or missing),
                (_("Model"), medium.model or missing),
                (_("Serial number"), medium.serial or missing),
                (_("Media type"), _(MEDIA[medium.kind])),
                (_("Property number"), device.code),
                (_("Media source"), f"{_(DEVICE_KINDS[device.kind])} {unit}, {device.serial or missing}"),
            ],
        ),
        (
            _("Sanitization"),
            [
                (_("Method"), _(METHODS[done.method])),
                (_("Technique"), _(TECHNIQUES[done.technique])),
                (_("Tool and version"), " ".join(part for part in (done.tool, done.tool_version) if part)),
                *([(_("Why Clear is enough"), done.weaker_reason)] if done.weaker_reason else []),
                (_("Verification"), _(VERIFICATIONS[done.verification or ""])),
                (_("Destination"), _(DESTINATIONS[done.destination or ""])),
            ],
        ),
    ]


def _signers(found: Certificate) -> list[tuple[str, Rows]]:
    return [
        (_("Performed by"), _signer(found.performed, "technician")),
        (_("Verified by"), _signer(found.verified, "technician")),
        (_("Validated by"), _signer(found.validated, "sanitization_validator")),
    ]


def _signer(signer: Signer, role: str) -> Rows:
    at = clock.local(signer.at).replace(tzinfo=None)
    return [
        (_("Name"), signer.name),
        (_("Title"), _(ROLES[role].label)),
        (_("Date"), f"{format_date(at)}, {format_time(at, 'short', rebase=False)}"),
        (_("Location"), signer.site or _("not recorded")),
        (_("Contact"), signer.organization),
    ]
