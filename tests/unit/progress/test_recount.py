"""The worked scenarios of "How we count", against the independent recount: net ledger after every posting."""

from collections import Counter
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from digital_inclusion.progress.recount import FactLike, Program, figures, recount

A, B, CITY = 1, 2, 9
GRANTS = {A: 100, B: 200}
LETTER = {"V": "verified", "P": "pending", "C": "current"}
FAST: dict[str, Any] = {"down_kbps": 100_000, "up_kbps": 20_000}
SLOW: dict[str, Any] = {"down_kbps": 25_000, "up_kbps": 3_000}


def day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def standard(from_day: str, **changes: Any) -> dict[str, Any]:
    return {
        "from_day": day(from_day),
        "device_kinds": {"laptop", "desktop", "tablet"},
        "proof_days": 365,
        "skills_minutes": 480,
        "assessments": {"Northstar"},
        "sustained_days": 90,
        **FAST,
        **changes,
    }


def program(changed_on: str = "2024-03-14", **changes: Any) -> Program:
    districts = {"from_day": day("2020-01-01"), "districts": {f"D{n}" for n in range(1, 11)}}
    settings: dict[str, Any] = {
        "starts_on": day("2022-01-01"),
        "standards": [standard("2020-01-01", **SLOW), standard(changed_on)],
        "boundaries": [districts | {"zip_district": {"95112": "D3"}}],
        "zip_codes": {"95112", "95110"},
        "passport_required_from": None,
        "eligibility_required_from": None,
        **changes,
    }
    return settings  # type: ignore[return-value]


COLUMNS: dict[str, Any] = dict.fromkeys(name for name, member in vars(FactLike).items() if isinstance(member, property))


class Story:
    """Facts in the order of learning. Rows are plain objects, kinds plain strings: that must do."""

    def __init__(self) -> None:
        self.facts: list[Any] = []

    def tell(self, kind: str, on: str, record: int = 1, by: int = A, **columns: Any) -> int:
        number = len(self.facts) + 1
        row = COLUMNS | {"number": number, "kind": kind, "record_id": record, "partner_id": by}
        row |= {"occurred_on": day(on), "self_verified": False} | columns
        self.facts.append(SimpleNamespace(**row))
        return number

    def enroll(self, on: str = "01-05", record: int = 1, by: int = A, district: str = "D3") -> int:
        self.tell("enrolled", on, record, by)
        self.tell("consent", on, record, by)
        return self.tell("address", on, record, by, district=district, fixed=True)

    def laptop(self, on: str, record: int = 1, by: int = A, **columns: Any) -> int:
        columns = {"item": "device", "device_kind": "laptop", "grant_id": GRANTS[by]} | columns
        return self.tell("delivery", on, record, by, **columns)

    def line(self, on: str, record: int = 1, by: int = A, **columns: Any) -> int:
        known: dict[str, Any] = FAST | {"item": "line", "grant_id": GRANTS[by]}
        return self.tell("delivery", on, record, by, **known | columns)

    def training(self, on: str, minutes: int, member: int | None = 1, by: int = A, **columns: Any) -> int:
        known: dict[str, Any] = {"item": "training", "minutes": minutes, "member_id": member}
        return self.tell("delivery", on, by=by, grant_id=GRANTS[by], **known | columns)

    def confirm(self, *numbers: int, by: int = CITY, yes: bool = True, **columns: Any) -> int:
        for number in numbers:
            fact = self.facts[number - 1]
            last = self.tell("decision", "12-31", fact.record_id, by, refers_to=number, positive=yes, **columns)
        return last

    def void(self, *numbers: int) -> None:
        for number in numbers:
            fact = self.facts[number - 1]
            self.tell("void", "12-31", fact.record_id, fact.partner_id, refers_to=number)

    def check(self, on: str, **columns: Any) -> int:
        known: dict[str, Any] = {"item": "line", "positive": True}
        return self.tell("check", on, **known | columns)

    def holds(self, expected: str, milestone: str = "connected", **settings: Any) -> None:
        """Assert the net lines of one milestone: "+V 01-12 A/D3, −C …"; the credit A/D3 may be left out."""
        lines = recount(self.facts, program(**settings))
        found: Counter[str] = Counter()
        for (identity, name, aspect, on, partner, grant, district), number in lines.items():
            assert number in (1, -1) and grant == GRANTS[partner]
            if name == milestone:
                sign = "+" if number > 0 else "-"
                found[f"{identity} {sign}{aspect} {on} {'?AB'[partner]}/{district}"] += 1
        assert sorted(found.elements()) == sorted(spelled(expected))


def spelled(expected: str) -> list[str]:
    """Write the short form of the table in full."""
    full = []
    for part in filter(None, expected.replace("−", "-").split(", ")):
        words = part.split()
        identity = words.pop(0).removeprefix("id") if words[0].startswith("id") else "1"
        sign, aspect, on, credit = words[0][0], words[0][1], words[1], (words + ["A/D3"])[2]
        full.append(f"{identity} {sign}{LETTER[aspect]} {day(on)} {credit}")
    return full


@pytest.fixture
def story() -> Story:
    return Story()


ONCE = "+V 01-12, +C 01-12, -C 2027-01-12"


def connect(story: Story, record: int = 1, by: int = A, on: str = "01-12", district: str = "D3") -> tuple[int, int]:
    """Tell scenarios 1a-1c at once."""
    story.enroll(record=record, by=by, district=district)
    laptop, line = story.laptop("01-10", record, by), story.line(on, record, by)
    story.confirm(laptop, line)
    return laptop, line


def test_scenario_1_pending_becomes_verified(story: Story) -> None:
    story.enroll()
    laptop = story.laptop("01-10")
    story.holds("")
    line = story.line("01-12")
    story.holds("+P 01-12")
    story.holds("+P 01-10", "device")
    story.confirm(laptop)
    story.holds("+P 01-12")
    story.holds("+V 01-10, +C 01-10", "device")
    story.confirm(line)
    story.holds(ONCE)
    story.holds(ONCE, "connectivity")


def test_scenarios_2_to_5_question_end_check_return_void(story: Story) -> None:
    laptop, line = connect(story)
    story.confirm(line, yes=False)
    story.holds("+P 01-12")
    story.confirm(line)
    story.holds(ONCE)
    story.tell("end", "04-12", refers_to=line)
    story.holds("+V 01-12, +C 01-12, -C 04-12")
    again = story.line("05-01")
    story.holds("+V 01-12, +C 01-12, -C 04-12")
    story.confirm(again)
    story.holds("+V 01-12, +C 01-12, -C 04-12, +C 05-01, -C 2027-05-01")
    check = story.check("2027-04-20", refers_to=again)
    story.holds("+P 2027-04-20", "connected_sustained")
    story.confirm(check)
    story.holds("+V 01-12, +C 01-12, -C 04-12, +C 05-01, -C 2028-04-19")
    story.holds("+V 2027-04-20", "connected_sustained")
    story.tell("end", "2027-06-01", refers_to=laptop)
    story.holds("+V 01-12, +C 01-12, -C 04-12, +C 05-01, -C 2027-06-01")
    story.holds("+V 01-10, +C 01-10, -C 2027-06-01", "device")
    story.void(laptop)
    for milestone in ("connected", "connected_sustained", "device"):
        story.holds("", milestone)


def test_scenario_6_corrected_day_and_its_figures(story: Story) -> None:
    _, line = connect(story)
    known = [recount(story.facts, program())]
    story.void(line)
    line = story.line("02-12")
    story.holds("+P 02-12")
    known.append(recount(story.facts, program()))
    story.confirm(line)
    story.holds("+V 02-12, +C 02-12, -C 2027-02-12")
    known.append(recount(story.facts, program()))

    def ask(on: str, aspect: str) -> list[int]:
        return [figures(lines, on=day(on))["connected", aspect] for lines in known]

    assert ask("01-31", "verified") == [1, 0, 0]
    assert ask("02-28", "verified") == [1, 0, 1]
    assert ask("02-28", "pending") == [0, 1, 0]


def test_scenario_7_two_partners_link_late_entry_split(story: Story) -> None:
    story.enroll()
    story.enroll(record=2, by=B, district="D5")
    story.confirm(story.laptop("01-10"), story.line("02-10", 2, B))
    alone = "id2 +V 02-10 B/D5, id2 +C 02-10 B/D5, id2 -C 2027-02-10 B/D5"
    story.holds("")
    story.holds(alone, "connectivity")
    link = story.tell("link", "03-01", 2, CITY, other_record_id=1)
    for milestone in ("connected", "connectivity"):
        story.holds("+V 02-10 B/D5, +C 02-10 B/D5, -C 2027-02-10 B/D5", milestone)
    story.confirm(story.line("01-20"))
    for milestone in ("connected", "connectivity"):
        story.holds("+V 01-20, +C 01-20, -C 2027-02-10", milestone)
    story.tell("split", "03-02", 2, CITY, refers_to=link)
    story.holds("+V 01-20, +C 01-20, -C 2027-01-20")
    story.holds(f"+V 01-20, +C 01-20, -C 2027-01-20, {alone}", "connectivity")


def test_scenario_8_two_connected_records_link_and_split(story: Story) -> None:
    connect(story, on="01-10")
    connect(story, 2, B, on="01-20")
    both = "+V 01-10, +C 01-10, -C 2027-01-10, id2 +V 01-20 B/D3, id2 +C 01-20 B/D3, id2 -C 2027-01-20 B/D3"
    facts = [story.facts[: len(story.facts) // 2], list(story.facts)]
    story.holds(both)
    link = story.tell("link", "03-01", 1, CITY, other_record_id=2)
    story.holds("+V 01-10, +C 01-10, -C 2027-01-20")
    facts.append(list(story.facts))
    story.tell("split", "03-02", 1, CITY, refers_to=link)
    story.holds(both)
    facts.append(list(story.facts))
    answers = [figures(recount(known, program()), on=day("12-31")) for known in facts]
    assert [answer["connected", "verified"] for answer in answers] == [1, 2, 1, 2]


def test_scenario_9_the_standard_of_the_day(story: Story) -> None:
    story.enroll("2024-01-05")
    story.confirm(story.laptop("2024-02-01"), story.line("2024-02-01", **SLOW))
    story.holds("+V 2024-02-01, +C 2024-02-01, -C 2025-01-31")
    story.holds("", changed_on="2024-01-01")
    story.confirm(story.line("2024-06-01"))
    story.holds("+V 2024-06-01, +C 2024-06-01, -C 2025-06-01", changed_on="2024-01-01")
    story.holds("+V 2024-02-01, +C 2024-02-01, -C 2025-06-01")


def test_scenario_10_already_had_helps_but_never_counts_alone(story: Story) -> None:
    owned = story.tell("already_had", "2019-05-01", item="device", device_kind="laptop")
    story.confirm(owned)
    story.enroll(district="D2")
    story.holds("")
    story.confirm(story.line("01-20"))
    for milestone in ("connected", "connectivity"):
        story.holds("+V 01-20 A/D2, +C 01-20 A/D2, -C 2027-01-20 A/D2", milestone)
    story.holds("", "device")


def test_an_owned_line_from_before_the_first_standard_ages_by_the_first(story: Story) -> None:
    story.confirm(story.tell("already_had", "2019-06-01", item="line", **SLOW))
    story.enroll("2022-01-01")
    story.confirm(story.laptop("2022-01-10"))
    story.holds("")
    story.confirm(story.check("2022-02-01"))
    story.holds("+V 2022-02-01, +C 2022-02-01, -C 2023-02-01")


def test_scenario_11_skills_and_skills_sustained(story: Story) -> None:
    story.enroll()
    story.confirm(story.training("02-01", 300))
    wrong = story.training("02-08", 180)
    story.holds("+P 02-08", "skills")
    story.confirm(wrong)
    story.holds("+V 02-08, +C 02-08", "skills")
    story.confirm(story.check("04-01", item="training"))
    story.holds("", "skills_sustained")
    story.confirm(story.check("05-20", item="training"))
    story.holds("+V 05-20", "skills_sustained")
    story.void(wrong)
    story.holds("", "skills")
    story.holds("", "skills_sustained")


def test_scenario_12_moving_changes_nothing_and_correcting_does(story: Story) -> None:
    connect(story)
    story.tell("address", "06-01", district="D7", fixed=True)
    story.holds(ONCE)
    story.void(3)
    story.tell("address", "01-05", district="D5", fixed=True)
    story.holds("+V 01-12 A/D5, +C 01-12 A/D5, -C 2027-01-12 A/D5")


def test_scenario_13_undone_import_and_14_withdrawn_consent(story: Story) -> None:
    connect(story)
    story.tell("withdrawal", "02-01")
    story.holds(ONCE)
    story.void(*range(1, 6))
    assert not recount(story.facts, program())


def test_consent_covers_the_day_of_withdrawal_and_reopens(story: Story) -> None:
    story.enroll()
    story.tell("withdrawal", "01-20")
    story.laptop("01-20")
    story.holds("+P 01-20", "device")
    story.void(5)
    story.laptop("01-21")
    story.holds("", "device")
    story.tell("consent", "01-21")
    story.holds("+P 01-21", "device")


@pytest.mark.parametrize(
    ("home", "district"),
    [
        ({"fixed": False, "in_city": True}, "unknown"),
        ({"fixed": False, "in_city": False}, None),
        ({"fixed": True, "zip_code": "95112"}, "D3"),
        ({"fixed": True, "zip_code": "95110"}, "unknown"),
        ({"fixed": True, "zip_code": "94000"}, None),
        ({"fixed": True, "district": "D11"}, None),
        ({"fixed": True, "district": "D11", "zip_code": "95112"}, "D3"),
    ],
)
def test_home_in_area_and_its_district(story: Story, home: dict[str, Any], district: str | None) -> None:
    story.tell("enrolled", "01-05")
    story.tell("consent", "01-05")
    story.laptop("01-10")
    story.holds("", "device")
    story.tell("address", "01-10", **home)
    story.holds(f"+P 01-10 A/{district}" if district else "", "device")


def test_only_others_verify_and_the_last_word_wins(story: Story) -> None:
    story.enroll()
    laptop = story.laptop("01-10", entered_by=7)
    story.confirm(laptop, by=A)
    story.confirm(laptop, entered_by=7)
    story.holds("+P 01-10", "device")
    last = story.confirm(laptop, entered_by=8)
    story.holds("+V 01-10, +C 01-10", "device")
    story.confirm(laptop, yes=False, by=A)
    story.holds("+V 01-10, +C 01-10", "device")
    story.void(last)
    story.holds("+P 01-10", "device")


def test_self_verified_until_questioned(story: Story) -> None:
    story.enroll()
    laptop = story.laptop("01-10", self_verified=True, donated=True, passport_complete=False)
    story.holds("+V 01-10, +C 01-10", "device")
    story.holds("", "device", passport_required_from=day("01-10"))
    story.confirm(laptop, yes=False)
    story.holds("+P 01-10", "device")


def test_loan_household_end_and_eligibility(story: Story) -> None:
    story.enroll()
    story.laptop("01-10", self_verified=True, loan_due_on=day("03-01"))
    story.training("01-11", 480, self_verified=True)
    story.holds("+V 01-10, +C 01-10, -C 03-01", "device")
    story.holds("", "device", eligibility_required_from=day("01-10"))
    story.tell("eligibility", "01-10", positive=False)
    story.holds("", "device", eligibility_required_from=day("01-10"))
    story.tell("eligibility", "01-10", positive=True)
    story.holds("+V 01-10, +C 01-10, -C 03-01", "device", eligibility_required_from=day("01-10"))
    story.tell("end", "02-01")
    story.holds("+V 01-10, +C 01-10, -C 02-01", "device")
    story.holds("+V 01-11, +C 01-11", "skills")
    story.laptop("06-01", self_verified=True)
    story.holds("+V 01-10, +C 01-10, -C 02-01, +C 06-01", "device")


def test_hours_never_add_up_across_people_and_an_assessment_is_enough(story: Story) -> None:
    story.enroll()
    story.training("02-01", 300, member=1)
    story.training("02-08", 300, member=2)
    story.holds("", "skills")
    story.training("02-09", 0, member=2, assessment="Northstar", positive=False)
    story.training("02-09", 0, member=2, assessment="Other", positive=True)
    story.holds("", "skills")
    story.training("02-10", 0, member=3, assessment="Northstar", positive=True)
    story.holds("+P 02-10", "skills")


def test_hours_of_unnamed_people_are_not_one_persons(story: Story) -> None:
    story.enroll()
    story.training("02-01", 300, member=None)
    story.training("02-08", 300, member=None)
    story.holds("", "skills")
    story.training("02-09", 480, member=None)
    story.holds("+P 02-09", "skills")


def test_a_sustained_skill_is_credited_to_the_latest_class_that_reached_it(story: Story) -> None:
    story.enroll()
    story.training("02-01", 480, member=1)
    story.training("02-08", 480, member=2, by=B)
    story.check("06-01", item="training")
    story.holds("+P 02-01", "skills")
    story.holds("+P 06-01 B/D3", "skills_sustained")


def test_credit_of_one_day_goes_to_the_lowest_number(story: Story) -> None:
    story.enroll()
    story.enroll(record=2, by=B, district="D5")
    story.tell("link", "01-06", 1, CITY, other_record_id=2)
    story.line("01-10", 2, B)
    story.laptop("01-10")
    story.holds("+P 01-10 B/D5")


def test_pending_closes_with_the_credit_it_opened_with(story: Story) -> None:
    connect(story)
    story.enroll(record=2, by=B, district="D5")
    story.tell("link", "03-01", 2, CITY, other_record_id=1)
    story.line("01-11", 2, B)
    story.holds(f"+P 01-11 B/D5, -P 01-12 B/D5, {ONCE}")


def test_links_join_in_any_order_under_the_lowest_number(story: Story) -> None:
    story.enroll(record=4)
    story.laptop("01-10", record=4)
    for one, other in ((4, 3), (2, 1), (3, 2)):
        story.tell("link", "02-01", one, CITY, other_record_id=other)
    story.holds("id1 +P 01-10", "device")


def test_a_check_proves_again_after_the_span_has_aged(story: Story) -> None:
    connect(story)
    story.confirm(story.check("2027-03-01"))
    story.holds("+V 01-12, +C 01-12, -C 2027-01-12, +C 2027-03-01, -C 2028-02-29", "connectivity")
    story.holds("+V 2027-03-01", "connected_sustained")


def test_a_check_of_a_line_that_is_over_sustains_nothing(story: Story) -> None:
    connect(story)
    over = next(fact.number for fact in story.facts if fact.item == "line")
    story.tell("end", "04-01", refers_to=over)
    story.line("04-01", self_verified=True)
    story.check("06-01", refers_to=over, self_verified=True)
    story.holds("", "connected_sustained")
    story.check("07-01", self_verified=True)
    story.holds("+V 07-01", "connected_sustained")
