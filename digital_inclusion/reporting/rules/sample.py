"""A sample that anybody can draw again: identities in the order of SHA-256 over the seed and their number.

For seed ``S`` and size ``N``: write ``S|number`` (UTF-8, the identity's number in decimal) for each identity of the
population, take its SHA-256, and keep the N identities with the lowest digests. No chance is involved besides the
seed, so two people who state the same seed, day and posting draw the same households.
"""

import hashlib
from collections.abc import Iterable
from heapq import nsmallest

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

LONGEST_SEED = 80
MOST = 500


def place_of(seed: str, identity: int) -> str:
    """Return the digest that gives an identity its place in the order of a seed."""
    return hashlib.sha256(f"{seed}|{identity}".encode()).hexdigest()


def draw(seed: str, size: int, population: Iterable[int]) -> list[int]:
    """Return the ``size`` identities that come first in the order of the seed (all, when there are fewer)."""
    return nsmallest(size, population, key=lambda identity: (place_of(seed, identity), identity))


def check_sample(seed: str, size: int) -> None:
    """Raise Invalid for a seed or a size that cannot be used."""
    fields = {}
    if not seed or len(seed) > LONGEST_SEED:
        fields["seed"] = _("Write a seed of 1 to 80 characters, for example a number drawn in public.")
    if not 1 <= size <= MOST:
        fields["size"] = _("Ask for 1 to 500 households.")
    if fields:
        raise Invalid(fields=fields)
