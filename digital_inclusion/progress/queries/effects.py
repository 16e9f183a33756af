"""What a change does to the figures, told before it happens: each figure that changes, now and then."""

from collections.abc import Mapping

from ...foundation.kernel.messages import _
from .figures import figures

LABELS: dict[tuple[str, str], str] = {
    ("connected", "verified"): _("Connected households, verified"),
    ("connected", "current"): _("Connected households, current"),
    ("connected", "pending"): _("Connected households, pending"),
    ("device", "verified"): _("Households with a device, verified"),
    ("device", "current"): _("Households with a device, current"),
    ("device", "pending"): _("Households with a device, pending"),
    ("connectivity", "verified"): _("Households with internet, verified"),
    ("connectivity", "current"): _("Households with internet, current"),
    ("connectivity", "pending"): _("Households with internet, pending"),
    ("skills", "verified"): _("Households with skills, verified"),
    ("skills", "current"): _("Households with skills, current"),
    ("skills", "pending"): _("Households with skills, pending"),
    ("included", "verified"): _("Included households, verified"),
    ("included", "current"): _("Included households, current"),
    ("included", "pending"): _("Included households, pending"),
    ("connected_sustained", "verified"): _("Households with sustained connection, verified"),
    ("connected_sustained", "pending"): _("Households with sustained connection, pending"),
    ("skills_sustained", "verified"): _("Households with sustained skills, verified"),
    ("skills_sustained", "pending"): _("Households with sustained skills, pending"),
}


def tell_changes(changes: Mapping[tuple[str, str], int]) -> list[tuple[str, int, int]]:
    """Return (label, now, then) for every figure of the city that ``changes`` (see ``Effect``) moves today.

    The goal's own figure comes first. An empty list says that no figure changes.
    """
    moved = {figure: change for figure, change in changes.items() if change}
    if not moved:
        return []
    now = figures()
    return [
        (label, now.of(*figure), now.of(*figure) + moved[figure]) for figure, label in LABELS.items() if figure in moved
    ]
