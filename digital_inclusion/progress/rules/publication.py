"""What of a true figure may be published, so that no figure from 1 to ``small`` can be seen or worked out.

A series shows a new value only when it differs from the last shown one by more than ``small``; otherwise the last
one is repeated, and the page says so. Neighboring months of a series therefore differ by 0 or by more than ``small``.
"""

from typing import NamedTuple


class Shown(NamedTuple):
    """A figure as published. Not exact: it repeats the last published one (0: the true one is ``small`` or fewer)."""

    value: int
    exact: bool


def publishable(true: int, last: int, *, small: int) -> Shown:
    """Return what may be published of the figure ``true`` after ``last`` (0 before the first)."""
    if true == last:
        return Shown(last, exact=True)
    if abs(true - last) <= small:
        return Shown(last, exact=False)
    if 0 < true <= small:
        return Shown(0, exact=False)
    return Shown(true, exact=True)
