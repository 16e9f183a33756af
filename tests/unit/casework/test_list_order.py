"""A list's order: pages by key from any place, up and down, as walking through all ids would give them."""

from random import Random

import pytest

from digital_inclusion.casework.queries.lists import PAGE, Order

IDS = Random(1).sample(range(1, 1000), 130)


@pytest.mark.parametrize("down", [False, True])
def test_page_follows_its_key(down: bool) -> None:
    order, read = Order(IDS), IDS[::-1] if down else IDS
    for place, key in enumerate(read):
        assert order.page(key, down=down) == read[place + 1 : place + 2 + PAGE]


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("key", [None, 0, 2000, next(one for one in range(1, 1000) if one not in IDS)])
def test_page_begins_at_the_first_without_a_known_key(key: int | None, down: bool) -> None:
    assert Order(IDS).page(key, down=down) == (IDS[::-1] if down else IDS)[: PAGE + 1]


def test_page_of_nothing_is_empty() -> None:
    assert Order([]).page(None, down=True) == Order([]).page(7, down=False) == []
