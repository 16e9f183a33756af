"""What is wrong in a rulebook beyond the shape of its files, and what will need looking at soon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .book import Program, Rulebook, Table
from .conditions import Condition, Group, Income, Leaf, Receives, SameAs, leaves_of
from .dated import Cite, Series, breaks

Found = tuple[str, int, str]  # file, line, sentence


def lint(book: Rulebook, tables: Sequence[Table], programs: Sequence[Program]) -> Iterator[Found]:
    """Yield every mistake: gaps and overlaps, unknown names, rules without a source, references in a circle."""
    yield from _twice(tables)
    yield from _twice(programs)
    for table in tables:
        yield from _broken(table.file, table.series)
    for program in programs:
        yield from _program(book, program)
    named = [*(change.programs for change in book.changes), *(one.programs for one in book.together)]
    unknown = sorted({name for names in named for name in names} - book.programs.keys())
    yield from (("rulebook.yaml", 1, f"there is no program {name!r}") for name in unknown)
    yield from _questions(book)


_NEVER_ASKED = {"has_ssn"}  # the law of the house: nobody is asked for a Social Security number


def _questions(book: Rulebook) -> Iterator[Found]:
    seen: set[str] = set()
    for question in book.questions:
        if question.id in seen:
            yield "questions.yaml", question.line, f"{question.id!r} is asked twice"
        seen.add(question.id)
        unknown = [benefit for benefit in question.shows if benefit not in book.benefits]
        yield from (("questions.yaml", question.line, f"there is no benefit {name!r}") for name in unknown)
        never = sorted(_NEVER_ASKED.intersection(question.facts))
        yield from (("questions.yaml", question.line, f"nobody is asked for {name!r}") for name in never)


def _program(book: Rulebook, program: Program) -> Iterator[Found]:
    for series in program.series():
        yield from _broken(program.file, series)
    for condition in program.conditions():
        yield from _conditions(book, program, condition)
    yield from _uncited(program)
    papers = {*program.bring, *(paper for leaf in leaves_of(program.qualifies) for paper in _papers(leaf))}
    yield from ((program.file, 1, f"there is no document {name!r}") for name in sorted(papers - book.documents.keys()))
    if _is_circular(book, program.qualifies, ()):
        yield program.file, 1, "the rule refers to itself in a circle"


def _broken(file: str, series: Series) -> Iterator[Found]:
    yield from ((file, line, sentence) for line, sentence in breaks(series.rows))


def _twice(things: Sequence[Table] | Sequence[Program]) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for thing in things:
        if thing.id in seen:
            yield thing.file, 1, f"{thing.id!r} is stated in {seen[thing.id]} already"
        seen[thing.id] = thing.file


def _conditions(book: Rulebook, program: Program, condition: Condition) -> Iterator[Found]:
    for leaf in leaves_of(condition):
        if isinstance(leaf, SameAs):
            if book.resolve(leaf) is None:
                yield program.file, leaf.line, f"there is no condition {leaf.program}/{leaf.part}"
        elif isinstance(leaf.test, Income) and leaf.test.table not in book.tables:
            yield program.file, leaf.line, f"there is no table {leaf.test.table!r}"
        elif isinstance(leaf.test, Receives):
            for benefit in leaf.test.benefits:
                if benefit not in book.benefits:
                    yield program.file, leaf.line, f"there is no benefit {benefit!r} in facts.yaml"


def _uncited(program: Program) -> Iterator[Found]:
    for leaf in leaves_of(program.qualifies):
        if isinstance(leaf, Leaf) and (leaf.cite is None or not leaf.says):
            yield program.file, leaf.line, f"the condition {leaf.id!r} needs says, source, confidence and verified"


def _papers(leaf: Leaf | SameAs) -> tuple[str, ...]:
    return leaf.bring if isinstance(leaf, Leaf) else ()


def _is_circular(book: Rulebook, condition: Condition, above: tuple[tuple[str, str], ...]) -> bool:
    if isinstance(condition, Group):
        return any(_is_circular(book, part, above) for part in condition.parts)
    if not isinstance(condition, SameAs):
        return False
    here = (condition.program, condition.part)
    target = book.resolve(condition)
    return here in above or (target is not None and _is_circular(book, target, (*above, here)))


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A value that lapses, should be renewed, or was not looked at for long. ``on``: from which day."""

    on: date
    file: str
    line: int
    what: str
    why: str


def list_due(book: Rulebook, *, today: date, days: int) -> list[Due]:
    """Return what is due by ``days`` from today, the most urgent first; values of past periods are left alone."""
    until = today + timedelta(days=days)
    found: set[Due] = set()
    for file, what, row in book.rows():
        first, last = row.period.first, row.period.last
        if (last is not None and last < today) or (first is not None and first > until):
            continue
        if last is not None and last <= until and row.missing is None:
            found.add(Due(last, file, row.line, what, "lapses"))
        if row.cite is not None:
            found.update(_of(row.cite, file, row.line, what, book.verify_every_days, until))
    for program in book.programs.values():
        for leaf in leaves_of(program.qualifies):
            if isinstance(leaf, Leaf) and leaf.cite is not None and leaf.period.holds(today):
                found.update(_of(leaf.cite, program.file, leaf.line, leaf.says, book.verify_every_days, until))
    return sorted(found)


def _of(cite: Cite, file: str, line: int, what: str, every: int, until: date) -> Iterator[Due]:
    if cite.renews is not None and cite.renews <= until:
        yield Due(cite.renews, file, line, what, "a new value should be out")
    again = cite.verified + timedelta(days=every)
    if again <= until:
        yield Due(again, file, line, what, "to be looked at again")
