"""What a household is found by: how names sound, slips of one letter, phones from their end, streets, codes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digital_inclusion.casework.rules.finding import (
    MOST_WORDS,
    read_search,
    search_terms,
    sound,
    sounds_of,
    street_words,
    variants,
)
from digital_inclusion.casework.rules.likeness import LIKE_ENOUGH, rank
from digital_inclusion.foundation.kernel.text import fold

# G and C are heard by what follows, H is silent, PH is one sound: a slip beside them may be two
_SPELLED = "abdefijklmnopqrstuvwxyz"
TWO_NAMES = st.tuples(*[st.text(_SPELLED, min_size=2, max_size=9)] * 2).filter(
    lambda two: sound(two[0]) != sound(two[1])
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nguyen", "nguyne"), ("garcia", "garsia"), ("vasquez", "basques"), ("hernandez", "ernandes"), ("pham", "fam"),
        ("jimenez", "gimenes"), ("rodriguez", "rodrigues"), ("lopez", "lopes"), ("martinez", "martines"),
    ],
)  # fmt: skip
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert sound(one) == sound(other) is not None


def test_names_that_sound_otherwise_do_not() -> None:
    assert len({sound(word) for word in ("garcia", "lopez", "tran", "pham", "nguyen", "singh")}) == 6
    assert sound("王伟") is None and sound("1187") is None and sound("a") is None


@given(TWO_NAMES, st.data())
def test_two_names_are_found_with_a_letter_missing_too_many_or_wrong(two: tuple[str, str], data: st.DataObject) -> None:
    """One letter of one of the two words written with a slip: the terms looked for hold one of the terms on file."""
    written, which = list(two), data.draw(st.integers(0, 1))
    word, letter = two[which], data.draw(st.sampled_from(_SPELLED))
    place = data.draw(st.integers(1, len(word) - 1))
    without, beside, instead = word[:place] + word[place + 1 :], word[:place] + letter + word[place:], word[place + 1 :]
    written[which] = data.draw(st.sampled_from([without, beside, word[:place] + letter + instead]))
    heard, meant = [sound(one) or "" for one in written], [sound(one) or "" for one in two]
    assume(all((*heard, *meant)) and heard[0] != heard[1])
    assume(abs(len(heard[which]) - len(meant[which])) <= 1)  # "abdb" without its D is "ab": two consonants are gone
    search = read_search(" ".join(written))
    assert sounds_of(two) & {*search.sounds(), *search.slips()}


@given(st.text("abfjklnprst", min_size=1, max_size=6))
def test_variants_are_few_and_never_the_key_itself(key: str) -> None:
    found = variants(key)
    assert key not in found and len(found) <= 22 * len(key) + 11


def test_terms_of_one_kind_never_turn_up_as_another() -> None:
    terms = search_terms(["Rosa Delgado"], phone_e164="+14085550142", line="1187 N Clara Ct # 4", code="ABCD-EFGH")
    assert terms == {
        "rosa", "delgado", "~rs~tlkt", "~tlkt~rs", "abcdefgh", "14085550142", "4085550142",
        "<2410555804", "@1187", "@clara",
    }  # fmt: skip


def test_a_street_is_told_by_its_number_and_name() -> None:
    assert street_words("1187 N. Quiet Harbor Ct. # 4") == ["1187", "quiet", "harbor"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [("0142", "0142"), ("555-0142", "5550142"), ("+1 (408) 555-0142", "4085550142"), ("142", None), ("12 Oak", None)],
)
def test_digits_are_a_phone_from_four_on(text: str, digits: str | None) -> None:
    assert read_search(text).digits == digits


def test_a_code_is_read_however_it_is_written() -> None:
    assert read_search("  ").words == () and read_search("%_*").code is None


@given(st.text(max_size=300))
def test_nothing_typed_breaks_the_reading(text: str) -> None:
    search = read_search(text)
    assert len(search.words) <= MOST_WORDS and len(search.street) <= MOST_WORDS
    assert len(search.slips()) <= 500 and all(fold(word) == word for word in search.words)


def test_ranks_the_whole_name_before_its_beginning_before_a_slip() -> None:
    names = ["Nguyen Linh", "Nguyen Linh Dan", "Nguyen Linda", "Nguyne Lihn", "Garcia Maria"]
    ranked = sorted(names, key=lambda name: -rank("linh nguyen", [name]))
    assert ranked[0] == "Nguyen Linh" and ranked[-1] == "Garcia Maria"
    assert rank("linh nguyen", ["Nguyne Lihn"]) >= LIKE_ENOUGH > rank("linh nguyen", ["Garcia Maria"])
    assert rank("", ["Rosa"]) == rank("rosa", []) == 0
