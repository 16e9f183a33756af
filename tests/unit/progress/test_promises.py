"""What must hold on every day and at every posting ("How we count", P1-P6, P8, P9), over invented histories.

P7 (the cube) and P10 (what partners see) concern the store and the pages and are tested there.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.ledger import Aspect, Key, Milestone
from digital_inclusion.progress.rules.program import Boundaries, Program
from tests.factories.book import Book, recount
from tests.factories.facts import CITY, DISTRICTS, A, B, C, Facts, day, program, standard

PARTNER_OF = {1: A, 2: B, 3: A, 4: C}  # records and whose they are
START = date(2025, 1, 1)
SHORT_PROOF = {"proof_days": 60, "sustained_days": 30, "skills_minutes": 4 * 60}
FEWER = frozenset({"D3"})
PROGRAMS = [
    program(),
    program(changed_on="2025-06-01"),
    program(starts_on=day("2025-04-01"), passport_required_from=day("2025-05-01")),
    program(eligibility_required_from=day("2025-08-01")),
    program(standards=(standard("2020-01-01"), standard("2025-07-01", **SHORT_PROOF))),
    program(
        boundaries=(
            Boundaries(from_day=day("2020-01-01"), districts=DISTRICTS),
            Boundaries(from_day=day("2025-07-01"), districts=FEWER, zip_district={"95111": "D7"}),
        )
    ),
]
VERIFIABLE = (Kind.DELIVERY, Kind.ALREADY_HAD, Kind.CHECK)

records = st.sampled_from(sorted(PARTNER_OF))
days = st.integers(0, 60).map(lambda tens: START + timedelta(days=tens * 10))
homes = st.fixed_dictionaries(
    {
        "district": st.sampled_from(["D3", "D5", "D7", None, "Oakland"]),
        "zip_code": st.sampled_from(["95111", "95112", "94601"]),
        "fixed": st.sampled_from([True, True, False]),
        "in_city": st.booleans(),
    }
)
choices = st.integers(0, 10**6)


class Promises(RuleBasedStateMachine):
    """Random histories of three partners and four records; every step is one posting."""

    def __init__(self) -> None:
        super().__init__()
        self.facts, self.book = Facts(), Book(PROGRAMS[0])
        self.seen: list[dict[tuple[Milestone, Aspect], int]] = []  # a figure on one day, by posting
        self.asked_on = START + timedelta(days=400)

    def post(self, *facts: Fact) -> None:
        self.book.post(*facts)
        self.remember()

    def remember(self) -> None:
        """Ask every figure of a day as soon as a posting is there (P9)."""
        self.seen.append(_figures(self.book.net(), self.asked_on))

    def pick(self, choice: int, *kinds: Kind) -> Fact | None:
        known = [fact for fact in self.book.facts if fact.kind in kinds]
        return known[choice % len(known)] if known else None

    @initialize(on=st.sampled_from([START, START + timedelta(days=100)]))
    def enroll_all(self, on: date) -> None:
        arrivals = []
        for record, partner in PARTNER_OF.items():
            arrivals += self.facts.enrolled(record, on.isoformat(), f"D{record}", by=partner)
        self.post(*arrivals)

    @rule(record=records, on=days, later=st.integers(0, 12), sure=st.sampled_from([True, True, False]))
    def connect(self, record: int, on: date, later: int, sure: bool) -> None:
        by, then = PARTNER_OF[record], on + timedelta(days=later * 10)
        line = self.facts.line(record, then, by=by, self_verified=True)
        self.post(self.facts.laptop(record, on, by=by, self_verified=sure), line)

    @rule(record=records, on=days, months=st.integers(1, 14), skilled=st.booleans(), sure=st.booleans())
    def ask_again(self, record: int, on: date, months: int, skilled: bool, sure: bool) -> None:
        """Connect or train, and check some months later: the way to the sustained milestones."""
        by, then = PARTNER_OF[record], on + timedelta(days=months * 30)
        if skilled:
            training = self.facts.training(record, on, 8, self_verified=sure)
            self.post(
                training._replace(partner_id=by), self.facts.check(record, then, Item.TRAINING, self_verified=sure)
            )
        else:
            line = self.facts.line(record, on, by=by, self_verified=True)
            laptop = self.facts.laptop(record, on, by=by, self_verified=True)
            self.post(laptop, line, self.facts.check(record, then, self_verified=sure))

    @rule(
        record=records,
        on=days,
        sure=st.booleans(),
        item=st.sampled_from(["laptop", "line", "slow line", "phone", "loan", "donated"]),
    )
    def deliver(self, record: int, on: date, item: str, sure: bool) -> None:
        more: dict[str, Any] = {
            "phone": {"device_kind": "phone"},
            "loan": {"loan_due_on": on + timedelta(days=100)},
            "donated": {"donated": True, "passport_complete": sure},
        }.get(item, {})
        by = PARTNER_OF[record]
        if "line" in item:
            speeds = (25, 3) if item == "slow line" else (100, 20)
            self.post(self.facts.line(record, on, speeds, by=by, self_verified=sure))
        else:
            self.post(self.facts.laptop(record, on, by=by, self_verified=sure, **more))

    @rule(record=records, on=days, sure=st.booleans(), is_line=st.booleans())
    def own(self, record: int, on: date, sure: bool, is_line: bool) -> None:
        make = self.facts.owned_line if is_line else self.facts.owned_laptop
        fact = make(record, on, by=PARTNER_OF[record])
        self.post(fact._replace(self_verified=sure))

    @rule(
        record=records,
        on=days,
        member=st.sampled_from([1, 2, None]),
        hours=st.integers(1, 9),
        sure=st.booleans(),
        passed=st.booleans(),
    )
    def train(self, record: int, on: date, member: int | None, hours: int, sure: bool, passed: bool) -> None:
        taken = {"assessment": "Northstar", "positive": passed} if hours == 1 else {}
        training = self.facts.training(record, on, hours, member, self_verified=sure, **taken)
        self.post(training._replace(partner_id=PARTNER_OF[record], grant_id=None))

    @rule(choice=choices, record=records, on=days, sure=st.booleans(), item=st.sampled_from(Item))
    def check(self, choice: int, record: int, on: date, sure: bool, item: Item) -> None:
        about = self.pick(choice, Kind.DELIVERY, Kind.ALREADY_HAD)
        target = about if about is not None and choice % 2 else record
        self.post(self.facts.check(target, on, item, self_verified=sure, positive=choice % 5 > 0))

    @rule(choice=choices, on=days, yes=st.booleans(), by=st.sampled_from([CITY, CITY, A]))
    def decide(self, choice: int, on: date, yes: bool, by: int) -> None:
        fact = self.pick(choice, *VERIFIABLE)
        if fact is not None:
            self.post(self.facts.about(Kind.DECISION, fact, on, by=by, positive=yes))

    @rule(choice=choices, on=days, record=records, whole=st.integers(0, 9))
    def end(self, choice: int, on: date, record: int, whole: int) -> None:
        fact = self.pick(choice, Kind.DELIVERY, Kind.ALREADY_HAD)
        if whole == 0 or fact is None:
            self.post(self.facts.ended(record, on.isoformat()))
        else:
            self.post(self.facts.ended(fact, on.isoformat()))

    @rule(choice=choices)
    def void(self, choice: int) -> None:
        often = (*VERIFIABLE, Kind.DECISION, Kind.END, Kind.LINK, Kind.SPLIT)
        fact = self.pick(choice, *(often if choice % 4 else Kind))
        if fact is not None:
            self.post(*self.facts.voided(fact))

    @rule(record=records, on=days, home=homes)
    def live_somewhere_else(self, record: int, on: date, home: dict[str, Any]) -> None:
        self.post(self.facts.fact(Kind.ADDRESS, record, on, by=PARTNER_OF[record], **home))

    @rule(
        record=records,
        on=days,
        yes=st.booleans(),
        kind=st.sampled_from([Kind.CONSENT, Kind.WITHDRAWAL, Kind.ELIGIBILITY, Kind.ENROLLED]),
    )
    def record_paper(self, record: int, on: date, yes: bool, kind: Kind) -> None:
        self.post(self.facts.fact(kind, record, on, by=PARTNER_OF[record], positive=yes))

    @rule(one=records, other=records)
    def link(self, one: int, other: int) -> None:
        if one != other:
            self.post(self.facts.linked(one, other))

    @rule(choice=choices)
    def split(self, choice: int) -> None:
        link = self.pick(choice, Kind.LINK)
        if link is not None:
            self.post(self.facts.split(link))

    @rule(one=records, other=records)
    def link_and_split_change_nothing(self, one: int, other: int) -> None:
        """P5: link then split changes no figure."""
        before, link = self.book.net(), self.facts.linked(one, other)
        self.post(link)
        self.post(self.facts.split(link))
        assert self.book.net() == before

    @rule(settings_=st.sampled_from(PROGRAMS))
    def load(self, settings_: Program) -> None:
        self.book.load(settings_)
        self.remember()

    @precondition(lambda self: sum(fact.kind is Kind.LINK for fact in self.book.facts) > 1)
    @rule(random=st.randoms(use_true_random=False))
    def links_in_another_order(self, random: Any) -> None:
        """P4: the order of links changes nothing."""
        links = [fact.number for fact in self.book.facts if fact.kind is Kind.LINK]
        renumbered = dict(zip(links, random.sample(links, len(links)), strict=True))
        facts = [
            fact._replace(
                number=renumbered.get(fact.number, fact.number),
                refers_to=renumbered.get(fact.refers_to or 0, fact.refers_to),
            )
            for fact in self.book.facts
        ]
        assert recount(facts, self.book.program) == self.book.net()

    @invariant()
    def posting_again_posts_nothing(self) -> None:
        """P6: what is posted is what is wanted."""
        assert recount(self.book.facts, self.book.program) == self.book.net()

    @invariant()
    def no_milestone_is_out_of_bounds(self) -> None:
        """P2: current <= verified, pending + verified <= 1, none below 0, per identity on every day."""
        for sums in _by_day(self.book.net(), lambda key: (key.identity, key.milestone, key.aspect)):
            for identity, milestone in {(one, two) for one, two, _ in sums}:
                pending, verified, current = (sums[identity, milestone, aspect] for aspect in Aspect)
                assert 0 <= current <= verified
                assert pending >= 0
                assert pending + verified <= 1

    @invariant()
    def no_cell_is_below_zero(self) -> None:
        """P3: no cell of a partner and grant, nor of a district, is below 0 on any day."""
        for columns in ("partner_id", "grant_id", "district"):
            for sums in _by_day(
                self.book.net(), lambda key, columns=columns: (key.milestone, key.aspect, getattr(key, columns))
            ):
                assert min(sums.values()) >= 0, columns

    @invariant()
    def partners_and_districts_add_up(self) -> None:
        """P8: the sum over partners is the sum over districts is the total, on every day asked."""
        net = self.book.net()
        for on in (START + timedelta(days=200), self.asked_on):
            total = _figures(net, on)
            for column in ("partner_id", "district"):
                cells = defaultdict(int)
                for key, number in net.items():
                    if key.occurred_on <= on:
                        cells[key.milestone, key.aspect, getattr(key, column)] += number
                for figure, number in total.items():
                    parts = [n for (milestone, aspect, _), n in cells.items() if (milestone, aspect) == figure]
                    assert sum(parts) == number

    def teardown(self) -> None:
        """P1 and P9: at every posting the entries are the recount, and answer as they did at the time."""
        for posting in range(self.book.postings + 1):
            net = self.book.net(posting)
            assert net == self.book.recount_at(posting)
            if posting:
                assert _figures(net, self.asked_on) == self.seen[posting - 1]


def _figures(net: Mapping[Key, int], on: date) -> dict[tuple[Milestone, Aspect], int]:
    sums: defaultdict[tuple[Milestone, Aspect], int] = defaultdict(int)
    for key, number in net.items():
        if key.occurred_on <= on:
            sums[key.milestone, key.aspect] += number
    return dict(sums)


def _by_day(net: Mapping[Key, int], group: Any) -> Iterator[defaultdict[Any, int]]:
    """Yield the sums by group at the end of every day on which something happens."""
    sums: defaultdict[Any, int] = defaultdict(int)
    happened = sorted(net.items(), key=lambda item: item[0].occurred_on)
    for index, (key, number) in enumerate(happened):
        sums[group(key)] += number
        if index + 1 == len(happened) or happened[index + 1][0].occurred_on != key.occurred_on:
            yield sums


TestPromises = Promises.TestCase
TestPromises.settings = settings(
    max_examples=int(os.environ.get("PROMISES_EXAMPLES", "300")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
