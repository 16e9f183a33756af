"""The rulebooks of an installation: the folder in use, and the versions shipped beside it."""

from functools import lru_cache
from pathlib import Path

from ..rules.deciding import Decider
from .reading import load_rulebook

_in_use: list[Path] = []


@lru_cache(maxsize=4)
def decider_of(folder: Path) -> Decider:
    """Return the folder's rulebook made ready; raise RulebookError with every mistake when it cannot be used."""
    return Decider(load_rulebook(folder))


def use_rulebook(folder: Path) -> Decider:
    """Decide by this folder from now on. The application says so once, when it starts."""
    ready = decider_of(folder)
    _in_use[:] = [folder]
    return ready


def decider_in_use() -> Decider:
    """Return the rulebook that decisions are made by."""
    return decider_of(_in_use[0])


def shipped() -> dict[str, Path]:
    """Return the folders of rulebooks beside the one in use, by name."""
    return {path.parent.name: path.parent for path in sorted(_in_use[0].parent.glob("*/rulebook.yaml"))}


def name_in_use() -> str:
    """Return the name of the folder in use."""
    return _in_use[0].name
