"""P10: through a linked household no partner learns more of another than that it is also served elsewhere."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.matching.actions.deciding import link_records, pair_up
from digital_inclusion.progress.actions.facts import NewFact
from digital_inclusion.progress.actions.posting import post
from digital_inclusion.progress.models import Proof, Standing
from digital_inclusion.progress.rules.deliveries import Evidence
from digital_inclusion.progress.rules.facts import Kind
from tests.factories.households import new_laptop, new_line
from tests.factories.served import row_of, serve
from tests.factories.world import World
from tests.support.asking import Somebody, address_of, every_route
from tests.support.pages import page_text

pytestmark = pytest.mark.only_sqlite
HOUSEHOLD = "casework.household"
THEIR_DAY = date(2026, 3, 17)
SECRETS = ["Theirhead", "Theirwitness", "THEIR-PAPER", "Theirnet", "THEIRSERIAL", "Mar 17, 2026", "March 17", "3/17/26"]


def _linked(world: World, *, slow: bool = False) -> tuple[int, int]:
    """Link A's household (a laptop) with B's (a line, unproven or too slow); return the records."""
    proof = Evidence(type="bill", seen_by="Theirwitness", seen_on=THEIR_DAY, reference="THEIR-PAPER")
    speeds = {"down_kbps": 3_000, "up_kbps": 1_000} if slow else {}
    ours = serve(world, "a", name="Ourhead Smith", deliveries=(new_laptop(),))
    theirs = serve(
        world,
        "b",
        name="Theirhead Jones",
        deliveries=(new_line(THEIR_DAY, provider="Theirnet", evidence=proof, **speeds),),
    )
    codes = row_of(ours).code, row_of(theirs).code
    by = world.actor("program_manager")
    with write_transaction():
        pair = pair_up(code_a=codes[0], code_b=codes[1], by=by)
        link_records(pair_id=pair.id, reason="Same family", by=by)
    use_scope(EVERYTHING)
    return ours.id, theirs.id


def _standing(record_id: int) -> Standing:
    use_scope(EVERYTHING)
    return session().get_one(Standing, record_id, populate_existing=True)


def test_reason_of_another_partner_is_only_elsewhere(world: World) -> None:
    with clock.frozen(clock.now().replace(year=2026, month=6, day=1)):
        ours, theirs = _linked(world, slow=True)
    mine = _standing(ours)
    assert (mine.reason, mine.since, mine.owed_by, mine.details) == ("elsewhere", None, "city", {"elsewhere": True})
    assert _standing(theirs).reason == "below_standard"
    assert _standing(theirs).since == THEIR_DAY


@pytest.mark.parametrize("slow", [False, True])
def test_no_page_tells_more_than_served_elsewhere(app: Flask, world: World, slow: bool) -> None:
    ours, theirs = _linked(world, slow=slow)
    code, their_code = _code_of(ours), _code_of(theirs)
    person, wrong, seen = Somebody(app, world.users["partner_lead_a"]), [], []
    for rule, method in every_route(app):
        if method != "GET" or set(rule._converters) - {"code", "kind", "table"} or "drafts" in rule.rule:
            continue
        response = person.ask("GET", address_of(rule, {"code": code}))
        # the day on which another partner did something may be told where one sees the chain; nothing else, nowhere
        allowed = {"Mar 17, 2026", "March 17"} if "certificate" in rule.rule or rule.endpoint == HOUSEHOLD else set()
        told = [word for word in [*SECRETS, their_code] if word.encode() in response.data and word not in allowed]
        if response.status_code == 200:
            seen.append(rule.endpoint)
        if told:
            wrong.append((str(rule), told))
    assert not wrong
    assert {HOUSEHOLD, "reporting.certificate", "casework.list_households", "reporting.why_not_counted"} <= set(seen)


def _code_of(record_id: int) -> str:
    use_scope(EVERYTHING)
    return session().get_one(Household, record_id).code


def test_sentence_for_elsewhere_stands_on_the_page_and_can_be_filtered(app: Flask, world: World) -> None:
    _linked(world, slow=True)
    person = Somebody(app, world.users["navigator_a"])
    for url in (
        "/why-not-counted?reason=elsewhere",
        "/why-not-counted?owner=city",
        "/households?whose=all&reason=elsewhere",
    ):
        page = page_text(person.ask("GET", url))
        assert "Another partner's part is still missing; the city looks after it." in page, url
        assert "Ourhead" in page, url


def test_decision_of_the_partner_itself_never_shows_confirmed(world: World) -> None:
    """Such a decision cannot be made in the product; were it on file, it would decide nothing (rule 8)."""
    made = serve(world, "a")
    use_scope(EVERYTHING)
    proof = session().scalars(select(Proof).where(Proof.record_id == made.id).order_by(Proof.fact_number)).first()
    assert proof is not None
    number, by = proof.fact_number, world.actor("navigator_a")
    own = NewFact(
        kind=Kind.DECISION, record_id=made.id, partner_id=world.partners["a"], occurred_on=date(2026, 2, 1),
        refers_to=number, values={"positive": True},
    )  # fmt: skip
    with write_transaction():
        post([own], cause="test", by=by)
        record("evidence.confirmed", by=by, facts=1)
    use_scope(EVERYTHING)
    assert session().get_one(Proof, number, populate_existing=True).state == "waiting"
    assert _standing(made.id).reason == "not_verified"
