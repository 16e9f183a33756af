"""JSON and YAML from strangers as plain trees of text: no aliases, nothing deep, no number is ever computed. Pure."""

import json
from typing import Any

import yaml

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

DEEPEST = 40
MOST_NODES = 200_000
NOT_A_TREE = _("This looks like JSON or YAML, but it is broken near line %(line)s. Export it once more.")
TOO_DEEP = _("This file is nested too deeply or is too long for an erasure report. Please use the file as exported.")
ALIAS = _("This YAML file refers back to parts of itself. Please export it again as JSON.")


def read_tree(text: str) -> Any:
    """Return dicts, lists, text and None. Numbers and truth values stay the text they are written with."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except RecursionError as error:
            raise Invalid(TOO_DEEP) from error
        except ValueError:
            pass  # YAML's own brackets are nearly JSON
    return _yaml(text)


def _yaml(text: str) -> Any:
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise Invalid(NOT_A_TREE, line=mark.line + 1 if mark else 1) from error
    except (ValueError, RecursionError) as error:
        raise Invalid(NOT_A_TREE, line=1) from error
    return builder.root


class _Builder:
    """Builds the tree from the parser's events, without calling itself however deep a file goes."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[Any] = []
        self._keys: list[str | None] = []  # of each open mapping, the key that waits for its value
        self._nodes = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise Invalid(ALIAS)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            self._add(None if plain and event.value in {"", "~", "null", "Null", "NULL"} else event.value)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._keys.pop()

    def _begin(self, node: Any) -> None:
        self._add(node)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > DEEPEST:
            raise Invalid(TOO_DEEP)

    def _add(self, value: Any) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise Invalid(TOO_DEEP)
        if not self._open:
            self.root = value if self.root is None else self.root
        elif isinstance(self._open[-1], list):
            self._open[-1].append(value)
        elif self._keys[-1] is None:
            self._keys[-1] = value if isinstance(value, str) else ""  # a key that is no word names nothing we know
        else:
            self._open[-1][self._keys[-1]] = value
            self._keys[-1] = None
