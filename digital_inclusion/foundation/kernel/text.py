"""Text made comparable: one folding for names, headers and search, in every script. Pure."""

import re
import unicodedata
from functools import lru_cache

_CACHE = 65_536  # distinct values kept; about 15 MB

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
        "ŋ": "n", "ĸ": "k", "ß": "ss",
    }
)  # fmt: skip
_APOSTROPHES = "'\u2019\u2018\u02bc\u02b9\u02bb`\u00b4\u2032"
_ASCII_GAPS = re.compile(r"[^a-z0-9]+")
_SPACES = re.compile(r"\s+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
# Bidirectional controls, zero-width characters, soft hyphens and tags: invisible, so never part of a name.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]+"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")
_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]+"
)


def read_whole(text: str | None) -> int:
    """Return the number that a hidden field of ours holds (a version, an id), -1 for whatever else was sent."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text or 0) if known else -1


@lru_cache(maxsize=_CACHE)
def fold(text: str) -> str:
    """Return ``text`` as compared and searched: width, case, accents, Đ, punctuation and spacing folded away.

    "NGUYỄN Văn-An" and "nguyen van an" fold alike, "O'Brien" and "O’Brien" too; letters of other scripts stay.
    Text that holds nothing but signs folds to those signs, so that it never becomes equal to nothing.
    """
    if text.isascii():
        if text.isalpha():
            return text.lower()
        return _ASCII_GAPS.sub(" ", text.lower().replace("'", "").replace("`", "")).strip() or _squeeze(text)
    return _fold_wide(text) or _squeeze(text)


def _fold_wide(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded.translate(_LETTERS)))
    kept = [_kept(char) for char in unicodedata.normalize("NFC", folded)]
    return _SPACES.sub(" ", "".join(kept)).strip()


def _kept(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    return char if unicodedata.category(char)[0] in "LNM" else " "


def _squeeze(text: str) -> str:
    return _SPACES.sub(" ", _CONTROLS.sub("", text)).strip().casefold()


def clean(text: str) -> str:
    """Return ``text`` fit to keep: composed (NFC), without control and invisible characters, spaces squeezed."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = _CONTROLS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return _SPACES.sub(" ", text).strip()


def without_controls(text: str) -> str:
    """Return ``text`` without characters that no page can show or that turn its direction; line ends stay."""
    return text if text.isascii() and text.isprintable() else _NEVER.sub("", text)


def narrow(text: str) -> str:
    """Return ``text`` with full-width letters, digits and signs as ordinary ones (NFKC), otherwise unchanged."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_east_asian(text: str) -> bool:
    """Return whether every letter is Han, kana or hangul: such names are written family name first, no space."""
    if text.isascii():
        return False
    letters = [char for char in text if not char.isspace()]
    return bool(letters) and all(
        "\u3040" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7af"
        or "\U00020000" <= char <= "\U0003134f"
        for char in letters
    )
