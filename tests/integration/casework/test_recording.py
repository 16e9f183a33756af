"""Record what was done, by the pages of devices, connectivity, skills and casework, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.devices.actions.handing_over import hand_over_device
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from digital_inclusion.progress.models import FactRow, UnitOut
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.rules.deliveries import NewDelivery
from digital_inclusion.progress.rules.facts import Item
from tests.factories.served import serve
from tests.factories.world import World, sign_in
from tests.support.pages import check_page, page_text, post_form

DEVICE = {"device_kind": "laptop", "source": "new", "unit": "SN 12-34", "occurred_on": "2026-01-10"}
LINE = {"provider": "Bay Fiber", "speed": "100/20", "price": "19.99", "occurred_on": "2026-01-12"}
PROOF = {"evidence_type": "bill", "evidence_reference": "B-17"}


def _facts(record_id: int, kind: str = "delivery") -> list[FactRow]:
    use_scope(EVERYTHING)
    statement = select(FactRow).where(FactRow.record_id == record_id, FactRow.kind == kind)
    return list(session().scalars(statement.order_by(FactRow.number)))


@pytest.fixture
def household(world: World) -> tuple[int, str]:
    made = serve(world, deliveries=[])
    return made.id, made.code


@pytest.fixture
def navigator(client: FlaskClient, world: World) -> FlaskClient:
    return sign_in(client, world.users["navigator_a"])


def test_hand_over_records_device_with_evidence(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    url = f"/households/{code}/devices/new"
    check_page(navigator.get(url))
    proof = {"evidence_type": "signed_hand_over", "evidence_reference": "H-1"}
    done = post_form(navigator, url, DEVICE | proof)
    assert done.status_code == 303 and done.location == f"/households/{code}"
    (fact,) = _facts(record_id)
    assert (fact.item, fact.device_kind, fact.donated, fact.unit_key) == ("device", "laptop", False, "SN1234")
    assert (fact.evidence_type, fact.evidence_seen_by, fact.evidence_seen_on) == (
        "signed_hand_over",
        "Navigator A",
        date(2026, 1, 10),
    )
    assert fact.document_key and fact.grant_id is not None
    assert session().scalars(select(AuditEvent).where(AuditEvent.name == "device.handed_over")).one().posting


def test_hand_over_in_the_future_keeps_what_was_typed(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    shown = post_form(navigator, f"/households/{code}/devices/new", DEVICE | {"occurred_on": "2999-01-01"})
    assert shown.status_code == 400
    assert "lies in the future" in page_text(shown) and 'value="SN 12-34"' in shown.get_data(as_text=True)
    assert not _facts(record_id)


def test_hand_over_of_a_unit_that_is_out_is_refused(
    navigator: FlaskClient, world: World, household: tuple[int, str]
) -> None:
    other = serve(world, "b", name="Other Person", deliveries=[])
    by = world.actor("navigator_b")
    with write_transaction():
        hand_over_device(household_id=other.id, delivery=_laptop("5cd1234abc"), again=False, by=by)
    serial = DEVICE | {"unit": "5CD 1234-ABC"}
    shown = post_form(navigator, f"/households/{household[1]}/devices/new", serial)
    assert shown.status_code == 400 and "still out with a household" in page_text(shown)


def test_hand_over_of_a_tag_that_another_partner_uses_too(world: World, household: tuple[int, str]) -> None:
    """Both number their laptops from 1: neither blocks the other, nor learns of it."""
    other = serve(world, "b", name="Other Person", deliveries=[]).id
    homes = {"a": household[0], "b": other}
    for partner, home in homes.items():
        with write_transaction():
            hand_over_device(
                household_id=home, delivery=_laptop("PC 0012"), again=False, by=world.actor(f"navigator_{partner}")
            )
    second = serve(world, name="Second Home", deliveries=[]).id
    with pytest.raises(Invalid) as refused, write_transaction():
        hand_over_device(household_id=second, delivery=_laptop("pc0012"), again=False, by=world.actor("navigator_a"))
    assert "still out" in refused.value.fields["unit"]
    use_scope(EVERYTHING)
    assert [fact.unit_key for home in homes.values() for fact in _facts(home)] == ["PC0012", "PC0012"]
    assert verify(session()).holds


def test_same_device_twice_needs_a_tick(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    url = f"/households/{code}/lines/new"
    assert post_form(navigator, url, LINE).status_code == 303
    shown = post_form(navigator, url, LINE)
    assert shown.status_code == 400 and "already recorded" in page_text(shown)
    check_page(shown)
    assert post_form(navigator, url, LINE | {"again": "y"}).status_code == 303
    assert len(_facts(record_id)) == 2


def test_double_submit_records_once(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    url = f"/households/{code}/lines/new"
    from tests.support.pages import hidden_fields

    hidden = hidden_fields(navigator.get(url), url)
    first, second = (navigator.post(url, data=hidden | LINE) for _ in range(2))
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert len(_facts(record_id)) == 1


@pytest.mark.parametrize(
    ("speed", "kbps"), [("100/20", (100_000, 20_000)), ("25000/3000 kbps", (25_000, 3_000)), ("1 Gbps / 40", None)]
)
def test_activate_reads_speeds(
    navigator: FlaskClient, household: tuple[int, str], speed: str, kbps: tuple[int, int] | None
) -> None:
    record_id, code = household
    done = post_form(navigator, f"/households/{code}/lines/new", LINE | PROOF | {"speed": speed})
    assert done.status_code == 303
    (fact,) = _facts(record_id)
    assert (fact.down_kbps, fact.up_kbps) == (kbps or (1_000_000, 40_000))
    assert fact.price_cents == 1999


def test_activate_below_the_standard_warns_but_records(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    done = post_form(navigator, f"/households/{code}/lines/new", LINE | {"speed": "50/10"})
    assert done.status_code == 303 and len(_facts(record_id)) == 1
    assert "does not count yet" in page_text(navigator.get(f"/households/{code}"))


@pytest.mark.parametrize(
    ("page", "data"), [("devices", DEVICE), ("lines", LINE), ("training", {"hours": "2", "topic": "Email"})]
)
def test_what_came_before_the_enrollment_is_kept_and_said_not_to_count(
    navigator: FlaskClient, household: tuple[int, str], page: str, data: dict[str, str]
) -> None:
    record_id, code = household
    early = data | {"occurred_on": "2026-01-02"}
    if page == "training":
        early["member_id"] = str(_own_member(record_id))
    assert post_form(navigator, f"/households/{code}/{page}/new", early).status_code == 303
    assert len(_facts(record_id)) == 1
    told = page_text(navigator.get(f"/households/{code}"))
    assert "does not count: the household was enrolled only later, on Jan 5, 2026." in told
    assert "counts as verified when" not in told


def test_activate_with_an_end_records_both(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    assert post_form(navigator, f"/households/{code}/lines/new", LINE | {"ended_on": "2026-03-01"}).status_code == 303
    assert [end.occurred_on for end in _facts(record_id, "end")] == [date(2026, 3, 1)]


@pytest.mark.parametrize("speed", ["fast", "100", "0/0", "100/20/5", ""])
def test_activate_refuses_speeds_nobody_can_read(
    navigator: FlaskClient, household: tuple[int, str], speed: str
) -> None:
    record_id, code = household
    assert post_form(navigator, f"/households/{code}/lines/new", LINE | {"speed": speed}).status_code == 400
    assert not _facts(record_id)


def test_record_training_hours_and_assessment(navigator: FlaskClient, world: World, household: tuple[int, str]) -> None:
    record_id, code = household
    url = f"/households/{code}/training/new"
    check_page(navigator.get(url))
    member = serve(world, name="Third Person", deliveries=[]).member_ids[0]
    own = _own_member(record_id)
    assert post_form(navigator, url, {"member_id": str(member), "hours": "2"}).status_code == 400
    nothing = post_form(navigator, url, {"member_id": str(own), "occurred_on": "2026-02-01"})
    assert nothing.status_code == 400 and "Write the hours" in page_text(nothing)
    data = {"member_id": str(own), "hours": "1,5", "topic": "Email", "occurred_on": "2026-02-01"}
    assert post_form(navigator, url, data).status_code == 303
    (fact,) = _facts(record_id)
    assert (fact.minutes, fact.member_id, fact.topic) == (90, own, "Email")


def _own_member(record_id: int) -> int:
    from digital_inclusion.households.models import Member

    use_scope(EVERYTHING)
    return session().scalars(select(Member.id).where(Member.household_id == record_id).order_by(Member.id)).first() or 0


def test_record_check_of_a_line_and_of_skills(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    post_form(navigator, f"/households/{code}/lines/new", LINE)
    (line,) = _facts(record_id)
    url = f"/households/{code}/checks/new"
    check_page(navigator.get(url))
    asked = {"about": str(line.number), "answer": "yes", "occurred_on": "2026-05-01", "evidence_type": "speed_test"}
    assert post_form(navigator, url, asked).status_code == 303
    assert post_form(navigator, url, asked | {"about": "skills", "answer": "no"}).status_code == 303
    early = post_form(navigator, url, asked | {"occurred_on": "2026-01-01"})
    assert early.status_code == 400 and "not active yet" in page_text(early)
    found = [(check.item, check.positive, check.refers_to) for check in _facts(record_id, "check")]
    assert found == [("line", True, line.number), ("training", False, None)]


def test_record_belonging(navigator: FlaskClient, household: tuple[int, str]) -> None:
    record_id, code = household
    url = f"/households/{code}/belongings/new"
    check_page(navigator.get(url))
    missing = post_form(navigator, url, {"item": "line", "occurred_on": "2023-01-01"})
    assert missing.status_code == 400 and "Write the speeds" in page_text(missing)
    owned = {"item": "device", "device_kind": "laptop", "occurred_on": "2023-01-01", "evidence_type": "seen_at_home"}
    assert post_form(navigator, url, owned).status_code == 303
    (fact,) = _facts(record_id, "already_had")
    assert fact.grant_id is None and fact.device_kind == "laptop"


@pytest.mark.parametrize("page", ["devices", "lines", "training", "checks", "belongings"])
def test_recording_is_closed_to_others(
    client: FlaskClient, world: World, household: tuple[int, str], page: str
) -> None:
    url = f"/households/{household[1]}/{page}/new"
    assert sign_in(client, world.users["navigator_b"]).get(url).status_code == 404
    assert sign_in(client, world.users["auditor"]).get(url).status_code == 403


def test_hand_over_to_another_partners_household(world: World, household: tuple[int, str]) -> None:
    with pytest.raises(NotFound), write_transaction():
        hand_over_device(household_id=household[0], delivery=_laptop("X1"), again=False, by=world.actor("navigator_b"))


def _laptop(unit: str) -> NewDelivery:
    return NewDelivery(item=Item.DEVICE, occurred_on=date(2026, 1, 10), device_kind="laptop", donated=False, unit=unit)


def test_one_unit_handed_over_twice_at_once_goes_to_one_home(app: Flask, world: World) -> None:
    homes = [serve(world, partner, name=f"Home {partner}", deliveries=[]).id for partner in ("a", "b")]
    actors = [world.actor("navigator_a"), world.actor("navigator_b")]
    session().rollback()

    def hand_over(place: int) -> str:
        with app.app_context():
            use_scope(EVERYTHING)
            try:
                with write_transaction():
                    hand_over_device(
                        household_id=homes[place], delivery=_laptop("5CD1234ABC"), again=False, by=actors[place]
                    )
                return "out"
            except Invalid:
                return "refused"
            finally:
                session().close()

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(hand_over, range(2))) in (["out", "refused"], ["refused", "refused"])
        session().rollback()
        assert len(session().scalars(select(UnitOut.unit_key)).all()) == 1
    assert clock.today()
