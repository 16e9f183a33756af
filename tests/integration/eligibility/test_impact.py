"""What another rulebook would change: by command and by page, counts alone."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.changing import close_enrollment
from digital_inclusion.eligibility.schemas import use_rulebook
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.households.models import Enrollment
from digital_inclusion.reporting.actions import ask_impact
from digital_inclusion.reporting.models import ImpactPreview
from tests.factories.households import ENROLLED_ON
from tests.factories.served import serve
from tests.factories.world import World, sign_in
from tests.integration.eligibility.conftest import BOOK
from tests.support.pages import post_form

Make = Callable[[str], Path]


@pytest.fixture
def shelf(app: Flask, other_book: Make) -> Iterator[Path]:
    """Use a copy of the shipped rulebook beside which a stricter one lies."""
    folder = other_book("100")
    use_rulebook(folder.parent / BOOK.name)
    yield folder
    use_rulebook(BOOK)


def _between(world: World) -> None:
    """Enroll households of which two lie between 100 and 135% of the guideline of 2025 for one person, 15,650."""
    for partner, income in (("a", 10_000), ("a", 18_000), ("b", 21_000), ("b", 40_000), ("b", None)):
        told = {"annual_income": Decimal(income)} if income else {}
        serve(world, partner, name=f"Family {partner} {income}", told=told | {"benefits": {}}, deliveries=())


def _impact(app: Flask, before: Path, after: Path, *more: str) -> Result:
    session().rollback()
    return app.test_cli_runner().invoke(
        args=["eligibility", "impact", "--from", str(before), "--to", str(after), *more]
    )


def test_command_lists_flips_by_program_and_partner(app: Flask, world: World, other_book: Make) -> None:
    _between(world)
    done = _impact(app, BOOK, other_book("100"), "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["households"], found["flipped"], found["on"]) == (5, 2, None)
    assert found["from"]["fingerprint"] != found["to"]["fingerprint"]
    lifeline = {"program": "lifeline_federal", "title": "Lifeline (federal)"}
    flip = {"before": "likely", "after": "cannot tell yet", "households": 1}
    assert [one for one in found["flips"] if one["program"] == "lifeline_federal"] == [
        lifeline | {"partner": "Partner A"} | flip,
        lifeline | {"partner": "Partner B"} | flip,
    ]


def test_command_says_it_in_words_and_for_another_day(app: Flask, world: World, other_book: Make) -> None:
    _between(world)
    done = _impact(app, BOOK, other_book("100"), "--on", "2026-11-22")
    assert "2 of 5 households would hear another answer." in done.output
    assert "Lifeline (federal)\n  Partner A: likely -> cannot tell yet: 1" in done.output


def test_equal_rulebooks_change_nothing(app: Flask, world: World) -> None:
    _between(world)
    assert "0 of 5 households would hear another answer." in _impact(app, BOOK, BOOK).output


def test_rulebook_with_mistakes_is_refused(app: Flask, world: World, other_book: Make) -> None:
    folder = other_book("100")
    (folder / "facts.yaml").unlink()
    done = _impact(app, BOOK, folder)
    assert done.exit_code == 1
    assert "facts.yaml:1: the file is missing" in done.output


def test_household_no_longer_served_is_left_out(app: Flask, world: World, other_book: Make) -> None:
    made = serve(world, told={"annual_income": Decimal(18_000)})
    with write_transaction():
        use_scope(Scope(partner_id=world.partners["a"]))
        enrollment = session().scalars(select(Enrollment)).one()
        close_enrollment(
            household_id=made.id, enrollment_id=enrollment.id, closed_on=ENROLLED_ON, reason="served",
            by=world.actor("navigator_a"),
        )  # fmt: skip
    assert "0 of 0 households" in _impact(app, BOOK, other_book("100")).output


def test_page_compares_two_shipped_rulebooks(app: Flask, world: World, shelf: Path, client: FlaskClient) -> None:
    _between(world)
    sign_in(client, world.users["program_manager"])
    page = client.get("/eligibility/impact").get_data(as_text=True)
    assert "lifeline-100" in page
    sent = post_form(client, "/eligibility/impact", {"from_book": BOOK.name, "to_book": "lifeline-100", "on_day": ""})
    assert sent.status_code == 303
    shown = client.get(sent.location).get_data(as_text=True)
    assert "2 of 5 households" in shown
    assert "Partner A" in shown
    assert "Family" not in shown
    use_scope(EVERYTHING)
    preview = session().scalars(select(ImpactPreview)).one()
    assert (preview.state, preview.done, preview.total, preview.flipped) == ("finished", 5, 5, 2)
    assert session().scalars(select(AuditEvent).where(AuditEvent.name == "eligibility.impact_asked")).one()


def test_page_refuses_what_is_not_shipped(app: Flask, world: World, shelf: Path, client: FlaskClient) -> None:
    sign_in(client, world.users["program_manager"])
    sent = post_form(client, "/eligibility/impact", {"from_book": "../../etc", "to_book": "lifeline-100"})
    assert sent.status_code == 400


def test_page_refuses_a_rulebook_with_mistakes(app: Flask, world: World, shelf: Path, client: FlaskClient) -> None:
    (shelf / "facts.yaml").unlink()
    sign_in(client, world.users["program_manager"])
    sent = post_form(client, "/eligibility/impact", {"from_book": BOOK.name, "to_book": "lifeline-100"})
    assert sent.status_code == 400
    assert "This rulebook has mistakes" in sent.get_data(as_text=True)


def test_preview_stops_when_a_rulebook_is_gone(app: Flask, world: World, shelf: Path) -> None:
    with write_transaction():
        preview = ask_impact(from_book=BOOK.name, to_book="lifeline-100", on=None, by=world.actor("program_manager"))
        session().flush()
        (shelf / "rulebook.yaml").unlink()
        number = preview.id
    session().rollback()
    use_scope(EVERYTHING)
    assert session().get_one(ImpactPreview, number).state == "stopped"


def test_manager_sees_what_is_due(app: Flask, world: World, client: FlaskClient) -> None:
    sign_in(client, world.users["program_manager"])
    page = client.get("/eligibility/due?days=365").get_data(as_text=True)
    assert "poverty-guidelines.yaml:" in page
    assert "a new value should be out" in page
    assert client.get("/eligibility/due?days=-5").status_code == 200
