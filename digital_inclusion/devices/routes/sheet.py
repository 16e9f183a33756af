"""Labels on paper, each where the sheet has one. What they say comes as data, never as markup."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from ...foundation.web.paper import draw_pdf
from ..rules.labels import Sheet

TEMPLATE = """
#set page(width: it.page.at(0) * 1mm, height: it.page.at(1) * 1mm, margin: 0pt)
#set text(lang: "en")
#set par(leading: 0.35em, spacing: 0.45em)
#let (wide, high) = (it.label.at(0) * 1mm, it.label.at(1) * 1mm)
#let words(one, size) = {
  text(font: "DejaVu Sans Mono", weight: "bold", size: size)[#one.code]
  parbreak()
  text(calc.max(size * 0.5, 6.5pt))[#one.device]
  parbreak()
  text(calc.max(size * 0.36, 5.5pt))[#it.program]
}
#let code(one, side) = image(bytes(one.qr), format: "png", scaling: "pixelated", width: side, alt: one.alt)
#let label(one) = box(width: wide, height: high, inset: 2mm, clip: true, if wide > 1.5 * high {
  let side = calc.min(high - 4mm, 36mm)
  grid(columns: (side, 1fr), rows: (high - 4mm,), column-gutter: 2mm, align: left + horizon,
    code(one, side), words(one, calc.min((wide - side - 6mm) / 5.6, 22pt)))
} else {
  align(center, code(one, high - 21mm) + v(1mm, weak: true) + words(one, (wide - 4mm) / 6.4))
})
#for (number, page) in it.pages.enumerate() {
  if number > 0 { pagebreak() }
  for one in page { place(top + left, dx: one.x * 1mm, dy: one.y * 1mm, label(one)) }
}
"""


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: the tag, the device in words, and the address in its QR code."""

    code: str
    device: str
    address: str


def label_sheet(labels: Sequence[Label], sheet: Sheet, *, start: int, title: str, program: str) -> bytes:
    """Return the labels as a tagged PDF (PDF/UA-1); the first stands on place ``start`` (from 1) of the first page."""
    pages: list[list[dict[str, object]]] = []
    for number, label in enumerate(labels, start - 1):
        page, place = divmod(number, sheet.places)
        if page == len(pages):
            pages.append([])
        x, y = sheet.at(place)
        pages[page].append(
            {"x": x, "y": y, "code": label.code, "device": label.device, "qr": _qr(label.address), "alt": label.address}
        )
    told = {"title": title, "program": program, "page": sheet.page, "label": sheet.label, "pages": pages}
    return draw_pdf(TEMPLATE, told)


def _qr(address: str) -> list[int]:
    """Return the QR code as the bytes of a PNG: error correction M, with two modules of white around.

    The label adds the rest of the white. Drawn as lines it would take typst three times as long.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", border=2, scale=4)
    return list(out.getvalue())
