"""Label sheets as they are sold: sizes in millimeters, from their makers' templates. Pure."""

from dataclasses import dataclass

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

MOST_LABELS = 1000
_INCH = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One size of label: how many stand on a page, and where. All lengths in millimeters."""

    name: str
    page: tuple[float, float] = (8.5 * _INCH, 11 * _INCH)
    columns: int = 1
    rows: int = 1
    label: tuple[float, float]
    corner: tuple[float, float] = (0.0, 0.0)  # of the first label, from the left and from the top
    gap: tuple[float, float] = (0.0, 0.0)

    @property
    def places(self) -> int:
        """Return how many labels a page has."""
        return self.columns * self.rows

    def at(self, place: int) -> tuple[float, float]:
        """Return where label number ``place`` (from 0, row by row) of a page begins, from the left and from the top."""
        row, column = divmod(place, self.columns)
        return (
            self.corner[0] + column * (self.label[0] + self.gap[0]),
            self.corner[1] + row * (self.label[1] + self.gap[1]),
        )


SHEETS = {
    "5160": Sheet(
        name=_("30 on a sheet, 2.625 × 1 in (Avery 5160)"), columns=3, rows=10, label=(2.625 * _INCH, 1 * _INCH),
        corner=(0.1875 * _INCH, 0.5 * _INCH), gap=(0.125 * _INCH, 0),
    ),
    "5163": Sheet(
        name=_("10 on a sheet, 4 × 2 in (Avery 5163)"), columns=2, rows=5, label=(4 * _INCH, 2 * _INCH),
        corner=(0.15625 * _INCH, 0.5 * _INCH), gap=(0.1875 * _INCH, 0),
    ),
    "22806": Sheet(
        name=_("12 on a sheet, 2 × 2 in (Avery 22806)"), columns=3, rows=4, label=(2 * _INCH, 2 * _INCH),
        corner=(0.625 * _INCH, 0.625 * _INCH), gap=(0.625 * _INCH, 1.75 / 3 * _INCH),
    ),
    "roll": Sheet(name=_("One after the other on a roll, 62 × 29 mm"), page=(62, 29), label=(62, 29)),
}  # fmt: skip


def check_start(sheet: Sheet, start: int) -> None:
    """Raise a sentence unless the sheet has a place number ``start`` (from 1)."""
    if not 1 <= start <= sheet.places:
        raise Invalid(fields={"start": _("This sheet has the places 1 to %(places)s.") % {"places": sheet.places}})
