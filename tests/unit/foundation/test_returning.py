"""Back to where somebody came from: paths of this site, and nothing else."""

import pytest
from flask import Flask

from digital_inclusion.foundation.web.returning import LONGEST_PATH, came_from, here, own_path, way_back


@pytest.mark.parametrize("target", ["/people", "/people?role=navigator", "/a/b#c"])
def test_own_path_keeps_paths_of_this_site(target: str) -> None:
    assert own_path(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "people", "//x", "/\\x", "https://x", "/x\\y", "/\t/x", "javascript:x", "/" + "x" * LONGEST_PATH],
)
def test_own_path_drops_everything_else(target: str | None) -> None:
    assert own_path(target) is None


def test_way_back_follows_the_address_and_the_form_and_no_foreign_site() -> None:
    app = Flask(__name__)
    with app.test_request_context("/notes/new?back=/today%3Fwhose%3Dteam"):
        assert (came_from(), way_back("/households/X")) == ("/today?whose=team", "/today?whose=team")
    with app.test_request_context("/notes/new", method="POST", data={"back": "/today"}):
        assert way_back("/households/X") == "/today"
    with app.test_request_context("/notes/new?back=//evil.example/today"):
        assert (came_from(), way_back("/households/X")) == (None, "/households/X")
    with app.test_request_context("/notes/new"):
        assert way_back("/households/X") == "/households/X"


def test_here_is_the_page_with_its_filters_unless_a_form_was_sent_or_it_is_too_long() -> None:
    app = Flask(__name__)
    with app.test_request_context("/questions?after=5"):
        assert here() == "/questions?after=5"
    with app.test_request_context("/questions"):
        assert here() == "/questions"
    with app.test_request_context("/find", method="POST"):
        assert here() is None
    with app.test_request_context("/questions?x=" + "y" * LONGEST_PATH):
        assert here() is None
