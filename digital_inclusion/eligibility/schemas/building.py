"""From the shape of a file to the rules it states."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ..rules.book import Advice, AmountPart, AmountRule, Cap, Change, Document, Program, Table, Together
from ..rules.conditions import (
    Compared,
    Comparison,
    Condition,
    Group,
    Income,
    Is,
    Leaf,
    MomentBefore,
    Proof,
    Receives,
    SameAs,
    Test,
)
from ..rules.dated import Cite, Period, Row, Series
from ..rules.facts import Fact, Kind, read_value
from ..rules.questions import Ask, Option, Question
from .shapes import (
    COMPARISONS,
    AmountPartShape,
    AmountShape,
    ChangeShape,
    CiteShape,
    ConditionShape,
    DocumentsShape,
    OptionShape,
    ProgramShape,
    QuestionShape,
    RowShape,
    TableShape,
    TogetherShape,
)


class Unbuildable(Exception):
    """A value that its fact cannot have, on a line."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line, self.sentence = line, sentence
        super().__init__(sentence)


class Builder:
    """Builds conditions, knowing of what kind each fact is."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = facts

    def program(self, shape: ProgramShape, file: str) -> Program:
        """Return the program that a file states."""
        return Program(
            id=shape.program,
            title=shape.title,
            kind=shape.kind,
            open=series(shape.open, "days"),
            qualifies=self.condition(shape.qualifies, "qualifies"),
            gives=shape.gives or "",
            order=shape.order,
            amounts=tuple(self._amount(amount) for amount in shape.amounts),
            advice=tuple(
                Advice(one.id, self.condition(one.when, one.id), one.says, cite_of(one)) for one in shape.advice
            ),
            apply_says=shape.apply.says if shape.apply else "",
            apply_link=shape.apply.link if shape.apply else None,
            bring=tuple(shape.bring),
            held=self._fact(shape.held, shape.line).name if shape.held else None,
            need=shape.need,
            file=file,
        )

    def _amount(self, shape: AmountShape) -> AmountRule:
        cap = Cap(shape.not_above.fact, shape.not_above.less) if shape.not_above else None
        for name in (cap.fact, cap.less) if cap else ():
            if name is not None:
                self._fact(name, shape.line)
        first_of = tuple(self._part(part) for part in shape.first_of)
        return AmountRule(shape.id, shape.kind, first_of, tuple(self._part(part) for part in shape.plus), cap)

    def _part(self, shape: AmountPartShape) -> AmountPart:
        when = self.condition(shape.when, shape.id) if shape.when else None
        return AmountPart(shape.id, shape.says, series(shape.rows, ""), when, Period(shape.from_day, shape.to))

    def condition(self, shape: ConditionShape, default: str) -> Condition:
        """Return the condition that a shape states; one without a name is called ``default``."""
        name, period = shape.id or default, Period(shape.from_day, shape.to)
        if shape.same_as is not None:
            program, _slash, part = shape.same_as.partition("/")
            return SameAs(name, program, part, period, line=shape.line)
        if not shape.is_leaf:
            parts = shape.all if shape.all is not None else shape.any or []
            built = tuple(self.condition(part, f"{name}_{place}") for place, part in enumerate(parts, 1))
            return Group(name, shape.all is not None, built, period)
        cite = None
        if shape.source is not None and shape.confidence is not None and shape.verified is not None:
            cite = Cite(shape.source, shape.confidence, shape.verified, shape.renews)
        bring = tuple(shape.bring)
        return Leaf(name, self._test(shape), shape.says or "", cite, shape.presume, bring, period, line=shape.line)

    def _test(self, shape: ConditionShape) -> Test:
        if shape.income is not None:
            return Income(shape.income.table, shape.income.percent)
        if shape.receives is not None:
            return Receives(tuple(shape.receives))
        if shape.moment_before is not None:
            return MomentBefore(shape.moment_before)
        if shape.proof is not None:
            return Proof(self._fact(shape.proof, shape.line).name)
        if shape.is_ is not None:
            ((name, words),) = shape.is_.items()
            return Is(name, tuple(self._value(name, word, shape.line) for word in words))
        how = next(name for name in COMPARISONS if getattr(shape, name) is not None)
        ((name, word),) = getattr(shape, how).items()
        value = self._value(name, word, shape.line)
        if not isinstance(value, Decimal | int | date) or isinstance(value, bool):
            raise Unbuildable(shape.line, f"{how} needs a number or a day, and {name} is neither")
        return Compared(name, Comparison(how), Decimal(value) if isinstance(value, int) else value)

    def question(self, shape: QuestionShape) -> Question:
        """Return a question; raise Unbuildable where its form does not fit its fact."""
        options = tuple(self._option(option) for option in shape.options)
        if shape.fact is not None:
            fact = self._fact(shape.fact, shape.line)
            if fact.kind is not _ASKED_AS[shape.kind]:
                raise Unbuildable(shape.line, f"{fact.name} is asked in another form than {shape.kind}")
        if shape.kind is Ask.YES_NO:
            options = tuple(Option(word, word, {str(shape.fact): word == "yes"}) for word in ("yes", "no"))
        facts = dict.fromkeys(name for option in options for name in option.states) or {str(shape.fact): None}
        return Question(
            shape.id,
            shape.kind,
            tuple(facts),
            shape.asks,
            shape.hint or "",
            shape.why or "",
            options,
            tuple(shape.shows),
            {name: self._value(name, text, shape.line) for name, text in shape.only_if.items()},
            line=shape.line,
        )

    def _option(self, shape: OptionShape) -> Option:
        states = {name: self._value(name, text, shape.line) for name, text in shape.states.items()}
        return Option(shape.id, shape.says, states)

    def _fact(self, name: str, line: int) -> Fact:
        if name not in self._facts:
            raise Unbuildable(line, f"there is no fact {name!r} in facts.yaml")
        return self._facts[name]

    def _value(self, name: str, text: str, line: int) -> object:
        fact = self._fact(name, line)
        if fact.kind is Kind.BENEFITS:
            raise Unbuildable(line, "benefits are asked about with receives")
        try:
            return read_value(fact, text)
        except ValueError as error:
            raise Unbuildable(line, f"{name}: {error}") from error


_ASKED_AS = {
    Ask.YES_NO: Kind.YES_NO,
    Ask.COUNT: Kind.COUNT,
    Ask.INCOME: Kind.MONEY,
    Ask.BENEFITS: Kind.BENEFITS,
}


def series(rows: list[RowShape], unit: str) -> Series:
    """Return the rows in the order of the file."""
    return Series(tuple(_row(row, unit) for row in rows))


def _row(row: RowShape, unit: str) -> Row:
    cite = None
    if row.source is not None and row.confidence is not None and row.verified is not None:
        cite = Cite(row.source, row.confidence, row.verified, row.renews)
    return Row(
        Period(row.from_day, row.to),
        row.unit or unit,
        cite,
        row.amount,
        tuple(row.by_size or ()),
        row.each_more,
        row.missing,
        line=row.line,
    )


def table(shape: TableShape, file: str) -> Table:
    """Return the table that a file states."""
    return Table(shape.table, shape.title, series(shape.rows, shape.unit), file)


def change(shape: ChangeShape) -> Change:
    """Return a recent change."""
    return Change(shape.on, tuple(shape.programs), shape.says, cite_of(shape))


def together(shape: TogetherShape) -> Together:
    """Return programs whose discounts go together."""
    return Together(frozenset(shape.programs), cite_of(shape))


def documents(shape: DocumentsShape) -> dict[str, Document]:
    """Return the papers to bring, by id."""
    return {name: Document(name, one.title, one.such_as, one.age or "") for name, one in shape.documents.items()}


def cite_of(shape: CiteShape) -> Cite:
    """Return where a value comes from."""
    return Cite(shape.source, shape.confidence, shape.verified, shape.renews)
