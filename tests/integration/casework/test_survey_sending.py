"""Links of surveys by message: made when it goes and stored nowhere, once each, to those who may be written to."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.rules.templates import LINK
from digital_inclusion.casework.actions import survey_sending
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.actions.survey_answers import refuse_survey
from digital_inclusion.casework.actions.surveys import close_survey
from digital_inclusion.casework.forms.survey_sending import compose_survey
from digital_inclusion.casework.models import SurveyLink
from digital_inclusion.casework.queries.survey_sending import count_sent
from digital_inclusion.casework.queries.surveys import get_survey
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.kernel.errors import Conflict, NotFound, Unavailable
from digital_inclusion.foundation.kernel.ids import token_digest
from digital_inclusion.foundation.queue import sweep_jobs
from tests.factories.aftercare import does
from tests.factories.surveys import MANAGER, answers_by_link, answers_by_phone, asks_survey, invitation_of
from tests.factories.world import SYSTEM, World
from tests.support.casework import signed_in
from tests.support.messages import at, changes, gateway, messages, tells, text_in, texted
from tests.support.pages import check_page, page_text, post_form
from tests.support.statements import count_statements


def _sends(world: World, household_id: int, *, seen: int | None = None, who: str = "navigator_a") -> None:
    held = invitation_of(household_id)
    last = (held.message_id or 0) if seen is None else seen
    does(world, survey_sending.send_survey, who=who, code=held.code, seen=last, compose=compose_survey)


def _sends_all(world: World, survey: str, *, who: str = "navigator_a") -> int:
    return int(does(world, survey_sending.send_survey_to_all, who=who, survey=survey, compose=compose_survey))


def _token(body: str) -> str:
    found = re.search(r"/s/([\w-]{43})", body)
    assert found is not None, body
    return found[1]


def test_link_is_made_when_it_goes_and_stands_nowhere(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world, language="es")
    asks_survey(world)
    with at(22):
        _sends(world, home.id)
        assert session().scalars(select(SurveyLink)).all() == []  # it waits for the morning, and nothing is made yet
    with at(9, days=2):
        sweep_jobs(app)
    (one,), ((_to, body),) = messages(), keeps.sent
    token = _token(body)
    assert (one.kind, one.language, one.state) == ("survey", "es", "sent")
    assert one.body == body.replace(body[body.index("http") : body.index(token) + 43], LINK) and LINK not in body
    assert one.parts is not None and 2 <= one.parts <= 6
    stored = [one.body, *(job.payload for job in session().scalars(select(OutboxJob)))]
    stored += [event.details for event in session().scalars(select(AuditEvent))]
    assert token not in json.dumps(stored) and "/s/" not in json.dumps(stored)
    (link,) = session().scalars(select(SurveyLink))
    assert (link.token_digest, link.made_by) == (token_digest(token), None)
    answers_by_link(token, {0: "yes"})
    assert invitation_of(home.id).state == "answered"


def test_gateway_that_fails_once_gets_a_link_that_opens(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, Unavailable())
    home = texted(world)
    asks_survey(world)
    with at(10):
        _sends(world, home.id)
    with at(10, 1):
        sweep_jobs(app)
    answers_by_link(_token(keeps.sent[0][1]), {0: "yes"})
    assert len(keeps.sent) == 1 and invitation_of(home.id).state == "answered"


@pytest.mark.parametrize("what", ["answered", "refused", "closed"])
def test_nothing_goes_where_nothing_is_to_be_answered(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world)
    survey = asks_survey(world)
    with at(22):
        _sends(world, home.id)
        if what == "answered":
            answers_by_phone(world, home.id, {0: "yes"})
        elif what == "refused":
            does(world, refuse_survey, who="navigator_a", code=invitation_of(home.id).code)
        else:
            does(world, close_survey, who=MANAGER, code=survey)
    with at(9, days=2):
        sweep_jobs(app)
        assert [(one.state, one.reason) for one in messages()] == [("not_sent", "link_over")]
        with pytest.raises(Conflict, match="answered already"):
            _sends(world, home.id)
    assert keeps.sent == [] and session().scalars(select(SurveyLink)).all() == []


def test_no_more_households_are_looked_at_closely_than_get_a_link(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    for _home in range(4):
        texted(world)
    survey = get_survey(asks_survey(world), by=world.actor("navigator_a"))
    counts = []
    for most in (1, 4):
        monkeypatch.setattr(survey_sending, "AT_ONCE", most)
        with count_statements() as statements:
            found = survey_sending.list_reachable(survey_id=survey.id, by=world.actor("navigator_a"))
        assert len(found) == most
        counts.append(len(statements))
    assert counts[0] < counts[1]


def test_once_and_again_only_by_who_saw_the_last(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world)
    asks_survey(world)
    with at(10):
        _sends(world, home.id)
        with pytest.raises(Conflict, match="meanwhile"):
            _sends(world, home.id, seen=0)
        with pytest.raises(NotFound):
            _sends(world, home.id, who="navigator_b")
        _sends(world, home.id)  # whoever sees that it went may remind them
    with at(22):
        _sends(world, home.id)
        with pytest.raises(Conflict, match="meanwhile"):
            _sends(world, home.id)  # it waits
    assert len(keeps.sent) == 2 and len(messages()) == 3
    first, second = (_token(body) for _to, body in keeps.sent)
    assert first != second


def test_all_who_may_get_it_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    homes = {
        who: texted(world, name=f"Family {who}", phone_e164=f"+1408555012{place}")
        for place, who in enumerate(["written", "erased", "phone", "stopped", "answered"])
    }
    foreign = texted(world, "b", name="Family foreign", phone_e164="+14085550129")
    survey = asks_survey(world)
    changes(homes["phone"].id, safe_contact="phone")
    with at(10):
        tells(text_in("STOP.", number="+14085550123"))
        answers_by_phone(world, homes["answered"].id, {0: "yes"})
        does(world, erase_household, who="partner_lead_a", household_id=homes["erased"].id, reason="asked")
        assert [_sends_all(world, survey), _sends_all(world, survey)] == [1, 0]
        assert [to for to, _body in keeps.sent] == ["+14085550120"]
        assert _sends_all(world, survey, who="navigator_b") == 1
        assert keeps.sent[-1][0] == "+14085550129" and invitation_of(foreign.id).message_id is not None
        links = count_sent(get_survey(survey, by=SYSTEM).id)
        assert links.sent == 2 and links.last_at is not None


def test_pages(app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world, name="Rosa Delgado", language="vi")
    survey = asks_survey(world)
    ask, url = f"/surveys/ask/{invitation_of(home.id).code}", f"/surveys/{survey}/send"
    with at(10):
        signed_in(client, world, "navigator_a")
        listed = client.get("/surveys/ask")
        check_page(listed)
        assert url in listed.get_data(as_text=True)
        page = client.get(url)
        check_page(page)
        assert "1 household gets it now" in page_text(page) and LINK in page_text(page)
        assert "Send the link as a text message" in page_text(client.get(ask))
        assert post_form(client, url, {}).status_code == 303
        assert len(keeps.sent) == 1
        after = client.get(url)
        check_page(after)
        assert "Nobody is left" in page_text(after)
        asked = client.get(ask)
        check_page(asked)
        assert "Sent on" in page_text(asked) and "Send the link again" in page_text(asked)
        assert post_form(client, f"{ask}/send", {}, page=ask).status_code == 303
        shown = client.get(f"/messages/{messages()[-1].code}")
        check_page(shown)
        assert LINK in page_text(shown) and "made when the message goes" in page_text(shown)
        assert len(keeps.sent) == 2
        signed_in(client, world, "partner_lead_a")
        results = client.get(f"/surveys/{survey}/results")
        check_page(results)
        assert "The link went to 1 household by message, the last on" in page_text(results)
