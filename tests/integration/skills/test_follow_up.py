"""A follow-up assessment months later: when it is a check, when it is only kept, and that a void takes it back."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import void_fact
from digital_inclusion.foundation.database import (
    EVERYTHING,
    program_session,
    read_transaction,
    session,
    use_scope,
    write_transaction,
)
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Invalid, NotFound
from digital_inclusion.progress.actions.settings import apply_settings
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.progress.queries.verification import verify
from digital_inclusion.progress.rules.facts import Kind
from digital_inclusion.skills.actions.assessments import Proof, note_assessment
from digital_inclusion.skills.models import Assessment
from digital_inclusion.skills.rules.assessments import NewAssessment, Standing, becomes
from tests.factories.aftercare import does
from tests.factories.classes import family
from tests.factories.served import confirm
from tests.factories.world import SYSTEM, World, san_jose
from tests.integration.skills.test_after import LONG_AGO, skilled, to_ask
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def follows(
    world: World, code: str, *, who: str = "navigator_a", member: int | None = None, passed: bool = True,
    after: int | None = None, again: bool = False,
) -> Assessment:  # fmt: skip
    """Note a named follow-up, ``after`` so many days from the milestone; today, when None is given."""
    use_scope(EVERYTHING)
    served = get_served(code)
    day = clock.today()
    if after is not None:
        reached = session().scalars(select(FactRow.occurred_on).where(FactRow.record_id == served.id,
                                                                     FactRow.item == "training")).first()  # fmt: skip
        assert reached is not None
        day = reached + timedelta(days=after)
    new = NewAssessment(
        member_id=member or served.members[0][0], stage="follow_up", taken_on=day, name="northstar", passed=passed
    )
    made: Assessment = does(world, note_assessment, who=who, household=served, new=new, proof=Proof(), again=again)
    return made


def facts(kind: str) -> list[FactRow]:
    session().rollback()
    use_scope(EVERYTHING)
    return list(session().scalars(select(FactRow).where(FactRow.kind == kind).order_by(FactRow.number)))


@pytest.mark.parametrize(("after", "counts"), [(89, False), (90, True), (91, True)])
def test_it_is_a_check_from_the_day_on(world: World, after: int, counts: bool) -> None:
    code, _place = skilled(world)
    made = follows(world, code, after=after)
    number = made.fact_number
    checks = facts("check")
    assert [check.number for check in checks] == ([number] if counts else [])
    assert len(facts("delivery")) == 1  # no second training
    if counts:
        assert checks[0].positive is True and checks[0].item == "training"
        assert checks[0].evidence_type == "assessment_result" and "northstar" in str(checks[0].evidence_reference)
        assert confirm(world, checks[0].number).effect.of("skills_sustained", "verified") == 1
    session().rollback()
    use_scope(EVERYTHING)
    with read_transaction(), program_session("verify") as city:
        assert verify(city).holds
    assert to_ask() == ([] if counts else [code])


def test_not_passed_is_kept_and_is_no_negative_check(world: World) -> None:
    code, _place = skilled(world)
    assert follows(world, code, passed=False).fact_number is None
    assert facts("check") == [] and to_ask() == [code]
    assert session().scalars(select(Assessment)).one().passed is False


def test_without_the_milestone_it_proves_skills_for_the_first_time(world: World) -> None:
    code, _members = family(world, "Ana Ruiz")
    number = follows(world, code).fact_number
    assert [fact.number for fact in facts("delivery")] == [number] and facts("check") == []


def test_twice_is_once_and_foreign_is_unknown(world: World) -> None:
    code, _place = skilled(world)
    follows(world, code)
    with pytest.raises(Invalid):
        follows(world, code)
    with pytest.raises(NotFound):
        follows(world, code, who="navigator_b", again=True)
    with pytest.raises(Invalid):
        follows(world, code, member=999_999)
    assert len(facts("check")) == 1


def test_void_takes_check_and_result_back(world: World) -> None:
    code, _place = skilled(world)
    number = follows(world, code).fact_number
    assert number is not None
    confirm(world, number)
    use_scope(EVERYTHING)
    home = get_served(code).id
    effect = does(world, void_fact, who="navigator_a", household_id=home, number=number, reason="mistake").effect
    assert effect.of("skills_sustained", "verified") == -1
    session().rollback()
    use_scope(EVERYTHING)
    row = session().scalars(select(Assessment)).one()
    assert row.voided_at is not None and row.fact_number is None and to_ask() == [code]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, "check"), ({"allowed": False}, None), ({"trained": False}, "training"), ({"reached_on": None}, "training"),
     ({"days": 91}, None)],
)  # fmt: skip
def test_what_a_follow_up_becomes(changes: dict[str, Any], expected: str | None) -> None:
    day = clock.today()
    standing = {"reached_on": day - timedelta(days=90), "trained": True, "days": 90, "allowed": True} | changes
    new = NewAssessment(member_id=1, stage="follow_up", taken_on=day, name="northstar", passed=True)
    assert becomes(new, Standing(**standing)) == expected


@pytest.mark.parametrize(
    ("hours", "passed", "told"),
    [(LONG_AGO, "yes", "when a verifier"), (-24 * 30, "yes", "The result is kept. A follow-up counts from"),
     (LONG_AGO, "no", "does not say that skills are gone")],
)  # fmt: skip
def test_pages(client: FlaskClient, world: World, hours: int, passed: str, told: str) -> None:
    code, _place = skilled(world, hours=hours)
    signed_in(client, world, "navigator_a")
    url = f"/households/{code}/assessments?stage=follow_up"
    listed = client.get("/skills/still-used")
    check_page(listed)
    assert (f"{url}&amp;back=/skills/still-used#new" in listed.text) == (hours == LONG_AGO)
    page = client.get(url)
    chosen = [box.get("value") for box in check_page(page).iter("input") if "checked" in box.attrib]
    assert "follow_up" in chosen and "counts as a check when it is passed on" in page_text(page)
    day = clock.today().isoformat()
    sent = post_form(
        client, url, {"stage": "follow_up", "name": "northstar", "passed": passed, "occurred_on": day,
                      "member_id": chosen[0] if chosen[0] != "follow_up" else chosen[1]},
        page=url,
    )  # fmt: skip
    assert sent.status_code == 303
    shown = client.get(sent.headers["Location"])
    check_page(shown)
    assert told in page_text(shown).replace("\xa0", " ")
    kinds = [fact.kind for fact in facts("check")]
    assert kinds == ([Kind.CHECK.value] if (hours, passed) == (LONG_AGO, "yes") else [])


def test_settings_may_say_that_it_is_no_check(world: World) -> None:
    code, _place = skilled(world)
    with write_transaction():
        apply_settings(san_jose().replace("follow_up_counts = true", "follow_up_counts = false"), by=SYSTEM)
    assert follows(world, code).fact_number is None
    assert facts("check") == [] and len(facts("delivery")) == 1
