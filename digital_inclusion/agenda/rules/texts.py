"""Text messages: how many parts one falls into, and which single words stop and start them. Pure."""

import unicodedata

from ...foundation.kernel.text import clean, fold, narrow

# 3GPP TS 23.038: the basic alphabet, and the signs that take two places of it.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")
_ROOM = {True: (160, 153), False: (70, 67)}  # of one message alone, of each part of a longer one; TS 23.040

# 47 CFR 64.1200(a)(10) names the English words; the others are what people write in our languages.
# "TD" is what Chinese networks take.
_STOP = ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "alto",
         "parar", "pare", "basta", "dừng", "dừng lại", "ngừng", "停止", "停", "退订", "退訂", "取消", "td")  # fmt: skip
_START = ("start", "unstop", "comenzar", "iniciar", "empezar", "bắt đầu", "开始", "開始", "恢复", "恢復")


def is_stop(text: str) -> bool:
    """Return whether the whole text is one of the words that stop messages, in any case, with or without accents."""
    return _is_one_of(text, _STOP)


def is_start(text: str) -> bool:
    """Return whether the whole text is one of the words that start them again."""
    return _is_one_of(text, _START)


def _is_one_of(text: str, words: tuple[str, ...]) -> bool:
    return fold(text) in map(fold, words) and any(_is_written(text, word) for word in words)


def _is_written(text: str, word: str) -> bool:
    """Return whether the text is the word: each letter with its marks, or bare.

    Other marks make another word of it: "dừng" and "dung" stop, "đúng" says that something is right.
    """
    letters, wanted = _letters(text), _letters(word)
    return len(letters) == len(wanted) and all(
        one in (other, fold(other)) for one, other in zip(letters, wanted, strict=True)
    )


def _letters(text: str) -> str:
    """Return what is written in small letters, without signs and spaces."""
    shown = unicodedata.normalize("NFC", narrow(clean(text)).casefold())
    return "".join(sign for sign in shown if unicodedata.category(sign)[0] in "LN")


def fits_basic(text: str) -> bool:
    """Return whether the text needs the basic alphabet alone, in which a message holds more than twice as much."""
    return all(sign in _BASIC or sign in _TWICE for sign in text)


def parts_of(text: str) -> int:
    """Return into how many text messages the text falls; no sign is cut in two."""
    basic = fits_basic(text)
    sizes = [_size(sign, basic) for sign in text]
    alone, each = _ROOM[basic]
    if sum(sizes) <= alone:
        return 1
    parts, left = 1, each
    for size in sizes:
        if size > left:
            parts, left = parts + 1, each
        left -= size
    return parts


def _size(sign: str, basic: bool) -> int:
    if basic:
        return 2 if sign in _TWICE else 1
    return 2 if ord(sign) > 0xFFFF else 1
