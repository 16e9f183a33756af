"""Finding a household by what people really type: slips, last digits, streets, tags; and never another partner's."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import delete, insert, select

from digital_inclusion.casework.actions.changing import move_household
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.indexing import AT_ONCE, INDEX
from digital_inclusion.casework.queries.finding import MOST_READ, Found, find_households
from digital_inclusion.casework.rules.enrollment import NewAddress
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS, OutboxJob
from digital_inclusion.households.models import SearchTerm
from tests.factories.aftercare import does
from tests.factories.households import new_household, new_laptop
from tests.factories.world import World
from tests.support.casework import enrolled


def _found(world: World, text: str, who: str = "navigator_a") -> Found:
    by = world.actor(who)
    use_scope(EVERYTHING if by.city_wide else Scope(partner_id=by.partner_id))
    try:
        return find_households(text, by=by)
    finally:
        use_scope(EVERYTHING)


def _ids(found: Found) -> Sequence[int]:
    return [*found.exact, *found.similar]


@pytest.mark.parametrize(
    "text",
    [
        "Hernandez Lucia", "hernadez lucia", "Lucia Hernández", "lusia hernandes", "Luica Hernandez", "ernandez lucia",
        "lucia hermandez", "hern luc", "HERNANDEZ", "Hernadez", "0142", "555-0142", "408 555", "1187 quiet harbor",
        "quiet harbor ct", "1187", "5CD1234ABC", "5cd 1234-abc", "PC0012",
    ],
)  # fmt: skip
def test_finds_what_was_written_in_a_hurry(world: World, text: str) -> None:
    home = NewAddress(line="1187 N Quiet Harbor Ct", city="San José", zip_code="95113")
    one = enrolled(
        world,
        new_household(
            "Lucía Hernández", phone_e164="+14085550142", address=home,
            deliveries=[new_laptop(unit="5CD1234ABC"), new_laptop(date(2026, 2, 1), unit="PC-0012")],
        ),
    )  # fmt: skip
    enrolled(world, new_household("Minh Tran", phone_e164="+16505559999"))
    assert _ids(_found(world, text)) == [one.id]


def test_a_word_of_a_street_is_no_name(world: World) -> None:
    home = NewAddress(line="200 Clara St", city="San José", zip_code="95113")
    enrolled(world, new_household("Minh Tran", address=home))
    clara = enrolled(world, new_household("Clara Vo", phone_e164="+16505559999"))
    assert _ids(_found(world, "clara")) == [clara.id]


def test_nothing_is_offered_that_is_not_like_it(world: World) -> None:
    enrolled(world, new_household("Minh Tran"))
    for text in ("Olga Petrova", "zzzz", "0000", "9 nowhere", "王伟", "%", "'; --", "<32"):
        assert _ids(_found(world, text)) == [], text


def test_exact_ones_come_first_however_many_are_like_it(world: World) -> None:
    for number in range(12):
        enrolled(world, new_household("Maria Garcias", phone_e164=f"+1650555{number:04d}"))
    exact = enrolled(world, new_household("Garcia Maria", phone_e164="+16505551000"))
    found = _found(world, "maria garcia")
    assert list(found.exact) == [exact.id] and len(found.similar) == 12


def test_a_word_whose_list_is_cut_does_not_hide_who_is_not_on_it(world: World) -> None:
    common = enrolled(world, new_household("Ada Konstantinou"))
    meant = enrolled(world, new_household("Zarah Konstantinou", phone_e164="+16505559999"))
    with write_transaction():  # one household fills the list by itself: of 500 rows one is left
        own = {"household_id": common.id, "partner_id": world.partners["a"]}
        session().execute(insert(SearchTerm), [own | {"term": f"konst{number:03}"} for number in range(MOST_READ)])
    assert _ids(_found(world, "konst zara")) == [meant.id]


def test_another_partners_household_is_not_even_counted(world: World) -> None:
    there = enrolled(world, new_household("Lucía Hernández", deliveries=[new_laptop(unit="5CD1234ABC")]), partner="b")
    for text in ("lucia hernandez", "luica hernandez", "0123", "200 santa clara", "5CD1234ABC", there.code):
        assert _ids(_found(world, text)) == [], text
        assert _ids(_found(world, text, "program_manager")) == [there.id], text


def test_it_is_found_where_it_moved_and_nowhere_once_erased(world: World) -> None:
    one = enrolled(world, new_household("Lucía Hernández"))
    there = NewAddress(line="9 Lantern Hill Rd", city="San José", zip_code="95113")
    does(world, move_household, who="navigator_a", household_id=one.id, address=there, from_on=date(2026, 6, 1))
    assert _ids(_found(world, "9 lantern hill")) == [one.id] and _ids(_found(world, "200 santa clara")) == []
    does(world, erase_household, who="partner_lead_a", household_id=one.id, reason="asked")
    for text in ("lucia hernandez", "9 lantern hill", "0123", one.code):
        assert _ids(_found(world, text)) == [], text


def test_what_was_there_before_is_indexed_anew_chunk_by_chunk(world: World) -> None:
    one = enrolled(world, new_household("Lucía Hernández"))
    before = _terms(one.id)
    with write_transaction():
        session().execute(delete(SearchTerm).where(SearchTerm.term.like("~%") | SearchTerm.term.like("@%")))
    assert _ids(_found(world, "200 santa clara")) == []
    for _time in range(2):
        HANDLERS[INDEX]({"after": 0})
        assert _terms(one.id) == before
    assert _ids(_found(world, "200 santa clara")) == [one.id]


def test_a_full_chunk_asks_for_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert AT_ONCE == 500
    monkeypatch.setattr("digital_inclusion.casework.actions.indexing.AT_ONCE", 2)
    made = [enrolled(world, new_household("Minh Tran", phone_e164=f"+1650555000{n}")).id for n in range(3)]
    HANDLERS[INDEX]({"after": 0})
    use_scope(EVERYTHING)
    asked = session().scalars(select(OutboxJob.payload).where(OutboxJob.name == INDEX).order_by(OutboxJob.id))
    assert {"after": made[1]} in list(asked)


def _terms(household_id: int) -> list[str]:
    session().rollback()
    use_scope(EVERYTHING)
    wanted = select(SearchTerm.term).where(SearchTerm.household_id == household_id)
    return list(session().scalars(wanted.order_by(SearchTerm.term)))
