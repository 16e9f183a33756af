"""Every job runs twice with the same payload: the second run changes nothing more and fails at nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from digital_inclusion.casework.models import Grievance
from digital_inclusion.connectivity.models import CheckLink
from digital_inclusion.connectivity.queries.applications import get_application
from digital_inclusion.exchange.queries.batches import get_batch
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS, Payload
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.households.models import Household
from digital_inclusion.reporting.jobs import IMPACT_JOB
from digital_inclusion.reporting.models import ImpactPreview
from tests.factories.world import SYSTEM, World
from tests.support.accounts import KeepingMailer
from tests.support.contents import contents
from tests.support.things import Things

# A mail's link is made anew by every run, and the one before stops working: that is what its second run changes.
FRESH_LINKS = {"accounts.mail_invitation", "accounts.mail_reset", "connectivity.mail_check"}
NOT_COMPARED = {"outbox_jobs", "throttles", "user_sessions", "used_forms", "audit_events", "audit_seals"}


def _payload(name: str, things: Things, world: World) -> Payload:
    use_scope(EVERYTHING)
    batch = {"batch": get_batch(things.batch).id, "partner": world.partners["a"]}
    session().rollback()
    return {
        "accounts.mail_invitation": {"invitation": things.values["invitation_id"]},
        "accounts.mail_reset": {"user": world.users["navigator_a"]},
        "agenda.send_message": {"message": things.message_id},
        "agenda.watch_messages": {},
        "audit.seal": {},
        "connectivity.mail_deadline": _deadline(things),
        "connectivity.remind": {},
        "connectivity.open_cliff_tasks": {},
        "connectivity.open_end_tasks": {"end": things.values["end_id"], "after": 0},
        "connectivity.ask_by_mail": {},
        "connectivity.mail_check": {"link": _link(things, world)},
        "devices.end_reservations": {},
        "skills.forget_requests": {},
        "progress.publish": {},
        "casework.discard_old_drafts": {},
        "casework.escalate_requests": {},
        "casework.close_grievances": {},
        "casework.mail_grievance": _grievance(),
        "casework.end_surveys": {},
        "casework.remind_of_appointments": {},
        "matching.find_pairs": {"after": 0},
        "exchange.preview": batch,
        "exchange.import": batch,
        "exchange.undo": batch | {"user": world.users["navigator_a"]},
        "exchange.remove_file": batch,
        "exchange.compare_answer": things.answer,
        "exchange.apply_answer": things.answer,
        "exchange.undo_answer": things.answer,
        "exchange.remove_copy": {"file": things.copy, "partner": world.partners["a"], "due": False},
        IMPACT_JOB: {"preview": _preview()},
    }[name]


def _deadline(things: Things) -> Payload:
    use_scope(EVERYTHING)
    application = get_application(things.application)
    payload: Payload = {"application": application.id, "due": str(application.due_on)}
    session().rollback()
    return payload


def _grievance() -> Payload:
    use_scope(EVERYTHING)
    owned = select(Grievance).where(Grievance.owner_id.is_not(None)).order_by(Grievance.id).limit(1)
    found = session().scalars(owned).one()
    payload: Payload = {"grievance": found.id, "due": found.answer_by.isoformat()}
    session().rollback()
    return payload


def _link(things: Things, world: World) -> int:
    """Let the household be asked by e-mail; return the link it is to get."""
    with write_transaction() as target:
        household = target.get_one(Household, things.household_id)
        household.safe_contact, household.email = "email", "family@example.org"
        link = CheckLink(
            fact_number=things.facts[1], term_days=90, partner_id=world.partners["a"], created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=9),
        )  # fmt: skip
        target.add(link)
        record("line.links_made", by=SYSTEM, links=1)
        target.flush()
        return link.id


def _preview() -> int:
    with write_transaction() as target:
        preview = ImpactPreview(code=new_code(), from_book="2026-11", to_book="2026-11", created_at=clock.now())
        target.add(preview)
        target.flush()
        return preview.id


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_job_runs_twice(
    app: Flask, world: World, name: str, monkeypatch: pytest.MonkeyPatch, things: dict[str, Things]
) -> None:
    monkeypatch.setitem(app.extensions, "mailer", KeepingMailer())
    mine = things["a"]
    payload = _payload(name, mine, world)
    HANDLERS[name](payload)
    once = contents(NOT_COMPARED)
    HANDLERS[name](payload)
    if name not in FRESH_LINKS:
        assert contents(NOT_COMPARED) == once
