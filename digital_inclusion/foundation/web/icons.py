"""Icons of web apps: typst makes the PNG that telephones want of the SVG that we have."""

from functools import lru_cache
from pathlib import Path

import typst

_ROUND = ' rx="9"'  # of the mark's ground; telephones cut their own shape out of one that fills the square
_DRAWING = """
#set page(width: {size}pt, height: {size}pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.mark), format: "svg", width: 100%)
"""


@lru_cache(maxsize=8)
def draw_icon(mark: Path, size: int, *, is_full: bool) -> bytes:
    """Return the mark as a PNG of ``size`` times ``size`` pixels; ``is_full``: its ground reaches the corners."""
    svg = mark.read_text(encoding="utf-8")
    told = {"mark": svg.replace(_ROUND, "") if is_full else svg}
    return bytes(typst.compile(_DRAWING.format(size=size).encode(), format="png", ppi=72, sys_inputs=told))
