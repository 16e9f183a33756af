"""The rulebook's files: their shape, and every mistake in them named with file and line."""

from .reading import Mistake, RulebookError, load_rulebook

__all__ = ["Mistake", "RulebookError", "load_rulebook"]
