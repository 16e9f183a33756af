"""Half-open spans of days, [from, to): the days on which something is true.

``Spans`` are always ascending, disjoint and not touching, so equal sets of days are equal tuples.
"""

from collections.abc import Iterable
from datetime import date

Span = tuple[date, date]
Spans = tuple[Span, ...]

NEVER: Spans = ()
FOREVER = date.max  # the end of what has no end


def union(spans: Iterable[Span]) -> Spans:
    """Return the days that lie in any of ``spans``, whatever their order; empty ones vanish."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def intersection(left: Spans, right: Spans) -> Spans:
    """Return the days that lie in both."""
    if not left or not right:
        return NEVER
    return tuple(
        (max(start, begin), min(end, stop))
        for start, end in left
        for begin, stop in right
        if start < stop and begin < end
    )


def cut(spans: Spans, end: date) -> Spans:
    """Return the days before ``end``."""
    if not spans or spans[-1][1] <= end:
        return spans
    return tuple((start, min(stop, end)) for start, stop in spans if start < end)


def span_on(spans: Spans, day: date) -> Span | None:
    """Return the span that ``day`` lies in."""
    for span in spans:
        if span[0] <= day < span[1]:
            return span
    return None
