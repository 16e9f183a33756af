"""The pages of messages: who may be written to, what goes out, what became of it; bad input, two presses, markup."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digital_inclusion.agenda.actions.messages import cancel_message
from digital_inclusion.agenda.schemas import Told
from digital_inclusion.casework.actions.writing import trust_address
from digital_inclusion.foundation.kernel.errors import Conflict, NotFound
from digital_inclusion.foundation.mail import Unsure
from tests.factories.aftercare import does
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.messages import NUMBER, at, blocks, changes, gateway, messages, tells, text_in, texted, writes
from tests.support.pages import check_page, hidden_fields, page_text, post_form

HTML = '<script>alert(1)</script> & "quoted"'


def test_journey(app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world, language="es")
    url = f"/households/{home.code}/messages/new"
    with at(10):
        signed_in(client, world, "navigator_a")
        assert url in client.get(f"/households/{home.code}").get_data(as_text=True)
        opened = client.get(f"{url}?template=call_us")
        check_page(opened)
        assert "(408) 555-0123" in page_text(opened) and "Español" in page_text(opened)
        typed = {"words": "Por favor llame al (408) 555-0100."}
        shown = post_form(client, url, typed, page=f"{url}?template=call_us")
        assert shown.status_code == 200 and messages() == []
        check_page(shown)
        assert "This is exactly what goes out" in page_text(shown) and "1 text message" in page_text(shown)
        sent = client.post(url, data=hidden_fields(shown, url) | typed)
        assert sent.status_code == 303 and "show=messages" in sent.location
        assert NUMBER not in sent.location
        (one,) = messages()
        assert (one.kind, one.language, one.state) == ("call_us", "es", "sent")
        assert keeps.sent == [(NUMBER, one.body)] and (one.body or "").startswith(typed["words"] + "\n")
        page = client.get(f"/messages/{one.code}")
        check_page(page)
        assert "Please call us" in page_text(page) and "Sent" in page_text(page)
        timeline = client.get(sent.location)
        check_page(timeline)
        assert "Text message: sent" in page_text(timeline)


def test_second_press_sends_nothing_more(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    url = f"/households/{texted(world).code}/messages/new"
    typed = {"words": "We are here until five."}
    with at(10):
        signed_in(client, world, "navigator_a")
        sent = hidden_fields(post_form(client, url, typed), url) | typed
        assert [client.post(url, data=sent).status_code for _press in range(3)] == [303, 303, 303]
    assert len(messages()) == len(keeps.sent) == 1


def test_at_night_the_page_says_when_it_goes(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    url = f"/households/{texted(world).code}/messages/new"
    with at(22, 40):
        signed_in(client, world, "navigator_a")
        shown = post_form(client, url, {"words": "Hello"})
        assert "It is quiet hours. It goes out on" in page_text(shown) and "8:00" in page_text(shown)
        client.post(url, data=hidden_fields(shown, url) | {"words": "Hello"})
        (one,) = messages()
        page = client.get(f"/messages/{one.code}")
        assert "when the quiet hours are over" in page_text(page)
        stop = f"/messages/{one.code}/cancel"
        assert post_form(client, stop, page=f"/messages/{one.code}").status_code == 303
        assert [(one.state, one.reason) for one in messages()] == [("not_sent", "cancelled")]
        assert "Do not send it" not in page_text(client.get(f"/messages/{one.code}"))
        assert client.post(stop, data=hidden_fields(page, stop)).status_code in {303, 409}  # a second press


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": "   "}, "Write what they should read."),
        ({"words": "Come on ____."}, "Something is left to fill in"),
        ({"words": "好" * 500}, "too long for a text message"),
    ],
)
def test_bad_words_are_told_and_survive(
    client: FlaskClient, world: World, typed: dict[str, str], sentence: str
) -> None:
    url = f"/households/{texted(world).code}/messages/new"
    with at(10):
        signed_in(client, world, "navigator_a")
        refused = post_form(client, url, typed)
    assert refused.status_code == 400 and messages() == []
    check_page(refused)
    body = refused.get_data(as_text=True)
    assert sentence in body and f"{typed['words'].strip()}</textarea>" in body


def test_changed_words_and_a_changed_number_are_shown_again(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world)
    url = f"/households/{home.code}/messages/new"
    with at(10):
        signed_in(client, world, "navigator_a")
        shown = post_form(client, url, {"words": "One"})
        again = client.post(url, data=hidden_fields(shown, url) | {"words": "Two"})
        assert again.status_code == 200 and keeps.sent == []
        changes(home.id, phone_e164="+14085550199", phone="(408) 555-0199")
        anew = client.post(url, data=hidden_fields(again, url) | {"words": "Two"})
        assert anew.status_code == 200 and "(408) 555-0199" in page_text(anew) and keeps.sent == []
        fields = hidden_fields(anew, url) | {"words": "Two"}
        assert [client.post(url, data=fields).status_code for _press in range(2)] == [303, 303]
    assert [to for to, _body in keeps.sent] == ["+14085550199"]


def test_who_stopped_us_is_not_written_to_and_the_page_says_why(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    url = f"/households/{home.code}/messages/new"
    with at(10):
        signed_in(client, world, "navigator_a")
        opened = hidden_fields(client.get(url), url)
        tells(text_in("STOP"))
        late = client.post(url, data=opened | {"words": "typed words"})
        assert late.status_code == 409 and "typed words" in page_text(late)
        page = client.get(url)
        check_page(page)
        assert "asked us to stop writing" in page_text(page) and "They asked on" in page_text(page)
        assert "See what goes out" not in page_text(page)
        household = page_text(client.get(f"/households/{home.code}"))
        assert "They asked us to stop texting" in household and "asked us to stop texting on" in household


def test_nobody_knows_and_a_person_decides(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, Unsure())
    home = texted(world)
    with at(10):
        code = writes(world, home.id)
        signed_in(client, world, "navigator_a")
        today = client.get("/tasks")
        assert "A message did not reach them" in page_text(today) and f"/messages/{code}" in today.get_data(
            as_text=True
        )
        page = client.get(f"/messages/{code}")
        check_page(page)
        assert "Nobody knows whether it went" in page_text(page)
        again = post_form(client, f"/messages/{code}/settle", {"went": "no"}, page=f"/messages/{code}")
        assert again.status_code == 303
        assert [one.state for one in messages()] == ["sent"] and len(keeps.sent) == 1


def test_answer_is_shown_as_typed_and_foreign_eyes_see_nothing(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    with at(10):
        tells(text_in(HTML))
        code = messages()[0].code
        for who, status in (("navigator_a", 200), ("auditor", 200), ("navigator_b", 404), ("verifier", 403)):
            assert signed_in(app.test_client(), world, who).get(f"/messages/{code}").status_code == status
        signed_in(client, world, "navigator_a")
        page = client.get(f"/messages/{code}")
        check_page(page)
        body = page.get_data(as_text=True)
        assert "<script>alert" not in body and "&lt;script&gt;alert(1)&lt;/script&gt;" in body
        assert re.search("They wrote to us", page_text(page)) and f"/households/{home.code}/messages/new" in body


def test_number_that_came_back_is_trusted_again_and_a_stop_is_not(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    url = f"/households/{home.code}/messages/new"
    with at(10):
        writes(world, home.id)
        tells(Told("bounced", "sms", "G-1"))
        with pytest.raises(NotFound):
            does(world, trust_address, who="navigator_b", household_id=home.id)
        signed_in(client, world, "navigator_a")
        page = client.get(url)
        check_page(page)
        assert "does not work: an earlier message came back" in page_text(page)
        sent = hidden_fields(page, f"/households/{home.code}/messages/works")
        assert client.post(f"/households/{home.code}/messages/works", data=sent).status_code == 303
        assert blocks() == [] and "See what goes out" in page_text(client.get(url))
        tells(text_in("STOP"))
        with pytest.raises(Conflict):
            does(world, trust_address, who="navigator_a", household_id=home.id)
        assert blocks() == [("sms", "stop")]


def test_email_has_a_subject(app: Flask, client: FlaskClient, world: World) -> None:
    url = f"/households/{texted(world, safe_contact='email', email='f@example.org').code}/messages/new"
    with at(10):
        signed_in(client, world, "navigator_a")
        assert 'value="Your appointment"' in client.get(f"{url}?template=appointment").get_data(as_text=True)
        refused = post_form(client, url, {"words": "Hello", "subject": " "})
        assert refused.status_code == 400 and "Write a subject." in page_text(refused)
        check_page(refused)


def test_stopping_one_that_went_is_told(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    with at(10):
        code = writes(world, texted(world).id)
        with pytest.raises(Exception, match="too late"):
            does(world, cancel_message, who="navigator_a", code=code)


def test_list_shows_ones_own_by_kind_and_in_pages(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch, Unsure())
    mine, theirs = texted(world, name="Ana Ours"), texted(world, "b", name="Bo Theirs")
    with at(10):
        signed_in(client, world, "navigator_a")
        empty = client.get("/messages")
        check_page(empty)
        assert "No messages here" in page_text(empty)
        writes(world, mine.id)
        writes(world, theirs.id, who="navigator_b")
        for show, seen in (("", True), ("trouble", True), ("waiting", False), ("answers", False), ("<b>", True)):
            page = client.get("/messages", query_string={"show": show})
            check_page(page)
            assert ("Ana Ours" in page_text(page)) is seen and "Bo Theirs" not in page_text(page)
        monkeypatch.setattr("digital_inclusion.agenda.queries.messages.PAGE", 1)
        last = writes(world, mine.id)
        first = client.get("/messages").get_data(as_text=True)
        assert first.count("/messages/") >= 1 and f"after={last}" in first
        older = client.get(f"/messages?after={last}").get_data(as_text=True)
        assert f'/messages/{last}"' not in older and "Not known whether it went" in older
        assert client.get("/messages?after=AAAA-AAAA").status_code == 200
