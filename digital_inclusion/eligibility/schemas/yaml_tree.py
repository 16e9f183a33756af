"""YAML with lines: every scalar stays the text it is, and every value knows the line it stands on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

LINE = "line"  # added to every mapping


class YamlMistake(Exception):
    """The file is not YAML, or names a key twice."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line, self.sentence = line, sentence
        super().__init__(sentence)


class Tree:
    """One file: its values, and on which line each stands."""

    def __init__(self, path: Path) -> None:
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise YamlMistake(mark.line + 1 if mark else 1, f"is not YAML: {error.problem}") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise YamlMistake(1, f"is not YAML: {error}") from error
        if not isinstance(root, yaml.MappingNode):
            raise YamlMistake(1, "must hold names with values")
        self._top: yaml.Node = root
        self.values: dict[str, Any] = _plain(root)

    def line_of(self, place: Sequence[str | int]) -> int:
        """Return the line of the value at ``place``, or of the nearest that exists."""
        node = self._top
        for step in place:
            below = _below(node, step)
            if below is not None:
                node = below
        return int(node.start_mark.line) + 1


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {LINE: node.start_mark.line + 1}
        for key, value in node.value:
            if key.value in found:
                raise YamlMistake(key.start_mark.line + 1, f"{key.value!r} stands there twice")
            found[key.value] = _plain(value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    return node.value


def _below(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        part: yaml.Node = node.value[step]
        return part
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
