"""Two ways to count, one answer: the recount against the rules, on random histories, at every posting K.

Days lie close together and durations are short, so that spans touch, overlap and age within one history.
"""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digital_inclusion.progress.recount import Line, recount
from digital_inclusion.progress.recount import Program as PlainProgram
from digital_inclusion.progress.recount.settings import read
from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.identity import identities
from digital_inclusion.progress.rules.ledger import derive
from digital_inclusion.progress.rules.program import Boundaries, Program, Standard
from digital_inclusion.progress.schemas import parse_program
from tests.factories.stored import settings_text
from tests.factories.world import san_jose
from tests.unit.progress.test_promises import PROGRAMS

START = date(2026, 1, 1)
CITY = 9
VERIFIED_KINDS = (Kind.DELIVERY, Kind.ALREADY_HAD, Kind.CHECK)
ACTS = {  # how often each thing happens
    Kind.DELIVERY: 14,
    Kind.DECISION: 9,
    Kind.CHECK: 4,
    Kind.END: 3,
    Kind.ALREADY_HAD: 3,
    Kind.VOID: 3,
    Kind.LINK: 2,
    Kind.SPLIT: 1,
    Kind.ADDRESS: 2,
    Kind.ENROLLED: 1,
    Kind.CONSENT: 1,
    Kind.WITHDRAWAL: 1,
    Kind.ELIGIBILITY: 3,
    Kind.ANSWER: 1,
}
KINDS = st.sampled_from([None] * 5 + [kind for kind, weight in ACTS.items() for _ in range(weight)])
DAYS = st.integers(0, 30).map(lambda offset: START + timedelta(days=offset))
EARLY = st.integers(0, 12).map(lambda offset: START + timedelta(days=offset))
LONG_AGO = st.integers(-12, 12).map(lambda offset: START + timedelta(days=offset))
PEOPLE = st.sampled_from([None, 1, 2])


def often(usual: list[Any], rare: list[Any]) -> st.SearchStrategy[Any]:
    """Draw from ``usual`` six times as often as from ``rare``."""
    return st.sampled_from(usual * len(rare) * 6 + rare * len(usual))


@st.composite
def standards(draw: st.DrawFn) -> tuple[Standard, ...]:
    firsts = draw(st.lists(st.sampled_from([5, 12, 20]), max_size=2, unique=True))
    firsts.append(draw(often([-9], [2])))
    return tuple(
        Standard(
            from_day=START + timedelta(days=first),
            down_kbps=draw(often([25, 100], [200])),
            up_kbps=draw(st.sampled_from([3, 20])),
            device_kinds=frozenset(draw(st.sampled_from([("laptop",), ("laptop", "tablet")]))),
            proof_days=draw(st.sampled_from([1, 4, 9, 365])),
            skills_minutes=draw(st.sampled_from([2, 4])),
            assessments=frozenset(draw(st.sampled_from([(), ("exam",)]))),
            sustained_days=draw(st.sampled_from([0, 2, 6])),
        )
        for first in sorted(firsts)
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    firsts = draw(st.lists(st.sampled_from([-9, 7, 15]), min_size=0, max_size=2, unique=True))
    rarely = st.one_of(*[st.none()] * 3, DAYS)
    return Program(
        starts_on=START + timedelta(days=draw(often([-9], [3]))),
        standards=draw(standards()),
        boundaries=tuple(
            Boundaries(
                from_day=START + timedelta(days=first),
                districts=frozenset(draw(st.sampled_from([("D1", "D2"), ("D2", "D3")]))),
                zip_district=draw(st.sampled_from([{}, {"Z1": "D1", "Z2": "D2", "Z9": "D2"}])),
            )
            for first in sorted(firsts)
        ),
        zip_codes=frozenset({"Z1", "Z2"}),
        passport_required_from=draw(rarely),
        eligibility_required_from=draw(rarely),
    )


def plain(program: Program) -> PlainProgram:
    """Write the settings as the plain dictionaries the recount reads."""
    return asdict(program)  # type: ignore[return-value]


def goods(draw: st.DrawFn, item: Item, day: date) -> dict[str, Any]:
    """Draw what was delivered (or owned, or taught)."""
    if item == Item.DEVICE:
        due = draw(often([None], [1, 3, 8]))
        return {
            "device_kind": draw(often(["laptop", "tablet"], ["phone"])),
            "donated": draw(st.sampled_from([None, False, True])),
            "passport_complete": draw(st.sampled_from([None, True, False])),
            "loan_due_on": due and day + timedelta(days=due),
        }
    if item == Item.LINE:
        return {"down_kbps": draw(often([100], [25])), "up_kbps": draw(often([20], [3, None]))}
    return {
        "member_id": draw(often([1, 2], [None])),
        "minutes": draw(often([1, 2, 4], [None])),
        "assessment": draw(st.sampled_from([None, None, "exam", "other"])),
        "positive": draw(st.sampled_from([None, True, False])),
    }


def home(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an address, most often in the city."""
    zips, districts = often(["Z1", "Z2"], ["Z9"]), st.sampled_from([None, "D1", "D2", "D3"])
    place = {"zip_code": draw(zips), "district": draw(districts)}
    if draw(often([False], [True])):
        return place | {"fixed": False, "in_city": draw(st.booleans())}
    return place | {"fixed": draw(often([True], [None]))}


class Teller:
    """Draws one history, fact by fact, each about things already told."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.facts: list[Fact] = []
        self.partners = draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=4))

    def tell(self, kind: Kind, record: int, **columns: Any) -> None:
        number = len(self.facts) + 1
        known: dict[str, Any] = {
            "partner_id": self.partners[record],
            "occurred_on": self.draw(DAYS),
        } | columns
        fact = Fact(number=number, posting=number, kind=kind, record_id=record + 1, **known)
        self.facts.append(fact)

    def open_record(self, record: int) -> None:
        """Tell what most records have: enrollment, consent and a home, early enough."""
        self.tell(Kind.ENROLLED, record, occurred_on=START)
        self.tell(Kind.CONSENT, record, occurred_on=START)
        self.tell(Kind.ADDRESS, record, occurred_on=START, **home(self.draw))

    def one_of(self, *kinds: Kind, item: Item | None = None, record: int | None = None) -> Fact | None:
        """Draw a fact already told, of some kinds (all when none are named)."""
        found = [
            fact
            for fact in self.facts
            if (not kinds or fact.kind in kinds)
            and (item is None or fact.item == item)
            and (record is None or fact.record_id == record + 1)
        ]
        return self.draw(st.sampled_from(found)) if found else None

    def act(self, kind: Kind) -> None:
        """Tell one more fact of a kind; nothing when there is nothing it could be about."""
        record = self.draw(st.integers(0, len(self.partners) - 1))
        if kind in (Kind.DELIVERY, Kind.ALREADY_HAD):
            self.deliver(kind, record)
        elif kind in (Kind.DECISION, Kind.ANSWER, Kind.VOID, Kind.SPLIT):
            self.speak_of(kind)
        elif kind in (Kind.CHECK, Kind.END):
            self.follow(kind, record)
        elif kind == Kind.LINK:
            other = self.draw(st.integers(0, len(self.partners) - 1))
            if other != record:
                self.tell(kind, record, partner_id=CITY, other_record_id=other + 1)
        else:
            columns = home(self.draw) if kind == Kind.ADDRESS else {}
            self.tell(kind, record, **columns, positive=self.draw(st.booleans()))

    def deliver(self, kind: Kind, record: int) -> None:
        items = [Item.DEVICE, Item.LINE] + [Item.TRAINING] * (kind == Kind.DELIVERY)
        item, day = self.draw(st.sampled_from(items)), self.draw(EARLY if kind == Kind.DELIVERY else LONG_AGO)
        self.tell(
            kind,
            record,
            occurred_on=day,
            item=item,
            grant_id=self.draw(st.sampled_from([None, 10, 20])) if kind == Kind.DELIVERY else None,
            entered_by=self.draw(PEOPLE),
            self_verified=self.draw(st.sampled_from([True, True, False])),
            **goods(self.draw, item, day),
        )

    def speak_of(self, kind: Kind) -> None:
        """Tell a decision, an answer, a void or a split."""
        kinds = {Kind.VOID: (), Kind.SPLIT: (Kind.LINK,)}.get(kind, VERIFIED_KINDS)
        target = self.one_of(*kinds)
        if target is None:
            return
        columns: dict[str, Any] = {"refers_to": target.number, "partner_id": target.partner_id}
        if kind == Kind.DECISION:
            columns["partner_id"] = self.draw(st.sampled_from([CITY, CITY, CITY, 1, 2]))
            columns["positive"] = self.draw(often([True], [False]))
            columns["entered_by"] = self.draw(PEOPLE)
        self.tell(kind, target.record_id - 1, **columns)

    def follow(self, kind: Kind, record: int) -> None:
        """Tell a check or an end, of one thing or of the whole record."""
        item = self.draw(st.sampled_from([Item.LINE, Item.LINE, Item.TRAINING]))
        about = item if kind == Kind.CHECK else None
        named = self.draw(st.integers(0, 3)) > 0
        target = self.one_of(Kind.DELIVERY, Kind.ALREADY_HAD, item=about, record=record) if named else None
        columns: dict[str, Any] = {"refers_to": target.number} if target else {}
        if kind == Kind.CHECK:
            columns |= {"item": item, "positive": self.draw(often([True], [False]))}
            columns |= {"self_verified": self.draw(st.booleans()), "entered_by": self.draw(PEOPLE)}
        self.tell(kind, record, **columns)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    teller = Teller(draw)
    for record in range(len(teller.partners)):
        if draw(often([True], [False])):
            teller.open_record(record)
    for _ in range(30):
        kind = draw(KINDS)
        if kind:
            teller.act(kind)
    return teller.facts


STORM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def running(lines: Counter[Line], *places: int) -> list[int]:
    """Return every value a figure takes over the days, by the named places of the line."""
    sums: Counter[tuple[Any, ...]] = Counter()
    seen = []
    for day in sorted({line[3] for line in lines}):
        for line, number in lines.items():
            if line[3] == day:
                sums[tuple(line[place] for place in places)] += number
        seen += list(sums.values())
    return seen


@STORM
@given(histories(), programs())
def test_no_household_partner_or_district_is_ever_below_zero_or_above_one(facts: list[Fact], program: Program) -> None:
    lines = recount(facts, plain(program))
    assert all(value in (0, 1) for value in running(lines, 0, 1, 2))
    assert all(value >= 0 for value in running(lines, 1, 2, 4))
    assert all(value >= 0 for value in running(lines, 1, 2, 6))
    no_more = Counter({line: number for line, number in lines.items() if line[2] != "current"})
    assert all(value in (0, 1) for value in running(no_more, 0, 1))


@pytest.mark.parametrize("text", [*(settings_text(one) for one in PROGRAMS), san_jose()])
def test_settings_are_read_alike_by_different_code(text: str) -> None:
    ours, theirs = plain(parse_program(text).counting), read(text)
    for several in ("standards", "boundaries"):  # a tuple of them, a list of them
        assert list(ours.pop(several)) == theirs.pop(several)  # type: ignore[misc]
    assert ours == theirs


def by_the_rules(facts: list[Fact], program: Program) -> Counter[Line]:
    """Return what the rules derive for every identity, in the words of the recount."""
    joined = identities(facts)
    lines: Counter[Line] = Counter()
    for identity in {joined.get(fact.record_id, fact.record_id) for fact in facts}:
        own = [fact for fact in facts if joined.get(fact.record_id, fact.record_id) == identity]
        for key, number in derive(identity, own, program).items():
            words = key.identity, str(key.milestone), str(key.aspect), key.occurred_on
            lines[*words, key.partner_id, key.grant_id, key.district] = number
    return lines


@STORM
@given(histories(), programs())
def test_recount_and_rules_agree_at_every_posting(facts: list[Fact], program: Program) -> None:
    settings_as_read = plain(program)
    for posting in range(1, len(facts) + 1):
        known = facts[:posting]
        recounted, derived = recount(known, settings_as_read).items(), by_the_rules(known, program).items()
        assert recounted == derived, (posting, recounted - derived, derived - recounted)
