"""What a household is found by, and what is looked for: words of names, how they sound, phones, streets, codes. Pure.

Terms of one household stand in one table. Words of names are plain; what else there is begins with a sign of its own,
so that a street never turns up as a name: "<" a phone from its end, "@" a word of the address, "~" two names as they
sound ("~nkn~trn" for Nguyen Tran), once in each order.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from ...foundation.kernel.ids import read_code
from ...foundation.kernel.text import fold, is_east_asian

LONGEST_TERM = 80
MOST_WORDS = 6
SHORTEST_TAIL = 4  # digits of a phone; fewer say nothing
_TAIL, _STREET, _SOUND = "<", "@", "~"
_NATIONAL = 10  # digits of a number without its country

_NOT_DIGITS = re.compile(r"[^0-9]")
_PHONE_SIGNS = re.compile(r"[0-9()+.\-\s/]{4,}")
_LATIN = re.compile(r"[a-z]{2,}")
_SOFT = re.compile(r"([cg])(?=[ei])")
_TWINS = re.compile(r"(.)\1+")
_SAME = str.maketrans(
    {"q": "k", "c": "k", "g": "k", "z": "s", "x": "s", "v": "b", "m": "n", "d": "t"} | dict.fromkeys("aeiouywh", "")
)
_SOUNDS = "bfjklnprst"
# Endings and directions of streets: every other address has them, and people leave them out.
_OF_STREETS = frozenset({
    "n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "st", "street", "ave", "avenue", "rd",
    "road", "ct", "court", "way", "dr", "drive", "blvd", "boulevard", "ln", "lane", "pl", "place", "ter", "terrace",
    "cir", "circle", "pkwy", "parkway", "hwy", "highway", "sq", "square", "apt", "unit", "spc", "ste",
})  # fmt: skip


@lru_cache(maxsize=65_536)
def sound(word: str) -> str | None:
    """Return the consonants of a folded word as one hears them, "a" for a vowel at its beginning; None without letters.

    Our names are heard in Spanish, Vietnamese, Chinese and English: C, K, Q and hard G are one, so are S, Z, X and soft
    C, B and V, M and N, D and T; H, W, Y and vowels are silent, and what is doubled counts once.
    """
    if _LATIN.fullmatch(word) is None:
        return None
    heard = _SOFT.sub(lambda soft: "s" if soft[1] == "c" else "j", word.replace("ph", "f"))
    beginning = "a" if heard.lstrip("h")[:1] in set("aeiouyw") else ""
    return beginning + _TWINS.sub(r"\1", heard.translate(_SAME)) or None


def variants(key: str) -> set[str]:
    """Return how a name may sound that was written with one consonant missing, too many, or another."""
    parts = [(key[:place], key[place:]) for place in range(len(key) + 1)]
    fewer = {left + right[1:] for left, right in parts if right}
    other = {left + one + right[1:] for left, right in parts if right for one in _SOUNDS}
    more = {left + one + right for left, right in parts for one in _SOUNDS}
    return {_TWINS.sub(r"\1", one) for one in fewer | other | more if one} - {key}


def sounds_of(words: Sequence[str]) -> set[str]:
    """Return the terms of one person's name as it sounds: every two of the first two words and the last."""
    keys = dict.fromkeys(key for word in (*words[:2], *words[-1:]) if (key := sound(word)))
    pairs = {f"{_SOUND}{one}{_SOUND}{other}" for one, other in permutations(keys, 2)}
    return pairs or {f"{_SOUND}{key}{_SOUND}" for key in keys}


def street_words(line: str) -> list[str]:
    """Return the folded words of an address that tell it from others: number and name, no ending, no direction."""
    return [word for word in fold(line.partition("#")[0]).split() if word not in _OF_STREETS]


def search_terms(names: Iterable[str], *, phone_e164: str | None, line: str | None, code: str) -> set[str]:
    """Return all that a household is found by. ``line``: street and number where it lives, None without."""
    terms = {code.replace("-", "").casefold()}
    for name in names:
        words = fold(name).split()
        terms.update(words)
        terms.update(sounds_of(words))
        # a Chinese or Korean name is often looked for by its given part alone
        terms.update(word[1:] for word in words if len(word) > 1 and is_east_asian(word))
    if phone_e164:
        digits = phone_e164.lstrip("+")
        terms.update({digits, digits[-_NATIONAL:], tail(digits)})
    terms.update(_STREET + word for word in street_words(line or ""))
    return {term[:LONGEST_TERM] for term in terms if term}


def tail(digits: str) -> str:
    """Return the term under which a phone is found by its last digits: backwards, without the country."""
    return _TAIL + digits[-_NATIONAL:][::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was looked for, read: one of a code, digits, or words; all of them as terms."""

    code: str | None = None
    digits: str | None = None
    words: tuple[str, ...] = ()
    street: tuple[str, ...] = ()  # the words, if they may be an address

    def sounds(self) -> list[str]:
        """Return the terms of every two of the words as they sound; none where a word has no sound of its own."""
        keys = [sound(word) for word in self.words]
        if len(keys) < 2 or None in keys:
            return []
        told = [key for key in dict.fromkeys(keys) if key]
        return [f"{_SOUND}{one}{_SOUND}{other}" for one, other in permutations(told, 2) if one < other] or [
            f"{_SOUND}{told[0]}{_SOUND}"
        ]

    def slips(self) -> list[str]:
        """Return the terms of two words of which one was written with a slip; of the first and the last of more."""
        keys = [sound(word) for word in self.words]
        if len(keys) < 2 or keys[0] is None or keys[-1] is None:
            return []
        one, other = keys[0], keys[-1]
        pairs = {(one, wrong) for wrong in variants(other)} | {(wrong, other) for wrong in variants(one)}
        return sorted(f"{_SOUND}{left}{_SOUND}{right}" for left, right in pairs)

    def alike(self) -> str | None:
        """Return what terms begin with that sound as the one word does."""
        key = sound(self.words[0]) if len(self.words) == 1 else None
        return f"{_SOUND}{key}{_SOUND}" if key else None


def read_search(text: str) -> Search:
    """Return what somebody looks for by these words."""
    code, folded = read_code(text), fold(text).split()[:MOST_WORDS]
    digits = _NOT_DIGITS.sub("", text)
    is_phone = _PHONE_SIGNS.fullmatch(text.strip()) is not None and len(digits) >= SHORTEST_TAIL
    street = tuple(_STREET + word for word in street_words(text)[:MOST_WORDS])
    return Search(
        code=code.replace("-", "").casefold() if code is not None else None,
        digits=(digits.removeprefix("1") if len(digits) == _NATIONAL + 1 else digits) if is_phone else None,
        words=tuple(folded) if not is_phone else (),
        street=street,
    )
