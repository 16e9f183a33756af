"""A paper is drawn whatever its words are, with tags wherever our fonts have the letters."""

import pytest
import typst

from digital_inclusion.foundation.web.paper import draw_pdf

PAPER = "= #it.title\n"
UNDRAWABLE = "\U0010fffd"  # the last place of the private letters: in no font
TAGGED = b"pdfuaid"


def test_letters_our_fonts_have_are_drawn_with_tags() -> None:
    made = draw_pdf(PAPER, {"title": "Nguyễn Thị Mai, José"})
    assert made.startswith(b"%PDF") and TAGGED in made


def test_letters_no_font_has_cost_the_tags_and_not_the_paper() -> None:
    made = draw_pdf(PAPER, {"title": f"Rosa {UNDRAWABLE}"})
    assert made.startswith(b"%PDF") and TAGGED not in made


def test_of_several_languages_the_first_that_can_be_drawn_is_taken() -> None:
    needs_more = PAPER + "#it.more"  # English, without it, could not be drawn here
    assert TAGGED in draw_pdf(needs_more, {"title": "Biên nhận", "more": "Cảm ơn"}, {"title": "Receipt"})
    assert TAGGED in draw_pdf(PAPER, {"title": UNDRAWABLE}, {"title": "Receipt"})


def test_a_mistake_of_ours_in_a_paper_is_not_passed_over() -> None:
    with pytest.raises(typst.TypstError):
        draw_pdf("#no-such-thing", {"title": "Receipt"})


def test_words_are_never_markup() -> None:
    assert TAGGED in draw_pdf(PAPER, {"title": "#panic() *a* $x$ \\ [ ] {"})
