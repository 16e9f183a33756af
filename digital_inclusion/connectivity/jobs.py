"""What connectivity does when others post facts, and its background work."""

from ..progress.actions.posting import ALSO_WRITE
from .actions.following import follow_lines

ALSO_WRITE.append(follow_lines)
