"""Which deliveries count, how presence lasts and who is credited, where the scenarios do not reach."""

from collections.abc import Iterable

import pytest

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.ledger import Aspect, Milestone, derive, difference
from digital_inclusion.progress.rules.program import Program
from tests.factories.book import Entry, expected, lines
from tests.factories.facts import CITY, A, B, Facts, day, of, program, standard

CONNECTED, DEVICE, CONNECTIVITY = Milestone.CONNECTED, Milestone.DEVICE, Milestone.CONNECTIVITY
SKILLS, INCLUDED = Milestone.SKILLS, Milestone.INCLUDED


def count(facts: Iterable[Fact], milestone: Milestone = CONNECTED, settings: Program | None = None) -> list[str]:
    """Return the net entries of one milestone of identity 1."""
    net = derive(1, list(facts), settings or program())
    return lines([Entry(1, key, sign) for key, sign in net.items()], milestone)


@pytest.fixture
def facts() -> Facts:
    return Facts()


def laptop_counts(around: list[Fact], laptop: Fact, settings: Program | None = None) -> bool:
    return bool(count([*around, laptop], DEVICE, settings))


class TestQualifying:
    """Rule 1 and the standards of rules 2 and 3."""

    def test_not_before_program_starts(self, facts: Facts) -> None:
        settings = program(starts_on=day("02-01"))
        around = facts.enrolled(1, "01-05")
        assert not laptop_counts(around, facts.laptop(1, "01-31"), settings)
        assert laptop_counts(around, facts.laptop(1, "02-01"), settings)

    def test_not_before_enrollment_nor_without_one(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        assert not laptop_counts(around, facts.laptop(1, "01-04"))
        assert laptop_counts(around, facts.laptop(1, "01-05"))
        assert not laptop_counts([f for f in around if f.kind is not Kind.ENROLLED], facts.laptop(1, "02-01"))

    @pytest.mark.parametrize(("on", "counts"), [("02-01", True), ("02-02", False), ("03-01", True)])
    def test_consent_covers_the_day_of_its_withdrawal_and_a_new_one_opens_again(
        self, facts: Facts, on: str, counts: bool
    ) -> None:
        papers = [facts.fact(Kind.WITHDRAWAL, 1, "02-01"), facts.fact(Kind.CONSENT, 1, "03-01")]
        assert laptop_counts(facts.enrolled(1, "01-05") + papers, facts.laptop(1, on)) is counts

    @pytest.mark.parametrize(
        ("home", "counts"),
        [
            ({"district": "D3"}, True),
            ({"district": "Oakland"}, False),
            ({"district": None, "zip_code": "95112"}, True),
            ({"district": None, "zip_code": "94601"}, False),
            ({"district": None, "fixed": False, "in_city": True}, True),
            ({"district": "D3", "fixed": False, "in_city": False}, False),
        ],
    )
    def test_home_lies_in_the_service_area(self, facts: Facts, home: dict[str, object], counts: bool) -> None:
        around = [*facts.enrolled(1, "01-05", None), facts.fact(Kind.ADDRESS, 1, "01-05", **home)]
        assert laptop_counts(around, facts.laptop(1, "01-10")) is counts

    def test_home_of_the_day_decides_and_the_later_word_on_a_day_wins(self, facts: Facts) -> None:
        around = [*facts.enrolled(1, "01-05"), facts.home(1, "02-01", "Oakland")]
        assert laptop_counts(around, facts.laptop(1, "01-31"))
        assert not laptop_counts(around, facts.laptop(1, "02-01"))
        assert laptop_counts([*around, facts.home(1, "02-01", "D5")], facts.laptop(1, "02-01"))

    def test_no_fixed_address_counts_in_no_district(self, facts: Facts) -> None:
        around = [*facts.enrolled(1, "01-05", None), facts.home(1, "01-05", "D3", fixed=False, in_city=True)]
        assert count([*around, facts.laptop(1, "01-10")], DEVICE) == expected("+P 01-10 A/unknown")

    def test_zip_names_the_district_where_it_lies_in_one(self, facts: Facts) -> None:
        around = [*facts.enrolled(1, "01-05", None), facts.home(1, "01-05", None, zip_code="95111")]
        assert count([*around, facts.laptop(1, "01-10")], DEVICE) == expected("+P 01-10 A/D2")

    def test_donated_unit_needs_a_passport_from_the_day_set(self, facts: Facts) -> None:
        settings, around = program(passport_required_from=day("02-01")), facts.enrolled(1, "01-05")
        donated = {"donated": True, "passport_complete": False}
        assert laptop_counts(around, facts.laptop(1, "01-31", **donated), settings)
        assert not laptop_counts(around, facts.laptop(1, "02-01", **donated), settings)
        complete = {"donated": True, "passport_complete": True}
        assert laptop_counts(around, facts.laptop(1, "02-01", **complete), settings)
        assert laptop_counts(around, facts.laptop(1, "02-01"), settings)

    def test_eligibility_is_asked_from_the_day_set_and_the_last_decision_holds(self, facts: Facts) -> None:
        settings, around = program(eligibility_required_from=day("02-01")), facts.enrolled(1, "01-05")
        assert laptop_counts(around, facts.laptop(1, "01-31"), settings)
        assert not laptop_counts(around, facts.laptop(1, "02-01"), settings)
        yes = facts.fact(Kind.ELIGIBILITY, 1, "01-20", positive=True)
        assert laptop_counts([*around, yes], facts.laptop(1, "02-01"), settings)
        no = facts.fact(Kind.ELIGIBILITY, 1, "02-10", positive=False)
        assert not laptop_counts([*around, yes, no], facts.laptop(1, "02-10"), settings)

    def test_phone_and_slow_line_never_count(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        assert not laptop_counts(around, facts.laptop(1, "01-10", device_kind="phone"))
        for speeds in ((99, 20), (100, 19)):
            assert count([*around, facts.line(1, "01-10", speeds)], CONNECTIVITY) == []
        assert count([*around, facts.line(1, "01-10", up_kbps=None)], CONNECTIVITY) == []

    def test_nothing_counts_before_the_first_standard_but_what_was_already_there_meets_it(self, facts: Facts) -> None:
        settings = program(standards=(standard("02-01"),))
        around = facts.enrolled(1, "01-05")
        assert not laptop_counts(around, facts.laptop(1, "01-31"), settings)
        owned, line = facts.owned_laptop(1, "2019-05-01"), facts.line(1, "02-05")
        assert count([*around, owned, line], settings=settings) == expected("+P 02-05 A/D3")

    def test_already_had_needs_no_papers_but_the_standard_and_a_proof(self, facts: Facts) -> None:
        around, line = facts.enrolled(2, "01-05", by=B), facts.line(2, "01-20", by=B, self_verified=True)
        owned = facts.owned_laptop(1, "2021-01-01")
        assert count([*around, line, owned]) == expected("+P 01-20 B/D3")
        proven = [*around, line, owned, *facts.confirmed(owned)]
        assert count(proven) == expected("+V 01-20 B/D3, +C 01-20 B/D3, -C 2027-01-20 B/D3")
        assert count([*around, line, facts.owned_laptop(1, "2021-01-01", device_kind="phone")]) == []

    def test_owned_device_and_line_are_nobodys_result(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        assert count([*around, facts.owned_laptop(1, "01-10"), facts.owned_line(1, "01-10")]) == []


class TestPresence:
    """How long things last (rules 2, 3, 6 and 10)."""

    @pytest.fixture
    def around(self, facts: Facts) -> list[Fact]:
        return facts.enrolled(1, "01-05")

    def test_loan_lasts_until_its_due_day(self, facts: Facts, around: list[Fact]) -> None:
        loan = facts.laptop(1, "01-10", loan_due_on=day("07-01"), self_verified=True)
        assert count([*around, loan], DEVICE) == expected("+V 01-10 A/D3, +C 01-10 A/D3, -C 07-01 A/D3")
        back = facts.ended(loan, "03-01")
        assert "-C 03-01 A/D3" in count([*around, loan, back], DEVICE)

    def test_device_that_went_the_day_it_came_was_never_there(self, facts: Facts, around: list[Fact]) -> None:
        laptop = facts.laptop(1, "01-10", self_verified=True)
        assert derive(1, [*around, laptop, facts.ended(laptop, "01-10")], program()) == {}
        assert derive(1, [*around, laptop, facts.ended(1, "01-10")], program()) == {}

    def test_device_returned_before_the_line_came_never_made_connected(self, facts: Facts, around: list[Fact]) -> None:
        laptop, line = facts.laptop(1, "01-10"), facts.line(1, "02-01")
        assert count([*around, laptop, line, facts.ended(laptop, "02-01")]) == []
        assert count([*around, laptop, line, facts.ended(laptop, "02-02")]) == expected("+P 02-01 A/D3")

    def test_end_of_a_record_ends_its_devices_and_lines_but_no_skills(self, facts: Facts, around: list[Fact]) -> None:
        sure = {"self_verified": True}
        given = [facts.laptop(1, "01-10", **sure), facts.line(1, "01-10", **sure)]
        given += [facts.training(1, "01-20", 8, **sure), facts.ended(1, "03-01")]
        wanted = "+V 01-10 A/D3, +C 01-10 A/D3, -C 03-01 A/D3"
        for milestone in (DEVICE, CONNECTIVITY, CONNECTED):
            assert count([*around, *given], milestone) == expected(wanted)
        assert count([*around, *given], SKILLS) == expected("+V 01-20 A/D3, +C 01-20 A/D3")
        assert "-C 03-01 A/D3" in count([*around, *given], INCLUDED)

    def test_end_speaks_of_its_own_record_only(self, facts: Facts, around: list[Fact]) -> None:
        elsewhere = facts.enrolled(2, "01-05", "D5", by=B)
        laptop = facts.laptop(1, "01-10", self_verified=True)
        kept = facts.laptop(2, "01-10", by=B, self_verified=True)
        facts_known = [*around, *elsewhere, laptop, kept, facts.ended(1, "03-01")]
        assert not any(entry.startswith("-C") for entry in count(facts_known, DEVICE))

    def test_a_household_that_left_and_came_back_begins_anew(self, facts: Facts, around: list[Fact]) -> None:
        sure = {"self_verified": True}
        first = [facts.laptop(1, "01-10", **sure), facts.line(1, "01-10", **sure), facts.ended(1, "03-01")]
        again = [facts.laptop(1, "06-01", **sure), facts.line(1, "06-01", **sure)]
        wanted = "+V 01-10 A/D3, +C 01-10 A/D3, -C 03-01 A/D3, +C 06-01 A/D3, -C 2027-06-01 A/D3"
        assert count([*around, *first, *again]) == expected(wanted)
        left_again = facts.ended(1, "08-01")
        assert "-C 08-01 A/D3" in count([*around, *first, *again, left_again])

    def test_check_extends_only_when_confirmed_for_what_is_proven(self, facts: Facts, around: list[Fact]) -> None:
        line = facts.line(1, "01-10", self_verified=True)
        check = facts.check(line, "10-01")
        assert "-C 2027-01-10 A/D3" in count([*around, line, check], CONNECTIVITY)
        known = [*around, line, check, *facts.confirmed(check)]
        assert "-C 2027-10-01 A/D3" in count(known, CONNECTIVITY)
        assert "-C 2027-10-01 A/D3" in count(
            [*known, facts.questioned(line, "11-01"), *facts.confirmed(line)], CONNECTIVITY
        )

    def test_check_after_a_gap_begins_anew(self, facts: Facts, around: list[Fact]) -> None:
        line = facts.line(1, "01-10", self_verified=True)
        check = facts.check(1, "2027-03-01", self_verified=True)
        wanted = "+V 01-10 A/D3, +C 01-10 A/D3, -C 2027-01-10 A/D3, +C 2027-03-01 A/D3, -C 2028-02-29 A/D3"
        assert count([*around, line, check], CONNECTIVITY) == expected(wanted)

    @pytest.mark.parametrize("changes", [{"positive": False}, {"item": Item.TRAINING}])
    def test_check_that_says_no_or_asks_something_else_extends_nothing(
        self, facts: Facts, around: list[Fact], changes: dict[str, object]
    ) -> None:
        line = facts.line(1, "01-10", self_verified=True)
        check = facts.check(line, "10-01", self_verified=True, **changes)
        assert "-C 2027-01-10 A/D3" in count([*around, line, check], CONNECTIVITY)

    def test_check_before_activation_or_from_the_end_on_extends_nothing(self, facts: Facts, around: list[Fact]) -> None:
        line = facts.line(1, "02-10", self_verified=True)
        checks = [facts.check(line, on, self_verified=True) for on in ("02-09", "06-01", "07-01")]
        known = [*around, line, *checks, facts.ended(line, "06-01")]
        assert count(known, CONNECTIVITY) == expected("+V 02-10 A/D3, +C 02-10 A/D3, -C 06-01 A/D3")

    def test_sustained_asks_for_the_days_and_for_presence(self, facts: Facts, around: list[Fact]) -> None:
        sure = {"self_verified": True}
        laptop, line = facts.laptop(1, "01-10", **sure), facts.line(1, "01-10", **sure)
        known = [*around, laptop, line]
        sustained = Milestone.CONNECTED_SUSTAINED
        assert count([*known, facts.check(line, "04-09", **sure)], sustained) == []
        assert count([*known, facts.check(line, "04-10", **sure)], sustained) == expected("+V 04-10 A/D3")
        assert count([*known, facts.check(line, "04-10")], sustained) == expected("+P 04-10 A/D3")
        gone = facts.ended(laptop, "03-01")
        assert count([*known, gone, facts.check(line, "05-10", **sure)], sustained) == []

    def test_a_check_of_a_line_that_is_over_or_does_not_count_sustains_nothing(
        self, facts: Facts, around: list[Fact]
    ) -> None:
        sure = {"self_verified": True}
        laptop, over = facts.laptop(1, "01-10", **sure), facts.line(1, "01-10", **sure)
        slow = facts.line(1, "01-10", (10, 1), **sure)
        known = [*around, laptop, over, slow, facts.ended(over, "04-01"), facts.line(1, "04-01", **sure)]
        for line in (over, slow):
            assert count([*known, facts.check(line, "06-01", **sure)], Milestone.CONNECTED_SUSTAINED) == []
        asked = facts.check(1, "06-01", **sure)  # about the record's lines, whichever is on
        assert count([*known, asked], Milestone.CONNECTED_SUSTAINED) == expected("+V 06-01 A/D3")


class TestSkills:
    """Rule 4."""

    def test_hours_are_never_added_across_people_records_or_unnamed_people(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05") + facts.enrolled(2, "01-05")
        first = facts.training(1, "02-01", 5, member=1)
        for other in (
            facts.training(1, "02-08", 5, member=2),
            facts.training(2, "02-08", 5, member=1),
            facts.training(1, "02-08", 5, member=None),
        ):
            assert count([*around, first, other], SKILLS) == []
        unnamed = [facts.training(1, on, 5, member=None) for on in ("02-01", "02-08")]
        assert count([*around, *unnamed], SKILLS) == []
        assert count([*around, first, facts.training(1, "02-08", 3)], SKILLS) == expected("+P 02-08 A/D3")

    def test_hours_count_by_day_not_by_when_they_were_entered(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        later, earlier = facts.training(1, "03-01", 5), facts.training(1, "02-01", 3)
        assert count([*around, later, earlier], SKILLS) == expected("+P 03-01 A/D3")

    def test_more_training_moves_nothing(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        given = [facts.training(1, on, hours) for on, hours in (("02-01", 5), ("02-08", 3), ("03-01", 9))]
        assert count([*around, *given], SKILLS) == expected("+P 02-08 A/D3")

    def test_assessment_named_by_the_standard_and_passed(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")

        def taken(name: str, passed: bool) -> Fact:
            return facts.training(1, "02-01", 0, assessment=name, positive=passed)

        assert count([*around, taken("Northstar", True)], SKILLS) == expected("+P 02-01 A/D3")
        assert count([*around, taken("Northstar", False)], SKILLS) == []
        assert count([*around, taken("Other", True)], SKILLS) == []

    def test_included_begins_with_the_last_of_the_three(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05")
        given = [facts.laptop(1, "01-10"), facts.line(1, "01-12"), facts.training(1, "02-01", 8)]
        assert count([*around, *given], INCLUDED) == expected("+P 02-01 A/D3")


class TestVerification:
    """Rule 8."""

    def test_last_decision_wins_whatever_its_day(self, facts: Facts) -> None:
        around, laptop = facts.enrolled(1, "01-05"), facts.laptop(1, "01-10")
        confirmed = facts.confirmed(laptop, on="05-01")
        asked = facts.questioned(laptop, "02-01")
        assert count([*around, laptop, *confirmed, asked], DEVICE) == expected("+P 01-10 A/D3")
        void = facts.voided(asked)
        assert count([*around, laptop, *confirmed, asked, *void], DEVICE) == expected("+V 01-10 A/D3, +C 01-10 A/D3")

    def test_nobody_verifies_their_own(self, facts: Facts) -> None:
        around, laptop = facts.enrolled(1, "01-05"), facts.laptop(1, "01-10", entered_by=7)
        own = facts.confirmed(laptop, by=A)
        same_person = facts.about(Kind.DECISION, laptop, "03-01", by=CITY, entered_by=7, positive=True)
        assert count([*around, laptop, *own, same_person], DEVICE) == expected("+P 01-10 A/D3")
        other = facts.about(Kind.DECISION, laptop, "03-01", by=CITY, entered_by=8, positive=True)
        assert "+V 01-10 A/D3" in count([*around, laptop, other], DEVICE)

    def test_evidence_that_verifies_itself_can_be_questioned(self, facts: Facts) -> None:
        around, laptop = facts.enrolled(1, "01-05"), facts.laptop(1, "01-10", self_verified=True)
        assert "+V 01-10 A/D3" in count([*around, laptop], DEVICE)
        asked = facts.questioned(laptop, "02-01")
        assert count([*around, laptop, asked], DEVICE) == expected("+P 01-10 A/D3")

    def test_pending_falls_on_the_proven_day_with_its_own_credit(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05") + facts.enrolled(2, "01-05", "D5", by=B)
        early = facts.laptop(1, "01-10")
        late = facts.laptop(2, "02-01", by=B, self_verified=True)
        wanted = "+P 01-10 A/D3, -P 02-01 A/D3, +V 02-01 B/D5, +C 02-01 B/D5"
        assert count([*around, early, late], DEVICE) == expected(wanted)

    def test_what_speaks_of_a_void_fact_is_void_too(self, facts: Facts) -> None:
        around, line = facts.enrolled(1, "01-05"), facts.line(1, "01-10")
        laptop = facts.laptop(1, "01-10", self_verified=True)
        again = facts.line(1, "01-10", self_verified=True)
        check = facts.check(line, "06-01")
        known = [*around, laptop, line, check, *facts.confirmed(check), *facts.voided(line), again]
        assert count(known, Milestone.CONNECTED_SUSTAINED) == []
        assert "-C 2027-01-10 A/D3" in count(known)


class TestCredit:
    """Rules 12 and 13."""

    def test_latest_delivery_then_lowest_number(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05") + facts.enrolled(2, "01-05", "D5", by=B)
        line, laptop = facts.line(2, "01-10", by=B), facts.laptop(1, "01-10")
        assert count([*around, line, laptop]) == expected("+P 01-10 B/D5")
        later = facts.laptop(1, "01-11")
        assert count([*around, line, later]) == expected("+P 01-11 A/D3")

    def test_each_current_span_has_a_credit_of_its_own(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05") + facts.enrolled(2, "01-05", "D5", by=B)
        first = facts.line(1, "01-10", self_verified=True)
        second = facts.line(2, "05-01", by=B, self_verified=True)
        known = [*around, first, facts.ended(first, "03-01"), second]
        wanted = "+V 01-10 A/D3, +C 01-10 A/D3, -C 03-01 A/D3, +C 05-01 B/D5, -C 2027-05-01 B/D5"
        assert count(known, CONNECTIVITY) == expected(wanted)

    def test_district_by_the_boundaries_of_the_entrys_day(self, facts: Facts) -> None:
        around = facts.enrolled(1, "01-05", "D3")
        moved = facts.home(1, "01-11", "D7")
        known = [*around, facts.laptop(1, "01-10"), moved, facts.line(1, "01-12")]
        assert count(known, DEVICE) == expected("+P 01-10 A/D3")
        assert count(known) == expected("+P 01-12 A/D7")


def test_difference_posts_what_is_missing_and_takes_back_the_rest(facts: Facts) -> None:
    around = facts.enrolled(1, "01-05")
    laptop = facts.laptop(1, "01-10")
    have = derive(1, [*around, laptop], program())
    wanted = derive(1, [*around, laptop, *facts.confirmed(laptop)], program())
    change = difference(wanted, have)
    assert sorted((key.aspect, sign) for key, sign in change.items()) == [
        (Aspect.CURRENT, 1),
        (Aspect.PENDING, -1),
        (Aspect.VERIFIED, 1),
    ]
    assert difference(wanted, wanted) == {}
    assert difference({}, wanted) == {key: -number for key, number in wanted.items()}


def test_difference_of_two_where_a_span_now_ends_on_the_day_another_began(facts: Facts) -> None:
    around = facts.enrolled(1, "01-05")
    first, second = (facts.line(1, on, self_verified=True) for on in ("01-10", "05-01"))
    gap = [*around, second]
    have = derive(1, gap, program())
    wanted = derive(1, [*around, first, facts.ended(first, "05-01")], program())
    assert -2 in difference(wanted, have).values()


def test_links_among_the_facts_are_ignored(facts: Facts) -> None:
    around, link = facts.enrolled(1, "01-05"), facts.linked(1, 2)
    assert of([link], Kind.LINK) is link
    known = [*around, facts.laptop(1, "01-10")]
    assert derive(1, [*known, link], program()) == derive(1, known, program())
