"""Who gets a request for help, and what may happen to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.requests import (
    MOVES,
    OPEN,
    Contact,
    State,
    Step,
    Takes,
    Wish,
    can_do,
    check_request,
    check_step,
    choose_partner,
    draft_of,
    last_day_unanswered,
    mended,
    possible_steps,
)
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid


def takes(partner_id: int, languages: str = "es", districts: str = "", most: int = 10, has: int = 0) -> Takes:
    return Takes(partner_id, frozenset(languages.split()), frozenset(districts.split()), most, has)


def test_choose_partner_needs_the_language() -> None:
    assert choose_partner("es", None, [takes(1, "en vi"), takes(2, "es")]) == 2
    assert choose_partner("ti", None, [takes(1, "en vi"), takes(2, "es")]) is None


def test_choose_partner_needs_the_district_unless_it_works_everywhere() -> None:
    assert choose_partner("es", "3", [takes(1, districts="5 7"), takes(2, districts="3")]) == 2
    assert choose_partner("es", "3", [takes(1, districts="5 7"), takes(2)]) == 2


def test_choose_partner_of_unknown_district_works_everywhere() -> None:
    assert choose_partner("es", None, [takes(1, districts="3")]) is None


def test_choose_partner_has_room() -> None:
    assert choose_partner("es", None, [takes(1, most=2, has=2), takes(2, most=1, has=0)]) == 2
    assert choose_partner("es", None, [takes(1, most=2, has=3)]) is None


def test_choose_partner_with_fewest_open_for_its_room() -> None:
    assert choose_partner("es", None, [takes(1, most=4, has=2), takes(2, most=20, has=5)]) == 2


def test_choose_partner_of_a_tie_has_the_lowest_id() -> None:
    assert choose_partner("es", None, [takes(9, most=4, has=1), takes(3, most=8, has=2)]) == 3


def test_choose_partner_leaves_out_who_has_had_it() -> None:
    assert choose_partner("es", None, [takes(1), takes(2)], besides={1}) == 2
    assert choose_partner("es", None, [takes(1), takes(2)], besides={1, 2}) is None


_partners = st.lists(
    st.builds(
        Takes,
        st.integers(1, 9),
        st.frozensets(st.sampled_from(["en", "es"])),
        st.frozensets(st.sampled_from(["1", "2"])),
        st.integers(1, 5),
        st.integers(0, 6),
    ),
    unique_by=lambda one: one.partner_id,
)


@given(_partners, st.sampled_from(["en", "es"]), st.sampled_from([None, "1", "2"]), st.frozensets(st.integers(1, 9)))
def test_choose_partner_is_the_emptiest_that_fits(
    partners: list[Takes], language: str, district: str | None, besides: frozenset[int]
) -> None:
    chosen = choose_partner(language, district, partners, besides=besides)
    fitting = {
        one.partner_id: one.has_open / one.most_open
        for one in partners
        if one.partner_id not in besides
        and language in one.languages
        and (not one.districts or district in one.districts)
        and one.has_open < one.most_open
    }
    assert chosen == choose_partner(language, district, partners[::-1], besides=besides)
    if chosen is None:
        assert not fitting
    else:
        assert fitting[chosen] == min(fitting.values())


def test_closed_request_can_do_nothing() -> None:
    for state in set(State) - OPEN:
        assert not [step for step in Step if can_do(step, state)]
        assert possible_steps(state, ours=True) == set()


def test_every_step_has_its_states() -> None:
    assert set(MOVES) == set(Step)


def test_possible_steps_of_anothers_request_is_passing_on() -> None:
    assert possible_steps(State.RECEIVED, ours=False) == {"pass_on"}
    assert {"accept", "decline", "pass_on"} <= possible_steps(State.RECEIVED, ours=True)


def test_check_step_says_that_somebody_was_faster() -> None:
    with pytest.raises(Conflict, match="faster"):
        check_step(Step.ACCEPT, State.ACCEPTED)


def test_last_day_unanswered_counts_the_citys_days() -> None:
    assert last_day_unanswered(date(2026, 3, 10), 5) == date(2026, 3, 5)


def test_check_request_names_every_field() -> None:
    with pytest.raises(Invalid) as error:
        check_request(Contact(name=""), Wish(language="xx", needs=frozenset({"car"})), {"en"})
    assert set(error.value.fields) == {"name", "contact", "language", "needs"}


def test_draft_of_holds_everything_the_resident_wrote() -> None:
    contact = Contact(name="Ana Ruiz", phone="(408) 555-0188", phone_e164="+14085550188")
    wish = Wish(language="ti", needs=frozenset({"connection", "skills"}), zip_code="95113", district="3")
    assert draft_of(contact, wish, city="San José", today=date(2026, 3, 1), grants=[7]) == {
        "members-0-name": ["Ana Ruiz"],
        "home": ["fixed"],
        "city": ["San José"],
        "zip_code": ["95113"],
        "district": ["3"],
        "phone": ["(408) 555-0188"],
        "language": ["ti"],
        "needs": ["line", "training"],
        "consent_language": ["en"],  # the consent text does not exist in the resident's
        "enrolled_on": ["2026-03-01"],
        "grant_id": ["7"],
    }


def test_draft_of_chooses_no_grant_among_several() -> None:
    contact = Contact(name="Ana", email="ana@example.org")
    values = draft_of(
        contact, Wish(language="es", needs=frozenset()), city="X", today=date(2026, 3, 1), grants=[7, 8]
    )  # fmt: skip
    assert "grant_id" not in values and "phone" not in values
    assert values["email"] == ["ana@example.org"]


def test_mended_draft_keeps_what_was_typed_over_it() -> None:
    draft = {"phone": ["408-555-0100"], "members-0-name": ["Ana R. Ruiz"], "needs": ["line"], "line": ["1 Main St"]}
    before = {"phone": ["408-555-0100"], "members-0-name": ["Ana Ruiz"], "needs": ["line"], "email": []}
    now = {"phone": [], "members-0-name": ["Anna Ruiz"], "needs": ["line", "device"], "email": ["ana@example.org"]}
    assert mended(draft, before, now) == {
        "members-0-name": ["Ana R. Ruiz"],
        "needs": ["line", "device"],
        "line": ["1 Main St"],
        "email": ["ana@example.org"],
    }
