"""What may stand in each file of a rulebook. Texts come in; days, amounts and words come out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..rules.book import AmountKind, ProgramKind
from ..rules.dated import Confidence
from ..rules.facts import Kind
from ..rules.questions import Ask

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=400)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
End = Annotated[date | None, BeforeValidator(lambda text: None if text == "open" else text)]
Words = Annotated[list[str], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]


def _without_line(value: Any) -> Any:
    return {name: one for name, one in value.items() if name != "line"} if isinstance(value, dict) else value


def Plain(of: Any) -> Any:
    """Return the type of a mapping that names no line."""
    return Annotated[of, BeforeValidator(_without_line)]


class Shape(BaseModel):
    """A mapping of the file; a name it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int = 0


class CiteShape(Shape):
    """Where a value comes from."""

    source: Sentence
    confidence: Confidence
    verified: date
    renews: date | None = None


class RowShape(Shape):
    """A dated value, or the words why there is none."""

    from_day: date = Field(alias="from")
    to: End
    missing: Sentence | None = None
    unit: Sentence | None = None
    amount: Money | None = None
    by_size: list[Money] | None = None
    each_more: Money | None = None
    source: Sentence | None = None
    confidence: Confidence | None = None
    verified: date | None = None
    renews: date | None = None

    @model_validator(mode="after")
    def _value_has_a_source(self) -> Self:
        cited = (self.source, self.confidence, self.verified)
        if self.missing is None and None in cited:
            raise ValueError("a value needs source, confidence and verified")
        if self.missing is not None and (self.amount is not None or self.by_size is not None):
            raise ValueError("a row has a value or says why it is missing, not both")
        return self


class TableShape(Shape):
    """A file of tables/."""

    table: Name
    title: Sentence
    unit: Sentence
    rows: list[RowShape] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_have_limits(self) -> Self:
        for row in self.rows:
            if row.missing is None and not row.by_size:
                raise ValueError(f"the row from {row.from_day} has no by_size")
        return self


class IncomeShape(Shape):
    """Income against a table."""

    table: Name
    percent: Decimal = Decimal(100)


class ConditionShape(Shape):
    """A leaf (one question), a group (all, any) or a reference (same_as)."""

    id: Name | None = None
    from_day: date | None = Field(None, alias="from")
    to: date | None = None
    all: list["ConditionShape"] | None = Field(None, min_length=1)
    any: list["ConditionShape"] | None = Field(None, min_length=1)
    same_as: Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")] | None = None
    income: IncomeShape | None = None
    receives: list[Name] | None = Field(None, min_length=1)
    is_: Plain(dict[str, Words]) | None = Field(None, alias="is")  # type: ignore[valid-type]
    at_least: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    at_most: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    more_than: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    less_than: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    before: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    on_or_before: Plain(dict[str, str]) | None = None  # type: ignore[valid-type]
    moment_before: datetime | None = None
    proof: Name | None = None
    presume: bool = False
    says: Sentence | None = None
    bring: list[Name] = []
    source: Sentence | None = None
    confidence: Confidence | None = None
    verified: date | None = None
    renews: date | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [name for name in QUESTIONS if getattr(self, name) is not None]
        if len(asked) != 1:
            raise ValueError(f"must ask one thing, but asks {', '.join(asked) or 'nothing'}")
        for name in COMPARISONS:
            if (pairs := getattr(self, name)) is not None and len(pairs) != 1:
                raise ValueError(f"{name} must name one fact")
        if self.is_ is not None and len(self.is_) != 1:
            raise ValueError("is must name one fact")
        return self

    @property
    def is_leaf(self) -> bool:
        """Return whether it asks about a fact itself."""
        return self.all is None and self.any is None and self.same_as is None


COMPARISONS = ("at_least", "at_most", "more_than", "less_than", "before", "on_or_before")
QUESTIONS = ("all", "any", "same_as", "income", "receives", "is_", *COMPARISONS, "moment_before", "proof")


class AmountPartShape(Shape):
    """An amount with its days."""

    id: Name
    says: Sentence
    when: ConditionShape | None = None
    from_day: date | None = Field(None, alias="from")
    to: date | None = None
    rows: list[RowShape] = Field(min_length=1)


class CapShape(Shape):
    """At most a fact, less another."""

    fact: Name
    less: Name | None = None


class AmountShape(Shape):
    """What a program gives or costs."""

    id: Name
    kind: AmountKind
    first_of: list[AmountPartShape] = Field(min_length=1)
    plus: list[AmountPartShape] = []
    not_above: CapShape | None = None


class AdviceShape(CiteShape):
    """A word to some households."""

    id: Name
    when: ConditionShape
    says: Sentence


class ApplyShape(Shape):
    """How to apply."""

    says: Sentence
    link: Annotated[str, Field(pattern=r"^https://")] | None = None


class ProgramShape(Shape):
    """A file of programs/ or measures/."""

    program: Name
    title: Sentence
    kind: ProgramKind
    gives: Sentence | None = None
    order: int = 0
    open: list[RowShape] = Field(min_length=1)
    qualifies: ConditionShape
    amounts: list[AmountShape] = []
    advice: list[AdviceShape] = []
    apply: ApplyShape | None = None
    bring: list[Name] = []
    held: Name | None = None
    need: Literal["device", "connection", "skills"] | None = None


class FactShape(Shape):
    """What kind of fact."""

    kind: Kind
    words: list[Sentence] = []


class FactsShape(Shape):
    """facts.yaml."""

    facts: Plain(dict[Name, FactShape])  # type: ignore[valid-type]
    benefits: Plain(dict[Name, Sentence])  # type: ignore[valid-type]


class ChangeShape(CiteShape):
    """What has changed lately."""

    on: date
    programs: list[Name]
    says: Sentence


class TogetherShape(CiteShape):
    """Discounts that go together."""

    programs: list[Name] = Field(min_length=2)


class OptionShape(Shape):
    """One answer to choose."""

    id: Name
    says: Sentence
    states: Plain(dict[Name, str])  # type: ignore[valid-type]


class QuestionShape(Shape):
    """One question."""

    id: Name
    kind: Ask
    fact: Name | None = None
    asks: Sentence
    hint: Sentence | None = None
    why: Sentence | None = None
    options: list[OptionShape] = []
    shows: list[Name] = []
    only_if: Plain(dict[Name, str]) = {}  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if (self.fact is None) != (self.kind is Ask.OPTIONS):
            raise ValueError("a question names its fact, or options that state facts")
        if bool(self.options) != (self.kind is Ask.OPTIONS):
            raise ValueError("options belong to a question of the kind options")
        if bool(self.shows) != (self.kind is Ask.BENEFITS):
            raise ValueError("shows belongs to a question of the kind benefits")
        return self


class QuestionsShape(Shape):
    """questions.yaml."""

    questions: list[QuestionShape] = Field(min_length=1)


class DocumentShape(Shape):
    """A paper to bring."""

    title: Sentence
    such_as: Sentence
    age: Sentence | None = None


class DocumentsShape(Shape):
    """documents.yaml."""

    documents: Plain(dict[Name, DocumentShape])  # type: ignore[valid-type]
    sources: Sentence


class BookShape(Shape):
    """rulebook.yaml."""

    version: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}[a-z0-9-]*$")]
    title: Sentence
    verify_every_days: Annotated[int, Field(gt=0)]
    changes: list[ChangeShape] = []
    together: list[TogetherShape] = []
