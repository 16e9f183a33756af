"""Health for people and for machines; results of grants in exact cents."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.jobs import OutboxJob
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.queue import last_sweep, sweep_jobs
from digital_inclusion.funding.models import GrantTarget
from digital_inclusion.reporting.routes import health
from tests.factories.world import SYSTEM, World, sign_in
from tests.integration.reporting.conftest import Book
from tests.support.pages import check_page, page_text


def test_alive_answers_ok_while_the_database_answers(client: FlaskClient, world: World) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_alive_answers_503_without_a_database(client: FlaskClient, app: Flask, monkeypatch: object) -> None:
    def refuse() -> bool:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(health, "is_alive", refuse)  # type: ignore[attr-defined]
    response = client.get("/health")
    assert (response.status_code, response.json) == (503, {"status": "unavailable"})


def test_health_shows_jobs_database_settings_and_worker(app: Flask, client: FlaskClient, world: World) -> None:
    now = clock.now()
    with write_transaction() as target:
        target.add(
            OutboxJob(
                name="mail.send", payload={}, state="failed", attempts=5, created_at=now, run_after=now, error="OSError"
            )
        )
    sweep_jobs(app)
    page = sign_in(client, world.users["administrator"]).get("/operations/health")
    check_page(page)
    text = page_text(page)
    assert "mail.send" in text and "OSError" in text
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[session().get_bind().dialect.name] in text
    assert "version of posting 1" in text and "is the version in force" in text
    assert "has not been seen" not in text and last_sweep(app.config["DATA_DIR"]) is not None


def test_health_without_a_worker_warns(app: Flask, client: FlaskClient, world: World) -> None:
    (app.config["DATA_DIR"] / "worker-seen").unlink(missing_ok=True)
    text = page_text(sign_in(client, world.users["administrator"]).get("/operations/health"))
    assert "has not been seen for more than five minutes" in text


def test_grant_results_are_verified_times_rate(client: FlaskClient, world: World, book: Book) -> None:
    with write_transaction() as target:
        target.add(
            GrantTarget(
                partner_id=world.partners["b"],
                grant_id=world.grants["b"],
                outcome="device",
                target=4,
                unit_rate_cents=12_345,
            )
        )
        record("grant.changed", by=SYSTEM)
    page = sign_in(client, world.users["partner_lead_b"]).get(f"/grants/{world.grants['b']}/results")
    check_page(page)
    text = page_text(page)
    assert "$123.45 $123.45" in text  # one device
    assert "$120.00 $240.00" in text  # two connected: its own, and the one its line completed
    assert "$363.45" in text


def test_grant_results_of_another_partner_are_not_found(client: FlaskClient, world: World) -> None:
    assert sign_in(client, world.users["partner_lead_b"]).get(f"/grants/{world.grants['a']}/results").status_code == 404
