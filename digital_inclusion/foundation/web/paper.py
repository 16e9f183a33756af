"""Papers for people: typst makes a tagged PDF from words alone, which are never markup."""

import json
from collections.abc import Mapping
from contextlib import suppress

import typst

# Chinese is in neither of the first two. scripts/setup.sh installs the last one; the third is on most desktops.
PREAMBLE = """
#let it = json(bytes(sys.inputs.data))
#set document(title: it.title)
#set text(font: ("Libertinus Serif", "DejaVu Sans", "Noto Sans CJK SC", "Droid Sans Fallback"))
"""


def draw_pdf(template: str, *told: Mapping[str, object]) -> bytes:
    """Return a tagged PDF (PDF/UA-1): of the words ``told`` in several languages the first that our fonts can draw.

    ``template`` finds the words under ``it``, with the paper's ``title`` among them. Where a name has letters that no
    font here has, the tags are given up rather than the paper: a proof must open whatever people are called.
    """
    for words in told:
        with suppress(typst.TypstError):
            return _draw(template, words, tagged=True)
    return _draw(template, told[-1], tagged=False)


def _draw(template: str, words: Mapping[str, object], *, tagged: bool) -> bytes:
    return bytes(
        typst.compile(
            (PREAMBLE + template).encode(),
            format="pdf",
            sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
            pdf_standards=["ua-1"] if tagged else [],
        )
    )
