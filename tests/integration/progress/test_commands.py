"""``flask settings …`` and ``flask progress …`` as somebody runs them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from tests.factories.facts import Facts, program
from tests.factories.stored import StoredBook, settings_text
from tests.factories.world import san_jose


@pytest.fixture
def book(app: Flask) -> StoredBook:
    """One household, connected and verified by the older standard."""
    facts, made = Facts(), StoredBook(program())
    things = [facts.laptop(1, "2024-02-01"), facts.line(1, "2024-02-01", (25, 3))]
    made.post(facts.enrolled(1, "2024-01-05"), things, facts.confirmed(*things))
    return made


def _run(app: Flask, *arguments: str, typed: str | None = None) -> Result:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=list(arguments), input=typed)
    use_scope(EVERYTHING)
    return result


def _file(folder: Path, content: str) -> str:
    path = folder / "program.toml"
    path.write_text(content)
    return str(path)


def test_settings_apply_shows_the_effect_before_it_asks(app: Flask, book: StoredBook, tmp_path: Path) -> None:
    path = _file(tmp_path, settings_text(program(changed_on="2024-01-01")))
    refused = _run(app, "settings", "apply", path, typed="n\n")
    assert refused.exit_code == 0
    assert "verified connected 1 → 0" in refused.output
    assert "Nothing was changed." in refused.output
    applied = _run(app, "settings", "apply", path, "--yes")
    assert applied.exit_code == 0, applied.output
    assert "verified connected 1 → 0" in applied.output
    event = session().query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert event.name == "settings.applied"
    assert "connected.verified:-1" in event.details["changes"]  # type: ignore[operator]
    again = _run(app, "settings", "apply", path, "--yes")
    assert again.exit_code == 0
    assert "already the version in force" in again.output
    shown = _run(app, "settings", "show")
    assert "from = 2024-01-01" in shown.output


def test_settings_check_names_every_mistake(app: Flask, tmp_path: Path) -> None:
    wrong = san_jose().replace("down_mbps = 100", "down_mbps = -1").replace('"95002", "95013"', '"9500", "95013"')
    wrong = wrong.replace('time_zone = "America/Los_Angeles"', 'time_zone = "Mars/Olympus"')
    result = _run(app, "settings", "check", _file(tmp_path, wrong))
    assert result.exit_code == 1
    for place in ("city.time_zone", "standards.2.down_mbps", "area.zip_codes.1"):
        assert place in result.output
    unknown = san_jose().replace('"program.ends_on",', '"program.ends_on", "program.end",')
    result = _run(app, "settings", "check", _file(tmp_path, unknown))
    assert result.exit_code == 1
    assert "there is no setting program.end" in result.output
    good = _run(app, "settings", "check", _file(tmp_path, san_jose()))
    assert good.exit_code == 0
    assert "To be confirmed by the city: city.contact_phone" in good.output


def test_progress_show_answers_at_a_posting(app: Flask, book: StoredBook) -> None:
    answer = json.loads(_run(app, "progress", "show", "--json", "--on", "2024-03-01").output)
    assert answer["posting"] == book.real(None)
    assert answer["figures"]["connected"] == {"verified": 1, "pending": 0, "current": 1}
    assert set(answer["figures"]["skills_sustained"]) == {"verified", "pending"}
    before = json.loads(_run(app, "progress", "show", "--json", "--as-known-at", str(book.real(0))).output)
    assert before["figures"]["connected"]["verified"] == 0
    by_partner = json.loads(_run(app, "progress", "show", "--json", "--by", "partner").output)
    assert [(row["partner"], row["figures"]["connected"]["verified"]) for row in by_partner["rows"]] == [("A", 1)]
    by_month = json.loads(_run(app, "progress", "show", "--json", "--by", "month").output)
    assert [row["month"] for row in by_month["rows"]] == ["2024-02-01", "2025-01-01"]
    assert "1,000" not in _run(app, "progress", "show").output


def test_progress_show_refuses_a_time_that_is_not_final(app: Flask, book: StoredBook) -> None:
    result = _run(app, "progress", "show", "--as-known-at", clock.now().isoformat())
    assert result.exit_code == 1
    assert "one minute later at the earliest" in result.output
    earlier = (clock.now() - timedelta(hours=1)).isoformat()
    assert json.loads(_run(app, "progress", "show", "--json", "--as-known-at", earlier).output)["posting"] == 0
    assert _run(app, "progress", "show", "--as-known-at", "soon").exit_code == 2
    assert _run(app, "progress", "show", "--as-known-at", "999").exit_code == 1


def test_progress_verify_holds_on_a_sound_book(app: Flask, book: StoredBook) -> None:
    result = _run(app, "progress", "verify", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["holds"] is True
    assert report["recounted_at"] == "every posting"


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE cube SET net = net + 1 WHERE grain = 'month' AND milestone = 'device'", "sums equal entries"),
        ("UPDATE margins SET net = net - 1 WHERE panel = 'district'", "sums equal entries"),
        ("UPDATE standings SET connected_verified_on = NULL", "standings and proofs"),
        ("UPDATE proofs SET state = 'waiting'", "standings and proofs"),
        ("UPDATE ledger_head SET fact = fact + 1", "numbers without gaps"),
        (
            "INSERT INTO entries (posting, identity, milestone, aspect, sign, occurred_on, partner_id, district)"
            " VALUES (2, 1, 'skills', 'verified', 1, '2024-02-01', 1, 'D3')",
            "recount at every posting",
        ),
        (
            "INSERT INTO entries (posting, identity, milestone, aspect, sign, occurred_on, partner_id, district)"
            " VALUES (2, 7, 'skills', 'verified', -1, '2024-02-01', 1, 'D3')",
            "sums equal entries",
        ),
    ],
)
def test_progress_verify_names_what_disagrees(app: Flask, book: StoredBook, damage: str, check: str) -> None:
    with write_transaction():
        session().execute(text(damage))
    result = _run(app, "progress", "verify", "--json")
    assert result.exit_code == 1
    broken = [one["name"] for one in json.loads(result.output)["checks"] if not one["holds"]]
    assert any(name.startswith(check) for name in broken), broken
    assert "FAIL" in _run(app, "progress", "verify").output


def test_progress_publish_twice_publishes_once(app: Flask, book: StoredBook) -> None:
    assert "Published: 2022-01" in _run(app, "progress", "publish").output
    assert "Nothing to publish" in _run(app, "progress", "publish").output
    assert _run(app, "progress", "verify").exit_code == 0
