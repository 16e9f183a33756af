"""URL parameters that check themselves."""

from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from ..kernel.ids import read_code

LARGEST_KEY = 2**31 - 1  # what PostgreSQL's integer holds


class CodeConverter(BaseConverter):
    """A code such as ``7KQM-2R9X``; a wrong check character is no such page. Small letters are understood."""

    regex = r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}"

    def to_python(self, value: str) -> str:
        """Return the code as written by us."""
        code = read_code(value)
        if code is None:
            raise ValidationError
        return code


class NumberConverter(IntegerConverter):
    """A number that a key can be; a longer one is no such page."""

    def __init__(self, map: Map, *arguments: Any, **named: Any) -> None:
        super().__init__(map, *arguments, **{"max": LARGEST_KEY} | named)


class TokenConverter(BaseConverter):
    """A secret or a digest: letters, digits, "-" and "_" alone; anything else is no such page."""

    regex = r"[A-Za-z0-9_-]{20,100}"


class SealedConverter(BaseConverter):
    """Something encrypted by us, as it stands in a link."""

    regex = r"[A-Za-z0-9_=-]{20,4000}"


class WordConverter(BaseConverter):
    """A name from a settings or rules file."""

    regex = r"[a-z][a-z0-9_]{0,59}"


def init_converters(app: Flask) -> None:
    """Offer our own kinds of parameters in routes, and keep ``<int:…>`` to what a key can be."""
    app.url_map.converters["code"] = CodeConverter
    app.url_map.converters["int"] = NumberConverter
    app.url_map.converters["token"] = TokenConverter
    app.url_map.converters["sealed"] = SealedConverter
    app.url_map.converters["word"] = WordConverter
