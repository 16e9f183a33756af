"""What connectivity does when others post facts, and its background work."""

from ...progress.actions.posting import ALSO_WRITE
from ..actions.following import follow_lines
from . import asking, ending, reminding

ALSO_WRITE.append(follow_lines)

__all__ = ["asking", "ending", "reminding"]
