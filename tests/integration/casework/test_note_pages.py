"""The pages of notes: writing, bad input, markup, two pages at once, who sees what."""

import re

import pytest
from flask.testing import FlaskClient

from digital_inclusion.casework.rules.notes import LONGEST
from tests.factories.households import new_household
from tests.factories.world import World
from tests.support.casework import enrolled, signed_in
from tests.support.notes import earlier, forms_team, new_note, notes, on_record
from tests.support.pages import check_page, hidden_fields, page_text, post_form

HTML = '<script>alert(1)</script> & <b>bold</b> "quoted"'


def test_write_note_and_see_it(client: FlaskClient, world: World) -> None:
    code = enrolled(world, new_household()).code
    url = f"/households/{code}/notes/new"
    signed_in(client, world, "navigator_a")
    check_page(client.get(url))
    sent = post_form(client, url, {"kind": "visit", "text": "line one\r\nline two", "happened_on": "2026-03-01"})
    assert sent.status_code == 303 and sent.location.endswith(f"/households/{code}#timeline")
    (note,) = on_record()
    assert (note.text, str(note.happened_on), note.sensitive) == ("line one\nline two", "2026-03-01", False)
    shown = client.get(f"/notes/{note.code}")
    check_page(shown)
    assert "Visit, Mar 1, 2026" in page_text(shown) and "line one line two" in page_text(shown)


def test_templates_fill_in_what_is_written(client: FlaskClient, world: World) -> None:
    url = f"/households/{enrolled(world, new_household()).code}/notes/new"
    signed_in(client, world, "navigator_a")
    assert "template=left_message" in client.get(url).get_data(as_text=True)
    begun = client.get(f"{url}?template=left_message")
    check_page(begun)
    body = begun.get_data(as_text=True)
    assert "Called. Left a message with our number.</textarea>" in body
    assert re.search(r'<input checked[^>]*value="call"', body)
    assert client.get(f"{url}?template=nonsense&kind=<b>").status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": "x" * 100_000}, "This one has 96,000 too many"),
        ({"text": "y" * (LONGEST + 1)}, "This one has 1 too many"),
        ({"text": "  "}, "Write what happened, or what is planned."),
        ({"kind": None}, "Please choose what kind of note this is."),
        ({"happened_on": "2999-01-01"}, "This day lies in the future."),
        ({"happened_on": "2026-02-31"}, "February 2026 has 28 days"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_survives(
    client: FlaskClient, world: World, typed: dict[str, str | None], sentence: str
) -> None:
    url = f"/households/{enrolled(world, new_household()).code}/notes/new"
    signed_in(client, world, "navigator_a")
    refused = post_form(client, url, {"kind": "call", "text": "typed words", "happened_on": "2026-03-01"} | typed)
    assert refused.status_code == 400 and on_record() == []
    check_page(refused)
    body = refused.get_data(as_text=True)
    assert sentence in body
    assert f"{(typed.get('text') or 'typed words').strip()}</textarea>" in body


def test_exactly_4000_characters_are_kept_with_windows_line_ends(client: FlaskClient, world: World) -> None:
    url = f"/households/{enrolled(world, new_household()).code}/notes/new"
    signed_in(client, world, "navigator_a")
    text = "a\r\n" * (LONGEST // 2 - 1) + "bc"
    assert post_form(client, url, {"kind": "other", "text": text}).status_code == 303
    assert on_record()[0].text == text.replace("\r\n", "\n") and len(on_record()[0].text or "") == LONGEST


def test_html_is_shown_as_typed(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household())
    note = notes(world, one.id, new_note(HTML))
    signed_in(client, world, "navigator_a")
    for url in (f"/notes/{note}", f"/notes/{note}/edit"):
        shown = client.get(url)
        check_page(shown)
        body = shown.get_data(as_text=True)
        assert "<script>alert" not in body and "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_form_sent_twice_makes_one_note(client: FlaskClient, world: World) -> None:
    url = f"/households/{enrolled(world, new_household()).code}/notes/new"
    signed_in(client, world, "navigator_a")
    hidden = hidden_fields(client.get(url), url)
    for _time in range(2):
        assert client.post(url, data={**hidden, "kind": "call", "text": "once"}).status_code == 303
    assert len(on_record()) == 1


def test_call_is_logged_in_one_press(client: FlaskClient, world: World) -> None:
    code = enrolled(world, new_household()).code
    signed_in(client, world, "navigator_a")
    page = f"/households/{code}"
    sent = post_form(client, f"{page}/calls", {"how": "no_answer"}, page=page)
    assert sent.status_code == 303
    (note,) = on_record()
    assert (note.kind, note.text) == ("call", "Called. Nobody answered.")
    assert post_form(client, f"{page}/calls", {"how": "visited"}, page=page).status_code == 400
    assert len(on_record()) == 1


def test_second_page_sees_the_newer_text_beside_its_own(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household())
    note = notes(world, one.id, new_note("first"))
    signed_in(client, world, "navigator_a")
    url = f"/notes/{note}/edit"
    stale = hidden_fields(client.get(url), url)
    assert post_form(client, url, {"kind": "call", "text": "from the phone"}).status_code == 303
    beside = client.post(url, data={**stale, "kind": "visit", "text": "from the laptop"})
    assert beside.status_code == 409
    check_page(beside)
    body = beside.get_data(as_text=True)
    assert "from the phone</p>" in body and "from the laptop</textarea>" in body
    assert on_record()[0].text == "from the phone"
    again = {**hidden_fields(beside, url), "kind": "visit", "text": "from the laptop"}
    assert client.post(url, data=again).status_code == 303
    assert on_record()[0].text == "from the laptop" and [one.text for one in earlier()] == ["first", "from the phone"]
    shown = page_text(client.get(f"/notes/{note}"))
    assert "What it said before 2" in shown and "from the phone" in shown


def test_strike_note_leaves_it_readable_and_closed(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household())
    note = notes(world, one.id, new_note("wrong family"))
    signed_in(client, world, "navigator_a")
    assert post_form(client, f"/notes/{note}/strike", page=f"/notes/{note}").status_code == 303
    shown = client.get(f"/notes/{note}")
    check_page(shown)
    assert "<s>wrong family</s>" in shown.get_data(as_text=True) and "Change note" not in page_text(shown)
    assert client.get(f"/notes/{note}/edit").status_code == 409


@pytest.mark.parametrize("who", ["partner_lead_a", "program_manager", "auditor"])
def test_sensitive_note_only_says_that_it_is_there(client: FlaskClient, world: World, who: str) -> None:
    forms_team(world, "navigator_a")
    one = enrolled(world, new_household())
    note = notes(world, one.id, new_note("a private thing", sensitive=True))
    open_one = notes(world, one.id, new_note("an open thing"))
    signed_in(client, world, who)
    shown = client.get(f"/notes/{note}")
    check_page(shown)
    assert "Sensitive" in page_text(shown) and "a private thing" not in shown.get_data(as_text=True)
    assert "an open thing" in page_text(client.get(f"/notes/{open_one}"))
    assert client.get(f"/notes/{note}/edit").status_code == 403


@pytest.mark.parametrize("who", ["verifier", "technician_a", "administrator", "finance"])
def test_others_read_no_notes(client: FlaskClient, world: World, who: str) -> None:
    note = notes(world, enrolled(world, new_household()).id, new_note("an open thing"))
    signed_in(client, world, who)
    assert client.get(f"/notes/{note}").status_code == 403


def test_another_partners_note_is_not_found(client: FlaskClient, world: World) -> None:
    one = enrolled(world, new_household(), partner="b")
    note = notes(world, one.id, new_note("theirs"), who="navigator_b")
    signed_in(client, world, "navigator_a")
    for url in (f"/notes/{note}", f"/notes/{note}/edit", f"/households/{one.code}/notes/new"):
        assert client.get(url).status_code == 404
    token = hidden_fields(client.get("/households/find"), "/households/find")
    for url in (f"/notes/{note}/strike", f"/notes/{note}/edit", f"/households/{one.code}/calls"):
        assert client.post(url, data={**token, "how": "talked", "kind": "call", "text": "x"}).status_code == 404
    assert on_record()[0].text == "theirs" and on_record()[0].struck_at is None
