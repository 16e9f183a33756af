"""The receipt for devices that came: what, when, to whom. It never says what they are worth."""

from collections import Counter
from typing import Any

from flask_babel import force_locale, format_date, format_decimal, get_locale
from flask_babel import gettext as _

from ...devices.queries.pledges import Arrived, Followed
from ...devices.routes.paper import paper_pdf
from ...foundation.kernel import clock
from ...progress.queries.program import get_program
from ...progress.rules.deliveries import DEVICE_KINDS


def receipt_of(found: Followed) -> bytes:
    """Return the receipt as PDF: in the page's language where our fonts have its letters, else in English."""
    with force_locale("en"):
        english = _words(found)
    return paper_pdf(_words(found), english)


def _words(found: Followed) -> dict[str, Any]:
    city = get_program().file.city
    parts = [
        (_("What came"), _counts(found)),
        (_("From whom, to whom"), _people(found)),
        (_("Value"), [(_("Not stated"), _("This receipt says nothing about value. Donors set the value themselves."))]),
        (_("Each device"), [_row(one) for one in found.arrived]),
    ]
    return {
        "lang": str(get_locale() or "en")[:2],
        "program": f"{city.program_name} · {city.name}",
        "title": _("Receipt for donated devices %(reference)s", reference=found.pledge.reference),
        "lead": _("Thank you. This is what we received from you."),
        "parts": [{"title": title, "rows": rows} for title, rows in parts],
        "signers": [],
        "signature": "",
    }


def _counts(found: Followed) -> list[tuple[str, str]]:
    counts = Counter(one.device.kind for one in found.arrived)
    return [(_(DEVICE_KINDS[kind]), format_decimal(counts[kind])) for kind in DEVICE_KINDS if kind in counts]


def _people(found: Followed) -> list[tuple[str, str]]:
    days = sorted({clock.local(one.at).date() for one in found.arrived})
    rows = [
        (_("Given by"), found.lot.donor),
        (_("Received by"), found.taker.name),
        (_("Received on"), format_date(days[0], "long")),
        (_("The last ones on"), format_date(days[-1], "long") if len(days) > 1 else ""),
        (_("Printed on"), format_date(clock.today(), "long")),
    ]
    return [row for row in rows if row[1]]


def _row(one: Arrived) -> tuple[str, str]:
    device = one.device
    said = [part for part in (device.maker, device.model) if part]
    serial = _("serial number %(serial)s", serial=device.serial) if device.serial else _("no serial number")
    return _(DEVICE_KINDS[device.kind]), ", ".join([*([" ".join(said)] if said else []), serial, device.code])
