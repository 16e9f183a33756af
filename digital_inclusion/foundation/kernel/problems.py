"""What is wrong with a value, told per field: a code for machines and tables, a sentence for people."""

import dataclasses
from collections.abc import Iterable, Mapping

from .errors import Invalid


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot be accepted. ``message`` is a template for ``params``; ``field`` is what it is about."""

    field: str
    code: str
    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the sentence in the language of the code (American English)."""
        return self.message % self.params if self.params else self.message


def refuse(problems: Iterable[Problem]) -> None:
    """Raise Invalid with one sentence per field when there is any problem."""
    fields: dict[str, str] = {}
    for problem in problems:
        fields.setdefault(problem.field, problem.sentence)
    if fields:
        raise Invalid(fields=fields)
