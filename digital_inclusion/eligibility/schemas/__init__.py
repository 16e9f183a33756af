"""The rulebook's files: their shape, every mistake in them named with file and line, and which of them are in use."""

from .reading import Mistake, RulebookError, load_rulebook
from .shelf import decider_in_use, decider_of, name_in_use, shipped, use_rulebook

__all__ = [
    "Mistake",
    "RulebookError",
    "decider_in_use",
    "decider_of",
    "load_rulebook",
    "name_in_use",
    "shipped",
    "use_rulebook",
]
