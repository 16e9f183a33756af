"""Pages of the timeline: every line exactly once, newest first, whatever the addresses say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.casework.rules import timeline as rules
from digital_inclusion.casework.rules.timeline import FIRST, PAGE, Entry, Key, key_of, page_of, read_key

DAYS = st.integers(0, 6).map(lambda number: date(2026, 3, 1) + timedelta(days=number))
LINES = st.sets(st.tuples(st.sampled_from(rules.SOURCES), DAYS, st.integers(1, 40)), max_size=90)


@given(lines=LINES)
def test_pages_show_every_line_once_newest_first(lines: set[tuple[str, date, int]]) -> None:
    entries = [Entry(key_of(*line), line[0], None) for line in lines]
    seen: list[Key] = []
    older: str | None = str(FIRST)
    while older is not None:
        page, older = page_of(entries, before=read_key(older))
        assert len(page) <= PAGE and (older is None or len(page) == PAGE)
        seen += [one.key for one in page]
    assert seen == sorted((key_of(*line) for line in lines), reverse=True)


@given(line=st.tuples(st.sampled_from(rules.SOURCES), DAYS, st.integers(1, 40)), before=LINES)
def test_first_number_says_what_comes_after_a_place(
    line: tuple[str, date, int], before: set[tuple[str, date, int]]
) -> None:
    source, day, number = line
    for place in (key_of(*one) for one in before):
        told = day < place.day or (day == place.day and number < rules.first_number(source, place))
        assert told == (key_of(source, day, number) < place)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "x",
        "1.2",
        "2026-02-31.1.1",
        "2026-01-01.-1.2",
        "2026-01-01.1.2.3",
        "²026-01-01.1.1",
        "....",
        "2026-01-01.x.1",
    ],
)
def test_read_key_of_nonsense_is_the_first_page(text: str | None) -> None:
    assert read_key(text) == FIRST


def test_every_shown_source_exists() -> None:
    assert frozenset().union(*(sources for _label, sources in rules.SHOWN.values())) == frozenset(rules.SOURCES)
    assert rules.sources_of("nonsense") == rules.sources_of(None) == frozenset(rules.SOURCES)
