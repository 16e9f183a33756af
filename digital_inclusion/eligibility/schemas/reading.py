"""Read a rulebook's folder; name every mistake in it with its file and line."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..rules.book import Program, Rulebook, Table
from ..rules.facts import Fact, Kind
from ..rules.lint import lint
from . import building
from .shapes import BookShape, DocumentsShape, FactsShape, ProgramShape, QuestionsShape, TableShape
from .yaml_tree import Tree, YamlMistake

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T", Table, Program)
B = TypeVar("B")


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something wrong in a rulebook."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class RulebookError(Exception):
    """The rulebook cannot be used; ``mistakes`` names them all."""

    def __init__(self, folder: Path, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"The rulebook {folder.name} has {len(self.mistakes)} mistakes:\n{lines}")


def load_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook of a folder; raise RulebookError with every mistake."""
    reader = _Reader(folder)
    top, words = reader.shape("rulebook.yaml", BookShape), reader.shape("facts.yaml", FactsShape)
    asked, papers = reader.shape("questions.yaml", QuestionsShape), reader.shape("documents.yaml", DocumentsShape)
    tables = reader.read_all("tables", TableShape, building.table)
    if top is None or words is None or asked is None or papers is None:
        raise RulebookError(folder, reader.mistakes)
    facts = {
        name: Fact(name, fact.kind, tuple(fact.words), place) for place, (name, fact) in enumerate(words.facts.items())
    }
    builder = building.Builder(facts)
    programs = [
        one for part in ("programs", "measures") for one in reader.read_all(part, ProgramShape, builder.program)
    ]
    book = Rulebook(
        version=top.version,
        title=top.title,
        fingerprint=fingerprint(folder),
        verify_every_days=top.verify_every_days,
        facts=facts,
        benefits=dict(words.benefits),
        tables={table.id: table for table in tables},
        programs={program.id: program for program in programs},
        changes=tuple(building.change(change) for change in top.changes),
        together=tuple(building.together(one) for one in top.together),
        questions=reader.build_all("questions.yaml", asked.questions, builder.question),
        documents=building.documents(papers),
    )
    reader.mistakes += [Mistake("facts.yaml", 1, f"the fact {name!r} is missing") for name in _needed(facts)]
    reader.mistakes += [Mistake(file, line, sentence) for file, line, sentence in lint(book, tables, programs)]
    if reader.mistakes:
        raise RulebookError(folder, reader.mistakes)
    return book


def _needed(facts: dict[str, Fact]) -> list[str]:
    wanted = {"size": Kind.COUNT, "annual_income": Kind.MONEY, "benefits": Kind.BENEFITS}
    return [name for name, kind in wanted.items() if name not in facts or facts[name].kind is not kind]


def fingerprint(folder: Path) -> str:
    """Return a fingerprint of every file of the folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("**/*.yaml")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


class _Reader:
    """Reads files and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mistakes: list[Mistake] = []

    def shape(self, name: str, kind: type[S]) -> S | None:
        """Return the file in its shape; None, and the mistakes noted, where it has none."""
        path = self._folder / name
        if not path.is_file():
            self.mistakes.append(Mistake(name, 1, "the file is missing"))
            return None
        try:
            tree = Tree(path)
        except YamlMistake as error:
            self.mistakes.append(Mistake(name, error.line, error.sentence))
            return None
        try:
            return kind.model_validate(tree.values)
        except ValidationError as error:
            for one in error.errors():
                place = ".".join(str(step) for step in one["loc"])
                message = one["msg"].removeprefix("Value error, ")
                self.mistakes.append(Mistake(name, tree.line_of(one["loc"]), f"{place}: {message}"))
            return None

    def read_all(self, part: str, kind: type[S], build: Callable[..., T]) -> list[T]:
        """Return what the files of a folder state."""
        found: list[T] = []
        for path in sorted((self._folder / part).glob("*.yaml")):
            file = f"{part}/{path.name}"
            shape = self.shape(file, kind)
            if shape is None:
                continue
            found += self.build_all(file, [shape], partial(build, file=file))
        return found

    def build_all(self, file: str, shapes: Iterable[S], build: Callable[[S], B]) -> tuple[B, ...]:
        """Return what the shapes of one file state; what cannot be is noted."""
        found: list[B] = []
        for shape in shapes:
            try:
                found.append(build(shape))
            except building.Unbuildable as error:
                self.mistakes.append(Mistake(file, error.line, error.sentence))
        return tuple(found)
