"""Rules of enrolling, likeness, needs and status: pure."""

from dataclasses import replace
from datetime import date

import pytest

from digital_inclusion.casework.rules.enrollment import NewAddress, NewConsent, NewHousehold, NewMember, check_household
from digital_inclusion.casework.rules.likeness import Known, Typed, is_likely_same, rank
from digital_inclusion.casework.rules.needs import Held, NeedState, needs_of
from digital_inclusion.casework.rules.status import Status, status_of
from digital_inclusion.households.rules import zip5
from digital_inclusion.progress.rules.facts import Item

TODAY = date(2026, 6, 1)
CONSENT = NewConsent(purposes=["service"], text_version="1", language="en", way="spoken", given_on=TODAY)
GOOD = NewHousehold(
    members=[NewMember("Sukarno", None, is_head=True)],
    enrolled_on=TODAY,
    address=NewAddress(line="1 Main St", zip_code="95113"),
    consent=CONSENT,
)


def test_check_household_takes_a_one_word_name_without_birth_date() -> None:
    assert check_household(GOOD, TODAY) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"members": [NewMember("A")]}, "members", "one_head"),
        ({"members": [NewMember("A", None, True), NewMember("B", None, True)]}, "members", "one_head"),
        ({"members": [NewMember(" ", None, True)]}, "members.0.name", "name_missing"),
        ({"members": [NewMember("A", date(2026, 6, 2), True)]}, "members.0.birth_date", "birth_in_future"),
        ({"members": [NewMember("A", date(1899, 1, 1), True)]}, "members.0.birth_date", "birth_too_early"),
        ({"enrolled_on": date(2026, 6, 2)}, "enrolled_on", "day_in_future"),
        ({"address": NewAddress()}, "line", "address_missing"),
        ({"address": NewAddress(line="1 Main St", zip_code="9511")}, "zip_code", "zip_shape"),
        ({"address": NewAddress(fixed=False)}, "in_city", "in_city_missing"),
        ({"language": "klingon"}, "language", "language_unknown"),
        ({"safe_contact": "fax"}, "safe_contact", "safe_contact_unknown"),
        ({"populations": ["rich"]}, "populations", "population_unknown"),
        ({"populations": ["aging", "declined"]}, "populations", "population_declined_too"),
        ({"consent": replace(CONSENT, purposes=[])}, "purposes", "consent_service"),
        ({"consent": replace(CONSENT, way="shouted")}, "way", "consent_way_missing"),
        ({"consent": replace(CONSENT, given_on=date(2026, 6, 2))}, "given_on", "day_in_future"),
    ],
)
def test_check_household_names_field_and_code(changes: dict[str, object], field: str, code: str) -> None:
    (problem,) = check_household(replace(GOOD, **changes), TODAY)  # type: ignore[arg-type]
    assert (problem.field, problem.code) == (field, code)
    assert problem.sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("95113", "95113"), (" 95113-1234 ", "95113"), ("9511", None), ("95113-12", None), ("", None), (None, None)],
)
def test_zip5(text: str | None, expected: str | None) -> None:
    assert zip5(text) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known("An Nguyễn Văn", date(1980, 4, 23)), True),
        (Known("Nguyen Van An", date(1981, 4, 23), "+14085550123"), False),  # another birth date contradicts
        (Known("Nguyen Van An", None, "+14085550123"), True),
        (Known("Nguyen Van An", None, None, "1 MAIN ST"), True),
        (Known("Nguyen Van An"), False),  # a like name alone is nothing
        (Known("Tran Thi Be", date(1980, 4, 23), "+14085550123"), False),
    ],
)
def test_is_likely_same(known: Known, expected: bool) -> None:
    typed = Typed("Nguyễn Văn An", date(1980, 4, 23), "+14085550123", "1 MAIN ST")
    assert is_likely_same(typed, known) is expected


def test_rank_prefers_the_nearer_name() -> None:
    assert rank("rosa delgado", ["Rosa Delgado"]) > rank("rosa delgado", ["Rosa Delgadillo"])


def _held(item: Item, proof: str, **changes: object) -> Held:
    values: dict[str, object] = {"number": 1, "item": item, "given": True, "occurred_on": TODAY, "ended_on": None}
    return Held(**(values | {"proof": proof} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "wanted", "verified", "expected"),
    [
        ([], True, None, NeedState.NEEDED),
        ([], None, None, NeedState.NOT_ASKED),
        ([_held(Item.DEVICE, "waiting")], True, None, NeedState.WAITING),
        ([_held(Item.DEVICE, "missing")], True, None, NeedState.UNPROVEN),
        ([_held(Item.DEVICE, "waiting"), _held(Item.DEVICE, "missing")], True, None, NeedState.UNPROVEN),
        ([_held(Item.DEVICE, "missing"), _held(Item.DEVICE, "questioned")], True, None, NeedState.QUESTIONED),
        ([_held(Item.DEVICE, "questioned")], True, None, NeedState.QUESTIONED),
        ([_held(Item.DEVICE, "confirmed")], True, TODAY, NeedState.VERIFIED),
        ([_held(Item.DEVICE, "confirmed")], True, None, NeedState.PARTLY),
        ([_held(Item.DEVICE, "void")], True, None, NeedState.NEEDED),
        ([_held(Item.DEVICE, "waiting", given=False)], None, None, NeedState.OWNED),
        ([_held(Item.DEVICE, "confirmed", ended_on=TODAY)], True, TODAY, NeedState.ENDED),
    ],
)
def test_needs_of_device(held: list[Held], wanted: bool | None, verified: date | None, expected: NeedState) -> None:
    needs = needs_of(held, wanted={Item.DEVICE: wanted}, verified={Item.DEVICE: verified}, today=TODAY)
    assert [need.item for need in needs] == [Item.DEVICE, Item.LINE, Item.TRAINING]
    assert needs[0].state is expected


@pytest.mark.parametrize(
    ("verified_on", "pending_on", "until", "is_open", "reason", "expected"),
    [
        (TODAY, None, date(2026, 6, 2), False, None, Status.COUNTED),
        (TODAY, None, TODAY, False, None, Status.LAPSED),
        (TODAY, None, None, True, None, Status.COUNTED),
        (None, TODAY, None, False, "not_verified", Status.PENDING),
        (None, TODAY, None, False, "questioned", Status.QUESTIONED),
        (None, None, None, False, "no_device", Status.NOT_COUNTED),
    ],
)
def test_status_of(
    verified_on: date | None, pending_on: date | None, until: date | None, is_open: bool, reason: str | None,
    expected: Status,
) -> None:  # fmt: skip
    status = status_of(
        verified_on=verified_on, pending_on=pending_on, until=until, is_open=is_open, reason=reason, today=TODAY
    )
    assert status is expected
