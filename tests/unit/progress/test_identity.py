"""Which records are one household (rule 11)."""

from digital_inclusion.progress.rules.identity import component, identities
from tests.factories.facts import Facts


def test_identity_is_the_lowest_record_joined_in_any_order() -> None:
    facts = Facts()
    links = [facts.linked(5, 9), facts.linked(3, 7), facts.linked(7, 5)]
    assert identities(links) == {3: 3, 5: 3, 7: 3, 9: 3}
    assert identities(reversed(links)) == identities(links)


def test_records_without_a_standing_link_do_not_appear() -> None:
    facts = Facts()
    link, other = facts.linked(1, 2), facts.linked(3, 4)
    assert identities([*facts.enrolled(8, "01-05"), link, other, facts.split(link)]) == {3: 3, 4: 3}
    assert identities([]) == {}


def test_split_takes_one_link_and_another_still_joins() -> None:
    facts = Facts()
    first, again = facts.linked(1, 2), facts.linked(2, 1)
    assert identities([first, again, facts.split(first)]) == {1: 1, 2: 1}


def test_void_link_never_was_and_void_split_leaves_the_link() -> None:
    facts = Facts()
    link = facts.linked(1, 2)
    split = facts.split(link)
    assert identities([link, *facts.voided(link)]) == {}
    assert identities([link, split, *facts.voided(split)]) == {1: 1, 2: 1}


def test_component_holds_the_record_itself() -> None:
    facts = Facts()
    links = [facts.linked(4, 2), facts.linked(4, 6), facts.linked(10, 11)]
    assert component(6, links) == {2, 4, 6}
    assert component(1, links) == {1}
