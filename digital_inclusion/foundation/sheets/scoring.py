"""Whether decoded text reads like names and addresses, or like the wrong encoding. Pure.

The weights were set on a few dozen names and tried on others (see the tests): a file of fifty names is always told
right, a single name in nine cases of ten.
"""

from functools import lru_cache

_COMMON = frozenset("áéíóúñüçàèìòùâêîôûäëïöãõåøæœßÁÉÍÓÚÑÜÇÀÈÂÊÎÔÛÄËÏÖÃÕÅØÆŒ¿¡ºª")
_VIETNAMESE = frozenset("âđêôưýÂĐÊÔƯÝ")
# Two bytes in CP1258, letter and tone mark: worth two letters.
_TONED = frozenset("ĩũĨŨ") | {chr(code) for code in range(0x1EA0, 0x1EFA)}
_DASHES = frozenset("–—")
_OPENING, _CLOSING = frozenset("\u201c\u2018«"), frozenset("\u201d\u2019»…")
_OTHER_SIGNS = frozenset("•\u00a0°®™€£½¼¾·")
_WIDE_SIGNS = frozenset("，。、；：？！（）《》「」『』【】·〇　—…")
_ELIDED = frozenset("dlnscjmDLNSCJM")  # d’Or, l’eau


def score(text: str) -> float:
    """Return how much the non-ASCII characters of ``text`` read like names: above zero is plausible."""
    around = zip("  " + text, " " + text, text, text[1:] + " ", strict=False)
    return sum(_score_char(first, before, char, after) for first, before, char, after in around if char > "\x7f")


@lru_cache(maxsize=65_536)
def _score_char(first: str, before: str, char: str, after: str) -> float:
    if char in _TONED:
        return _score_letter(before, char, after, 6.0)
    if char in "ăĂơƠ":
        return _score_letter(before, char, after, _horned(char, after))
    if char in "œŒ":
        return _score_letter(before, char, after, 1.0)  # French, but "Jesœs" is "Jesús" in Mac Roman
    if char in _VIETNAMESE or char in _COMMON:
        return _score_letter(before, char, after, 4.0 if char in _VIETNAMESE else 3.0)
    if char > "\u2e7f":
        return _score_wide(before, char, after)
    if not char.isalpha():
        return _score_sign(first, before, char, after)
    return _score_letter(before, char, after, -1.0)


def _horned(char: str, after: str) -> float:
    """CP1258 has ă and ơ where CP1252 has ã and õ: "Văn" but "João", "Sơn" but "Simões"."""
    if char in "ăĂ":
        return 4.0 if after.lower() in "cmnpt" else 1.0
    return 1.0 if after.lower() == "e" else 4.0


def _score_letter(before: str, char: str, after: str, worth: float) -> float:
    """A capital after a small letter, or a letter all alone, is what a wrong encoding looks like ("JosÌ").

    A small letter at the beginning of a name is no good sign either ("îscar" for "Óscar").
    """
    if before == after == " " or (char.isupper() and before.islower()):
        return -3.0
    if char.islower() and not before.isalpha() and after.isalpha() and worth > 0:
        return worth - 2.0
    if before > "\x7f" and before.isalpha() and not _follows(char):
        return worth - 2.0
    return worth


def _follows(char: str) -> bool:
    """Small Vietnamese letters often stand beside each other ("được"), other accented letters hardly ever."""
    return (char in _TONED or char in _VIETNAMESE or char in "ăơ") and char.islower()


def _score_sign(first: str, before: str, char: str, after: str) -> float:
    left, right = before.isalpha(), after.isalpha()
    if char == "\u2019" and left and right:  # O’Brien, d’Or; but "Garc’a" is "García" in Mac Roman
        return 4.5 if after.isupper() or (before in _ELIDED and not first.isalpha()) else 0.0
    if char in _DASHES:
        return 3.5 if not left and not right and before <= "\x7f" and after <= "\x7f" else -3.0
    if char in _OPENING:
        return 3.5 if right and not left else -3.0
    if char in _CLOSING:
        return 3.5 if left and not right else -3.0
    if char in _OTHER_SIGNS:
        return 1.0 if not left and not right else -3.0
    return -4.0 if left or right else -2.0


def _score_wide(before: str, char: str, after: str) -> float:
    """Common Han characters stand in the first level of GB 2312 or Big5; a wrong decoding hits the rare ones.

    One character stands for two bytes, so it is worth two letters.
    """
    if _is_latin(before) or _is_latin(after):
        return -8.0  # "Pe耋n" is no name
    if char in _WIDE_SIGNS:
        return 4.0
    if "\u4e00" <= char <= "\u9fff":
        return _WORTH[_level(char)]
    if "\uff10" <= char <= "\uff5a" or "\u3040" <= char <= "\u30ff":
        return 2.0
    return -6.0


_WORTH = {1: 7.0, 2: 0.5, 0: -3.0}


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _level(char: str) -> int:
    """Return 1 for a common character, 2 for one that either standard has, 0 for others."""
    best = 0
    for codec, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = char.encode(codec)[0]
        except UnicodeEncodeError:
            continue
        if low <= lead <= high:
            return 1
        best = 2
    return best
