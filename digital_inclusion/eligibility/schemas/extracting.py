"""The rulebook's sentences for translators: a Babel extractor, named in babel.cfg."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import yaml

SAID = frozenset({"asks", "hint", "why", "says", "title", "gives", "such_as", "age", "missing"})
NAMED = frozenset({"benefits"})  # mappings whose every value is said
FOR_STAFF = frozenset({"rulebook", "table", "version"})  # a file with such a name has a title that no resident reads
Message = tuple[int, str, str, list[str]]


def extract_rulebook(
    file: BinaryIO, _keywords: Iterable[str], _comments: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield (line, function, sentence, comments) of everything a resident may read in a file of the rulebook.

    With the option ``title_only`` its title alone: a program that has ended is named, and not explained.
    """
    root = yaml.compose(file.read().decode("utf-8"), Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return
    titles = [value.value for key, value in root.value if key.value == "title"]
    hidden = titles if FOR_STAFF.intersection(key.value for key, _value in root.value) else []
    for sentence in _sentences(root):
        if sentence.value in titles if options.get("title_only") else sentence.value not in hidden:
            yield sentence.start_mark.line + 1, "gettext", sentence.value, []


def _sentences(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _sentences(part)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(value, yaml.ScalarNode):
                yield from (value,) if key.value in SAID else ()
            elif key.value in NAMED and all(isinstance(one, yaml.ScalarNode) for _name, one in value.value):
                yield from (one for name, one in value.value if name.value != "kind")
            else:
                yield from _sentences(value)
