"""Certificates of sanitization and receipts: how they look. What they say comes as data, never as markup."""

from collections.abc import Mapping

from ...foundation.web.paper import draw_pdf

TEMPLATE = """
#set page(paper: "us-letter", margin: (x: 2.2cm, y: 2cm), footer: context [
  #set text(8pt, fill: rgb("#595959"))
  #it.title #h(1fr) #counter(page).display() / #counter(page).final().first()
])
#set text(10pt, lang: it.lang)
#show heading.where(level: 1): set text(18pt)
#show heading.where(level: 1): set block(below: 12pt)
#show heading.where(level: 2): set text(12pt)
#show heading.where(level: 2): set block(above: 20pt, below: 10pt)
#let listed(rows) = grid(columns: (3.6cm, 1fr), row-gutter: 7pt, column-gutter: 8pt,
  ..rows.map(row => (text(fill: rgb("#595959"))[#row.at(0)], [#row.at(1)])).flatten())
#text(fill: rgb("#595959"))[#it.program]
= #it.title
#it.lead
#for part in it.parts [
  == #part.title
  #listed(part.rows)
]
#for part in it.signers [
  #block(breakable: false, width: 100%, above: 20pt)[
    == #part.title
    #grid(columns: (1fr, 5.4cm), column-gutter: 12pt, align: (left, bottom),
      listed(part.rows),
      [#v(1.2cm)#line(length: 100%, stroke: 0.5pt + rgb("#595959"))#text(8pt, fill: rgb("#595959"))[#it.signature]])
  ]
]
"""


def paper_pdf(*told: Mapping[str, object]) -> bytes:
    """Return the paper as a tagged PDF: of the words ``told`` in several languages the first that can be drawn."""
    return draw_pdf(TEMPLATE, *told)
