"""Whoever sees a household's name leaves a trace, whatever page showed it."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.web.gate import access_of
from tests.factories.world import World
from tests.support.asking import Somebody, address_of, every_route
from tests.support.things import FAMILY, Things

pytestmark = pytest.mark.only_sqlite
# what is shown there is the reader's own half-typed form, which names nobody the product knows
TYPED_BY_THE_READER = {"casework.enroll"}


@pytest.mark.parametrize("role", ["partner_lead", "verifier", "auditor"])
def test_page_that_names_a_household_is_recorded(
    app: Flask, world: World, role: str, things: dict[str, Things]
) -> None:
    mine = things["a"]
    person = Somebody(app, world.users[role if role in world.users else f"{role}_a"])
    silent, named = [], 0
    for rule, method in every_route(app):
        if method != "GET" or access_of(app, rule.endpoint) not in ROLES[role].permissions:
            continue
        if rule.endpoint in TYPED_BY_THE_READER:
            continue
        before = _views(person)
        response = person.ask("GET", address_of(rule, mine.named_by(rule)))
        if FAMILY["a"].encode() in response.data:
            named += 1
            if _views(person) == before:
                silent.append(str(rule))
    assert not silent
    assert named >= 3


def _views(person: Somebody) -> int:
    session().rollback()
    names = (
        "household.viewed",
        "household.searched",
        "certificate.opened",
        "import.viewed",
        "export.made",
        "request.viewed",
        "provider_file.downloaded",
        "answer_file.viewed",
    )
    statement = select(func.count()).where(AuditEvent.name.in_(names), AuditEvent.user_id == person.user_id)
    return session().scalar(statement) or 0
