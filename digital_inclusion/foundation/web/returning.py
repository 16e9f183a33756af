"""Back to where somebody came from: a list names itself in its links, and the page that they open leads there again.

Only paths of this site are followed. What such a path holds is what the list's own address holds: filters, no names.
"""

from urllib.parse import urlsplit

from flask import request

LONGEST_PATH = 300  # of a page to go on to; where a form led is kept in 500 characters
FIELD = "back"  # of the address, and of each form on a page that was opened with it


def own_path(target: str | None) -> str | None:
    """Return ``target`` when it is a path of this site, else None: nobody is sent elsewhere."""
    if not target or len(target) > LONGEST_PATH or not target.isprintable():
        return None
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and "\\" not in target else None


def came_from() -> str | None:
    """Return the page from which this one was opened, None where it does not say."""
    return own_path(request.values.get(FIELD))


def way_back(otherwise: str) -> str:
    """Return the page from which this one was opened; ``otherwise`` where it does not say."""
    return came_from() or otherwise


def here() -> str | None:
    """Return this page as its links may name it; None where that would be too long, or it was sent by a form."""
    if request.method != "GET":
        return None
    return own_path(request.full_path if request.query_string else request.path)
