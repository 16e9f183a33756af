"""Columns of a company's answer: the fields, their names in the wild, and how they are matched. Pure."""

from collections.abc import Mapping, Sequence

from ....foundation.kernel.errors import Invalid
from ....foundation.kernel.messages import _
from ....foundation.kernel.text import fold

FIELDS = {
    "reference": _("Our reference"),
    "account": _("The company's number for the line"),
    "state": _("State of the line"),
    "ended_on": _("Day it was off"),
    "reason": _("Reason it ended"),
    "speeds": _("Both speeds in one column"),
    "down": _("Speed down"),
    "up": _("Speed up"),
    "price": _("Price a month"),
    "promo_until_on": _("Last day of the promotion"),
    "price_after": _("Price after the promotion"),
}
KNOWN_BY = ("reference", "account")
_NAMES = {
    "reference": "our reference, reference, ref, your reference, city reference, reference number, ref no",
    "account": "account, account number, account no, acct, acct no, account id, customer number, service id",
    "state": "state, status, service status, account status, line status, service state, result",
    "ended_on": "ended on, end date, disconnect date, disconnected on, disconnection date, cancel date, cancelled on, "
    "canceled on, termination date, service end, off since",
    "reason": "reason, disconnect reason, cancel reason, reason code, end reason",
    "speeds": "speed, speeds, plan speed, down/up, download/upload, bandwidth, speed tier",
    "down": "down, download, download speed, down speed, dl, downstream, down mbps, down kbps, download mbps, "
    "download kbps",
    "up": "up, upload, upload speed, up speed, ul, upstream, up mbps, up kbps, upload mbps, upload kbps",
    "price": "price, monthly price, monthly rate, rate, monthly charge, price a month, mrc, amount, monthly fee",
    "promo_until_on": "promotion end, promo end, promotion ends, promo ends, promo until, promotion end date, "
    "promo end date, discount ends",
    "price_after": "price after, price after promotion, price after promo, regular price, regular rate, standard rate",
}
_BY_NAME = {fold(name): field for field, names in _NAMES.items() for name in names.split(",")}


def match_answer_columns(headers: Sequence[str], *, remembered: Mapping[str, str]) -> dict[str, str]:
    """Return header -> field ("" for none): as remembered for the company (folded header -> field), else by name.

    A field is given once, to the first column that has it.
    """
    found: dict[str, str] = {}
    for header in headers:
        key = fold(header)
        field = remembered.get(key, _BY_NAME.get(key, ""))
        found[header] = "" if field in found.values() else field
    return found


def check_answer_columns(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return header -> field without what is left out; raise Invalid saying what is missing or doubled."""
    chosen = {header: field for header, field in mapping.items() if field}
    fields = list(chosen.values())
    if unknown := sorted(set(fields) - FIELDS.keys()):
        raise Invalid(_("There is no such field: %(names)s."), names=", ".join(unknown))
    if doubled := sorted({field for field in fields if fields.count(field) > 1}):
        raise Invalid(
            _("Two columns cannot mean the same: %(names)s."), names=", ".join(FIELDS[one] for one in doubled)
        )
    if not set(fields) & set(KNOWN_BY):
        raise Invalid(_("Say which column holds our reference, or the company's number for the line."))
    if not set(fields) - {*KNOWN_BY, "reason"}:
        raise Invalid(_("Say which column holds the state of the line, its end, its speeds or its price."))
    return chosen


def unit_of(header: str) -> str:
    """Return the unit that a header names for bare speeds: "kbps", "gbps" or "" (Mbps)."""
    key = fold(header)
    return next((unit for unit in ("kbps", "gbps") if unit in key), "")
