"""Why a household is not counted, what its certificate rests on, and where it stands on a day."""

from collections.abc import Iterable
from typing import Any

import pytest

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.ledger import Aspect, Milestone, derive
from digital_inclusion.progress.rules.program import Program
from digital_inclusion.progress.rules.reasons import (
    Code,
    MilestoneState,
    Owner,
    Reason,
    explain,
    state_on,
    why_not_counted,
)
from tests.factories.facts import A, B, Facts, day, of, program, standard

TODAY = day("09-01")
SURE = {"self_verified": True}


def why(facts: Iterable[Fact], settings: Program | None = None, today: str = "09-01") -> Reason:
    """Return the reason, which must be there."""
    reason = why_not_counted(list(facts), settings or program(), day(today))
    assert reason is not None
    return reason


def told(reason: Reason) -> tuple[Code, Owner, str]:
    """Return the code, who owes it and since when."""
    since = reason.since.isoformat().removeprefix("2026-") if reason.since else ""
    return reason.code, reason.owed_by, since


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def arrival(facts: Facts) -> list[Fact]:
    return facts.enrolled(1, "01-05")


def without(facts: Iterable[Fact], kind: Kind) -> list[Fact]:
    return [fact for fact in facts if fact.kind is not kind]


class TestSomethingWaits:
    """Everything is there and has to be looked at (rule 8)."""

    def test_nothing_is_missing_when_it_is_proven(self, facts: Facts, arrival: list[Fact]) -> None:
        things = [facts.laptop(1, "01-10", **SURE), facts.line(1, "01-12", **SURE)]
        assert why_not_counted([*arrival, *things], program(), TODAY) is None
        lapsed = [*arrival, *things, facts.ended(things[0], "02-01")]
        assert why_not_counted(lapsed, program(), TODAY) is None

    def test_not_verified_names_the_fact_that_waited_longest(self, facts: Facts, arrival: list[Fact]) -> None:
        line, laptop = facts.line(1, "01-12"), facts.laptop(1, "01-10")
        reason = why([*arrival, line, laptop])
        assert told(reason) == (Code.NOT_VERIFIED, Owner.VERIFIER, "01-10")
        assert (reason.fact, reason.item, reason.partner_id) == (laptop.number, Item.DEVICE, A)
        reason = why([*arrival, line, laptop, *facts.confirmed(laptop)])
        assert (reason.fact, reason.since) == (line.number, day("01-12"))

    def test_the_device_that_needs_fewer_proofs_is_the_one_to_look_at(self, facts: Facts, arrival: list[Fact]) -> None:
        line, old = facts.line(1, "01-12"), facts.laptop(1, "01-10")
        proven = facts.laptop(1, "02-10", **SURE)
        assert why([*arrival, line, old, proven]).fact == line.number

    def test_questioned_is_the_partners_turn_until_it_answers(self, facts: Facts, arrival: list[Fact]) -> None:
        laptop, line = facts.laptop(1, "01-10", **SURE), facts.line(1, "01-12")
        asked = facts.questioned(line, "03-02")
        known = [*arrival, laptop, line, asked]
        reason = why(known)
        assert told(reason) == (Code.QUESTIONED, Owner.PARTNER, "03-02")
        assert reason.fact == line.number
        known.append(facts.about(Kind.ANSWER, line, "03-09"))
        assert told(why(known)) == (Code.NOT_VERIFIED, Owner.VERIFIER, "03-09")
        known.append(facts.questioned(line, "03-15"))
        assert told(why(known)) == (Code.QUESTIONED, Owner.PARTNER, "03-15")

    def test_the_check_that_bridges_two_proven_things_is_what_waits(self, facts: Facts, arrival: list[Fact]) -> None:
        line = facts.line(1, "01-12", **SURE)
        check = facts.check(line, "2027-01-05")
        laptop = facts.laptop(1, "2027-01-12", **SURE)  # the day the activation is too old
        reason = why([*arrival, line, check, laptop])
        assert (reason.code, reason.fact) == (Code.NOT_VERIFIED, check.number)


class TestSomethingIsMissingAboutAThing:
    """A delivery is there and does not count (rules 1-3)."""

    def both(self, facts: Facts, **columns: Any) -> list[Fact]:
        return [facts.laptop(1, "02-10", **SURE, **columns), facts.line(1, "02-12", **SURE)]

    def test_no_consent(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*without(arrival, Kind.CONSENT), *self.both(facts)])
        assert told(reason) == (Code.NO_CONSENT, Owner.PARTNER, "02-10")

    def test_consent_withdrawn(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*arrival, facts.fact(Kind.WITHDRAWAL, 1, "02-01"), *self.both(facts)])
        assert told(reason) == (Code.CONSENT_WITHDRAWN, Owner.HOUSEHOLD, "02-01")

    def test_before_enrollment(self, facts: Facts) -> None:
        late = [*without(facts.enrolled(1, "01-05"), Kind.ENROLLED), facts.fact(Kind.ENROLLED, 1, "03-01")]
        reason = why([*late, *self.both(facts)])
        assert told(reason) == (Code.BEFORE_ENROLLMENT, Owner.PARTNER, "02-10")
        assert reason.required_from == day("03-01")

    def test_not_enrolled(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*without(arrival, Kind.ENROLLED), *self.both(facts)])
        assert told(reason) == (Code.NOT_ENROLLED, Owner.PARTNER, "02-10")

    def test_before_program(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*arrival, *self.both(facts)], program(starts_on=day("02-15")))
        assert told(reason) == (Code.BEFORE_PROGRAM, Owner.CITY, "02-10")
        assert reason.required_from == day("02-15")
        before_standards = program(standards=(standard("06-01"),))
        assert why([*arrival, *self.both(facts)], before_standards).required_from == day("06-01")

    def test_outside_area(self, facts: Facts) -> None:
        reason = why([*facts.enrolled(1, "01-05", "Oakland"), *self.both(facts)])
        assert told(reason) == (Code.OUTSIDE_AREA, Owner.HOUSEHOLD, "01-05")

    def test_no_address(self, facts: Facts) -> None:
        reason = why([*facts.enrolled(1, "01-05", None), *self.both(facts)])
        assert told(reason) == (Code.NO_ADDRESS, Owner.PARTNER, "02-10")

    def test_device_kind_not_counted(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*arrival, *self.both(facts, device_kind="phone")])
        assert told(reason) == (Code.DEVICE_KIND_NOT_COUNTED, Owner.PARTNER, "02-10")
        assert reason.device_kind == "phone"
        alone = why([*arrival, facts.laptop(1, "02-10", device_kind="phone")])
        assert alone.code is Code.DEVICE_KIND_NOT_COUNTED

    def test_below_standard_tells_the_speeds(self, facts: Facts, arrival: list[Fact]) -> None:
        slow = facts.line(1, "02-12", (50, 10))
        reason = why([*arrival, facts.laptop(1, "02-10"), slow])
        assert told(reason) == (Code.BELOW_STANDARD, Owner.PARTNER, "02-12")
        assert (reason.down_kbps, reason.up_kbps) == (50_000, 10_000)
        assert (reason.needed_down_kbps, reason.needed_up_kbps) == (100_000, 20_000)

    def test_passport_missing(self, facts: Facts, arrival: list[Fact]) -> None:
        donated = [
            facts.laptop(1, "02-10", donated=True, passport_complete=False),
            facts.line(1, "02-12"),
        ]
        reason = why([*arrival, *donated], program(passport_required_from=day("01-01")))
        assert told(reason) == (Code.PASSPORT_MISSING, Owner.PARTNER, "02-10")
        assert (reason.required_from, reason.fact) == (day("01-01"), donated[0].number)

    def test_eligibility_missing_or_denied(self, facts: Facts, arrival: list[Fact]) -> None:
        settings = program(eligibility_required_from=day("02-01"))
        reason = why([*arrival, *self.both(facts)], settings)
        assert told(reason) == (Code.ELIGIBILITY_MISSING, Owner.PARTNER, "02-10")
        assert reason.required_from == day("02-01")
        denied = facts.fact(Kind.ELIGIBILITY, 1, "01-20", positive=False)
        reason = why([*arrival, denied, *self.both(facts)], settings)
        assert told(reason) == (Code.NOT_ELIGIBLE, Owner.HOUSEHOLD, "01-20")

    def test_what_no_paper_can_mend_is_told_before_what_a_paper_can(self, facts: Facts, arrival: list[Fact]) -> None:
        phone = self.both(facts, device_kind="phone")
        assert why([*without(arrival, Kind.CONSENT), *phone]).code is Code.DEVICE_KIND_NOT_COUNTED
        laptop = facts.laptop(1, "02-11")
        assert why([*without(arrival, Kind.CONSENT), *phone, laptop]).code is Code.NO_CONSENT


class TestSomethingHasToCome:
    """A device or a line has not been given (rules 5 and 6)."""

    def test_no_record_at_all(self) -> None:
        assert told(why([])) == (Code.NOT_ENROLLED, Owner.PARTNER, "")

    def test_no_device_yet(self, facts: Facts, arrival: list[Fact]) -> None:
        assert told(why(arrival)) == (Code.NO_DEVICE, Owner.PARTNER, "01-05")
        assert told(why([*arrival, facts.line(1, "02-01")])) == (Code.NO_DEVICE, Owner.PARTNER, "02-01")
        laptop = facts.laptop(1, "01-10")
        gone = why([*arrival, laptop, facts.ended(laptop, "03-01")])
        assert told(gone) == (Code.NO_DEVICE, Owner.PARTNER, "03-01")

    def test_no_line_yet(self, facts: Facts, arrival: list[Fact]) -> None:
        reason = why([*arrival, facts.laptop(1, "01-10")])
        assert told(reason) == (Code.NO_LINE, Owner.PARTNER, "01-10")
        assert (reason.record_id, reason.partner_id, reason.item) == (1, A, Item.LINE)

    def test_what_hinders_the_record_today_comes_before_what_is_to_come(
        self, facts: Facts, arrival: list[Fact]
    ) -> None:
        laptop = facts.laptop(1, "01-10")
        withdrawn = facts.fact(Kind.WITHDRAWAL, 1, "03-01")
        reason = why([*arrival, laptop, withdrawn])
        assert told(reason) == (Code.CONSENT_WITHDRAWN, Owner.HOUSEHOLD, "03-01")
        assert reason.fact is None
        other = facts.enrolled(2, "01-06", "D5", by=B)
        reason = why([*arrival, laptop, withdrawn, *other])
        assert (reason.code, reason.record_id, reason.partner_id) == (Code.NO_LINE, 2, B)
        assert told(why(facts.enrolled(1, "01-05", None))) == (Code.NO_ADDRESS, Owner.PARTNER, "01-05")

    def test_nothing_from_program(self, facts: Facts, arrival: list[Fact]) -> None:
        owned = [facts.owned_laptop(1, "01-10"), facts.owned_line(1, "02-01")]
        reason = why([*arrival, *owned])
        assert told(reason) == (Code.NOTHING_FROM_PROGRAM, Owner.PARTNER, "02-01")

    def test_returned_before_line_names_what_went_and_what_came_late(self, facts: Facts, arrival: list[Fact]) -> None:
        laptop, line = facts.laptop(1, "01-10"), facts.line(1, "03-01")
        reason = why([*arrival, laptop, line, facts.ended(laptop, "02-01")])
        assert told(reason) == (Code.RETURNED_BEFORE_LINE, Owner.PARTNER, "02-01")
        assert (reason.fact, reason.other_fact, reason.item) == (laptop.number, line.number, Item.DEVICE)

    def test_ended(self, facts: Facts, arrival: list[Fact]) -> None:
        end = facts.ended(1, "02-01")
        reason = why([*arrival, facts.laptop(1, "01-10"), end])
        assert told(reason) == (Code.ENDED, Owner.HOUSEHOLD, "02-01")
        assert reason.fact == end.number
        joined = facts.enrolled(2, "02-01", by=B)
        assert why([*arrival, end, *joined]).code is Code.NO_DEVICE
        assert why([*arrival, end, facts.laptop(1, "03-01")]).code is Code.NO_LINE  # they came back


class TestCertificate:
    """The chain behind a counted household, by fact numbers."""

    def test_every_plus_of_the_ledger_has_one(self, facts: Facts, arrival: list[Fact]) -> None:
        line = facts.line(1, "01-12")
        check = facts.check(line, "05-20")
        training, training_check = facts.training(1, "02-01", 8), facts.check(1, "06-01", Item.TRAINING)
        things = [facts.laptop(1, "01-10"), line, check, training, training_check]
        known = [*arrival, *things, *facts.confirmed(*things[:3])]
        net = derive(1, known, program())
        assert [one.key for one in explain(1, known, program())] == [key for key, sign in net.items() if sign > 0]
        assert {key.milestone for key in net} == set(Milestone)

    def test_connected_names_its_whole_chain(self, facts: Facts, arrival: list[Fact]) -> None:
        settings = program(eligibility_required_from=day("01-11"))
        laptop, line = facts.laptop(1, "01-10"), facts.line(1, "01-12")
        eligible = facts.fact(Kind.ELIGIBILITY, 1, "01-05", positive=True)
        decided = facts.confirmed(laptop, line)
        known = [*arrival, eligible, laptop, line, *decided]
        (chain,) = [
            one
            for one in explain(1, known, settings)
            if (one.key.milestone, one.key.aspect) == (Milestone.CONNECTED, Aspect.CURRENT)
        ]
        enrolled, consent, home = (of(arrival, kind).number for kind in (Kind.ENROLLED, Kind.CONSENT, Kind.ADDRESS))
        assert (chain.credited, chain.home) == (line.number, home)
        assert chain.closes_on == day("2027-01-12")
        proofs = {proof.fact: proof for proof in chain.proofs}
        assert list(proofs) == [line.number, laptop.number]
        assert proofs[laptop.number].eligibility_asked is False
        assert proofs[laptop.number].eligibility is None
        proof = proofs[line.number]
        assert (proof.decision, proof.is_verified) == (decided[1].number, True)
        assert (proof.enrollment, proof.consent, proof.home) == (enrolled, consent, home)
        assert proof.eligibility == eligible.number
        assert proof.standard == settings.standard_on(day("01-12"))

    def test_what_was_already_there_is_named_and_asked_for_nothing(self, facts: Facts, arrival: list[Fact]) -> None:
        owned, line = facts.owned_laptop(1, "2019-05-01", **SURE), facts.line(1, "01-12", **SURE)
        chain = explain(1, [*arrival, owned, line], program())[-1]
        assert chain.key.milestone is Milestone.CONNECTED
        proof = chain.proofs[-1]
        assert (proof.fact, proof.enrollment, proof.home) == (owned.number, None, None)
        assert proof.self_verified

    def test_sustained_names_the_check_and_skills_every_class(self, facts: Facts, arrival: list[Fact]) -> None:
        classes = [facts.training(1, "02-01", 5, **SURE), facts.training(1, "02-08", 3, **SURE)]
        check = facts.check(1, "06-01", Item.TRAINING, **SURE)
        chain = explain(1, [*arrival, *classes, check], program())[-1]
        assert chain.key.milestone is Milestone.SKILLS_SUSTAINED
        assert [proof.fact for proof in chain.proofs] == [classes[1].number, classes[0].number, check.number]


def test_state_on_a_day(facts: Facts, arrival: list[Fact]) -> None:
    laptop, line = facts.laptop(1, "01-10", **SURE), facts.line(1, "01-12")
    known = [*arrival, laptop, line]
    before = state_on(known, program(), day("01-09"))
    assert set(before.milestones.values()) == {MilestoneState()}
    entered = state_on(known, program(), TODAY)
    assert entered[Milestone.CONNECTED] == MilestoneState(pending=True)
    assert entered[Milestone.DEVICE] == MilestoneState(verified=True, current=True)
    check = facts.check(line, "05-01", **SURE)
    known += [*facts.confirmed(line), check]
    proven = state_on(known, program(), TODAY)
    assert proven[Milestone.CONNECTED] == MilestoneState(verified=True, current=True, current_until=day("2027-05-01"))
    assert proven[Milestone.CONNECTED_SUSTAINED] == MilestoneState(verified=True)
    lapsed = state_on(known, program(), day("2027-05-01"))
    assert lapsed[Milestone.CONNECTED] == MilestoneState(verified=True)
