"""Sentences in the reader's language."""

from flask_babel import gettext


def _(sentence: str, **params: object) -> str:
    """Return the sentence translated, its parameters filled in."""
    return str(gettext(sentence, **params))
