"""Every job runs twice with the same payload: the second run changes nothing more and fails at nothing."""

import pytest
from flask import Flask

from digital_inclusion.exchange.queries.batches import get_batch
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.jobs import HANDLERS, Payload
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code
from digital_inclusion.reporting.jobs import IMPACT_JOB
from digital_inclusion.reporting.models import ImpactPreview
from tests.factories.world import World
from tests.support.accounts import KeepingMailer
from tests.support.contents import contents
from tests.support.things import Things, make_things

# A mail's link is made anew by every run, and the one before stops working: that is what its second run changes.
FRESH_LINKS = {"accounts.mail_invitation", "accounts.mail_reset"}
NOT_COMPARED = {"outbox_jobs", "throttles", "user_sessions", "used_forms", "audit_events", "audit_seals"}


def _payload(name: str, things: Things, world: World) -> Payload:
    use_scope(EVERYTHING)
    batch = {"batch": get_batch(things.batch).id, "partner": world.partners["a"]}
    session().rollback()
    return {
        "accounts.mail_invitation": {"invitation": things.values["invitation_id"]},
        "accounts.mail_reset": {"user": world.users["navigator_a"]},
        "audit.seal": {},
        "devices.end_reservations": {},
        "progress.publish": {},
        "casework.discard_old_drafts": {},
        "casework.escalate_requests": {},
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


def _preview() -> int:
    with write_transaction() as target:
        preview = ImpactPreview(code=new_code(), from_book="2026-11", to_book="2026-11", created_at=clock.now())
        target.add(preview)
        target.flush()
        return preview.id


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_job_runs_twice(app: Flask, world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "mailer", KeepingMailer())
    things = make_things(world)["a"]
    payload = _payload(name, things, world)
    HANDLERS[name](payload)
    once = contents(NOT_COMPARED)
    HANDLERS[name](payload)
    if name not in FRESH_LINKS:
        assert contents(NOT_COMPARED) == once
