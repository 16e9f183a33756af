"""Reminders of appointments: once for each time, in the day, to those who agreed, withheld when things change."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.agenda.actions.messages import settle_message
from digital_inclusion.agenda.models import Appointment, Message
from digital_inclusion.agenda.rules.appointments import Step
from digital_inclusion.casework.actions import reminding
from digital_inclusion.casework.actions.appointments import (
    move_appointment,
    put_back_appointment,
    settle_appointment,
)
from digital_inclusion.casework.actions.erasing import erase_household
from digital_inclusion.casework.jobs import remind_of_appointments
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Unavailable
from digital_inclusion.foundation.mail import Unsure
from digital_inclusion.foundation.queue import sweep_jobs
from digital_inclusion.foundation.texting import NoTexter
from digital_inclusion.partners.models import Partner
from tests.factories.aftercare import does
from tests.factories.world import SYSTEM, World
from tests.support import appointments
from tests.support.casework import signed_in
from tests.support.messages import NUMBER, changes, gateway, messages, texted
from tests.support.messages import at as hour_of
from tests.support.pages import check_page, page_text

DAY = 3  # the appointment is in so many days, at 2 PM; the day before it is day 2


def _on(days: int, hour: int = 14) -> datetime:
    """Return a time so many days from today, also where the clock is held at another day."""
    with clock.frozen(datetime.now(UTC)):
        return appointments.at(days, hour)


def _plans(world: World, home: int, **more: object) -> str:
    """Plan it at eight in the morning, two days before."""
    new = {"starts": _on(DAY), "even_so": True} | more
    with hour_of(8, days=DAY - 2):
        return appointments.plans(world, home, **new)  # type: ignore[arg-type]


def _eve(hour: int = 10, minute: int = 0) -> AbstractContextManager[None]:
    return hour_of(hour, minute, days=DAY - 1)


def _runs() -> None:
    remind_of_appointments({})
    use_scope(EVERYTHING)


def _states() -> list[tuple[str, str | None]]:
    return [(one.state, one.reason) for one in messages()]


def _moves(world: World, code: str, **to: object) -> None:
    new = appointments.new_appointment(world, **({"starts": _on(DAY)} | to))
    sequence = appointments.one(code).sequence
    does(world, move_appointment, who="navigator_a", code=code, sequence=sequence, new=new, even_so=True)


def _settles(world: World, code: str, step: Step = Step.CANCEL) -> None:
    does(world, settle_appointment, who="navigator_a", code=code, step=step)


def test_reminded_once_however_often_it_runs(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world)
    code = _plans(world, home.id)
    with _eve():
        for _time in range(3):
            _runs()
    (message,), one = messages(), appointments.one(code)
    ((to, body),) = keeps.sent
    assert to == NUMBER and "We look forward to seeing you at our place on " in body and " at 2:00 PM. If" in body
    assert clock.local(one.starts_at).strftime("%A, %B ") in body and "Reply STOP" in body
    for never in ("papers", "letter", "100%", "Navigator", "Delgado", code):
        assert never not in body
    assert (message.kind, message.written_by, message.household_id) == ("appointment", 0, home.id)
    assert (one.reminder_id, one.reminded_for, one.reminder_refusal) == (message.id, one.starts_at, None)


@pytest.mark.parametrize(
    ("place", "words"),
    [("home", "We come to your home on"), ("phone", "We call you on"), ("video", "We meet you by video on")],
)
@pytest.mark.only_sqlite  # words alone
def test_says_where(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, place: str, words: str) -> None:
    keeps = gateway(app, monkeypatch)
    _plans(world, texted(world).id, place=place)
    with _eve():
        _runs()
    assert words in keeps.sent[0][1]


@pytest.mark.parametrize(("spoken", "written"), [("es", "es"), ("vi", "vi"), ("zh", "zh"), ("yue", "zh"), ("tl", "en")])
def test_in_the_households_language(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, spoken: str, written: str
) -> None:
    keeps = gateway(app, monkeypatch)
    code = _plans(world, texted(world, language=spoken).id)
    with _eve():
        _runs()
    (message,), day = messages(), clock.local(appointments.one(code).starts_at)
    names = {
        "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
        "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
        "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    }[written]
    assert message.language == written and names[day.weekday()] in keeps.sent[0][1]
    assert ("Reply STOP" in keeps.sent[0][1]) is (written == "en")
    assert ("2:00 PM" if written == "en" else "14:00") in keeps.sent[0][1]
    assert message.parts is not None and message.parts <= 4


def test_not_before_nine_and_not_at_night(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    _plans(world, texted(world).id)
    for hour, minute in ((0, 30), (8, 59), (20, 0), (23, 59)):
        with _eve(hour, minute):
            _runs()
    with hour_of(10, days=DAY - 2):  # two days before
        _runs()
    with hour_of(10, days=DAY):  # the day itself
        _runs()
    assert messages() == []
    with _eve(9):
        _runs()
    assert _states() == [("sent", None)]


def test_who_has_just_heard_is_not_reminded(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    home = texted(world).id
    with _eve(8):
        appointments.plans(world, home, starts=_on(DAY))
    with hour_of(12, days=DAY - 2):
        moved = appointments.plans(world, home, starts=_on(DAY + 4))
    with _eve(7):
        _moves(world, moved, starts=_on(DAY, 17))
    with _eve(18):
        _runs()
    assert messages() == []
    with _eve(19, 1):  # twelve hours after it was moved
        _runs()
    assert len(messages()) == 1 and appointments.one(moved).reminder_id is not None


def test_who_has_not_agreed_is_not_written_to_and_it_says_why(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch)
    home = texted(world)
    changes(home.id, safe_contact="in_person")
    code = _plans(world, home.id)
    with _eve():
        _runs()
        _runs()
        assert messages() == [] and appointments.one(code).reminder_refusal == "in_person"
        changes(home.id, safe_contact="text")
        _runs()
    assert _states() == [("sent", None)] and appointments.one(code).reminder_refusal is None
    told = session().scalars(select(AuditEvent).where(AuditEvent.name == "appointments.reminded"))
    assert sorted(tuple(event.details.items()) for event in told) == [
        (("reminded", 0), ("refused", 1)), (("reminded", 1), ("refused", 0)),
    ]  # fmt: skip


def test_without_a_gateway_nothing_is_written(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "texter", NoTexter())
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
    assert messages() == [] and appointments.one(code).reminder_refusal == "no_gateway"


def test_moved_while_it_waits_is_withheld_and_reminded_anew(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, Unavailable())
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
        _moves(world, code, words="Other words")  # tells the household nothing else
        assert _states() == [("waiting", None)]
        _moves(world, code, starts=_on(DAY + 2, 9))
        assert _states() == [("not_sent", "cancelled")] and appointments.one(code).reminded_for is None
    with _eve(12):
        sweep_jobs(app)
    assert keeps.sent == []
    with hour_of(9, 30, days=DAY + 1):
        _runs()
        _runs()
    assert _states() == [("not_sent", "cancelled"), ("sent", None)] and "9:00 AM" in keeps.sent[0][1]


def test_moved_after_it_went_is_reminded_anew(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = gateway(app, monkeypatch)
    code = _plans(world, texted(world).id)
    with _eve(9):
        _runs()
        _moves(world, code, starts=_on(DAY + 4))
        _moves(world, code)  # and back to the very same time, which they heard of just now
    with _eve(19):
        _runs()
    assert len(keeps.sent) == 1
    with _eve(19):
        _moves(world, code, starts=_on(DAY + 4), place="home")
    with hour_of(11, days=DAY + 3):
        _runs()
    assert len(keeps.sent) == 2 and "come to your home" in keeps.sent[1][1]


def test_cancelled_while_it_waits_is_withheld_and_put_back_is_due_again(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, Unavailable())
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
        _settles(world, code)
        assert _states() == [("not_sent", "cancelled")]
    with _eve(12):
        sweep_jobs(app)
        _runs()
        assert keeps.sent == []
        does(world, put_back_appointment, who="navigator_a", code=code)
        _runs()
        _runs()
    assert _states() == [("not_sent", "cancelled"), ("sent", None)]


def test_cancelled_after_it_went_and_put_back_is_not_told_twice(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch)
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
        _settles(world, code)
        does(world, put_back_appointment, who="navigator_a", code=code)
        _runs()
    assert len(keeps.sent) == 1


def test_withheld_because_the_number_was_corrected_they_are_reminded_there(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = gateway(app, monkeypatch, Unavailable())
    home = texted(world)
    _plans(world, home.id)
    with _eve():
        _runs()
    changes(home.id, phone_e164="+14085550199")
    with _eve(11):
        sweep_jobs(app)
        assert _states() == [("not_sent", "changed")]
        _runs()
        _runs()
    assert _states() == [("not_sent", "changed"), ("sent", None)] and [to for to, _ in keeps.sent] == ["+14085550199"]


@pytest.mark.parametrize("change", [_settles, lambda world, code: _moves(world, code, place="home")])
def test_nobody_knows_and_sent_again_it_tells_nothing_that_is_over(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[World, str], None]
) -> None:
    """Canceled or moved while nobody knew whether the reminder went: pressing "Send it again" sends no old day."""
    keeps = gateway(app, monkeypatch, Unsure())
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
        (lost,) = messages()
        assert lost.state == "unknown"
        change(world, code)
        does(world, settle_message, who="navigator_a", code=lost.code, went=False)
        sweep_jobs(app)
    assert _states() == [("not_sent", "outdated")] and keeps.sent == []


@pytest.mark.parametrize(("minute", "ended"), [(0, ("not_sent", "too_late")), (45, ("sent", None))])
def test_what_would_go_after_it_has_begun_does_not_go(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, minute: int, ended: tuple[str, str | None]
) -> None:
    """The gateway does not answer in the evening; quiet hours end at eight in the morning."""
    gateway(app, monkeypatch, Unavailable())
    _plans(world, texted(world).id, starts=_on(DAY, 8) + timedelta(minutes=minute))
    with _eve(19, 58):
        _runs()
    with _eve(20, 30):
        sweep_jobs(app)
    assert _states() == [("waiting", None)]
    with hour_of(8, 1, days=DAY):
        sweep_jobs(app)
    assert _states() == [ended]


def test_erased_while_it_waits(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch, Unavailable())
    home = texted(world).id
    _plans(world, home)
    with _eve():
        _runs()
        does(world, erase_household, who="partner_lead_a", household_id=home, reason="asked")
        _runs()
    assert [(one.state, one.reason, one.body) for one in messages()] == [("not_sent", "erased", None)]


def test_organization_that_left_reminds_nobody(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    _plans(world, texted(world).id)
    with write_transaction() as target:
        target.get_one(Partner, world.partners["a"]).active = False
        record("partner.changed", by=SYSTEM, subject_type="partner", fields=["active"])
    with _eve():
        _runs()
    assert messages() == []


@pytest.mark.parametrize(("month", "day"), [(3, 14), (11, 7)])  # clocks go forward, and back
def test_day_on_which_clocks_change(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, month: int, day: int
) -> None:
    keeps = gateway(app, monkeypatch)
    home = texted(world).id
    local = datetime(2027, month, day)
    with clock.frozen(clock.from_local(local - timedelta(days=3))):
        for starts in (timedelta(minutes=15), timedelta(hours=23, minutes=30), timedelta(days=1, minutes=15)):
            appointments.plans(world, home, starts=local + starts, even_so=True)
    with clock.frozen(clock.from_local(local - timedelta(hours=14))):
        _runs()
    assert [("12:15 AM" in body, "11:30 PM" in body) for _to, body in keeps.sent] == [(True, False), (False, True)]
    assert all(f"{local:%A, %B} {day}, 2027" in body for _to, body in keeps.sent)


def test_many_are_reminded_in_several_transactions(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    home = texted(world).id
    for hour in (9, 11, 13, 15, 17):
        _plans(world, home, starts=_on(DAY, hour))
    with _eve():
        _runs()
        _runs()
    assert len(messages()) == 5
    told = select(AuditEvent).where(AuditEvent.name == "appointments.reminded").order_by(AuditEvent.id)
    assert [event.details["reminded"] for event in session().scalars(told)] == [2, 2, 1]


def test_two_jobs_at_once_remind_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(app, monkeypatch)
    home, barrier, failed = texted(world).id, threading.Barrier(2, timeout=60), list[Exception]()
    for hour in (9, 11, 13):
        _plans(world, home, starts=_on(DAY, hour))
    session().rollback()

    def run() -> None:
        with app.app_context(), _eve():
            barrier.wait()
            try:
                remind_of_appointments({})
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and len(messages()) == 3
    written = {one.reminder_id for one in session().scalars(select(Appointment).order_by(Appointment.id))}
    assert written == {one.id for one in session().scalars(select(Message).order_by(Message.id))}


def test_pages_say_what_became_of_it(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch, Unavailable())
    home = texted(world)
    code = appointments.plans(world, home.id, starts=_on(DAY))
    signed_in(client, world, "navigator_a")
    url = f"/my-appointments/{code}"
    assert "Goes out the day before, after 9 AM" in _shown(client, url)
    changes(home.id, safe_contact="none")
    assert "None can be sent: They asked not to be contacted." in _shown(client, url)
    with hour_of(10, days=DAY - 1):
        _runs()
    assert "Reminder not sent: They asked not to be contacted." in _shown(client, "/my-appointments")
    changes(home.id, safe_contact="text")
    with hour_of(11, days=DAY - 1):
        _runs()
    assert _linked(client, url, "Waiting") and "Reminder waiting" in _shown(client, "/my-appointments")
    (message,) = messages()
    assert "Automatic" in _shown(client, f"/messages/{message.code}") and "Automatic" in _shown(client, "/messages")
    with hour_of(12, days=DAY - 1):
        sweep_jobs(app)
    assert _linked(client, url, "Sent") and "Reminder sent" in _shown(client, "/my-appointments")


def test_page_says_that_it_was_withheld(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway(app, monkeypatch, Unavailable())
    code = _plans(world, texted(world).id)
    with _eve():
        _runs()
        _settles(world, code)
    signed_in(client, world, "navigator_a")
    shown = _shown(client, f"/my-appointments/{code}")
    assert "Not sent: Somebody stopped it before it went." in shown


def _shown(client: FlaskClient, url: str) -> str:
    page = client.get(url)
    check_page(page)
    return page_text(page)


def _linked(client: FlaskClient, url: str, word: str) -> bool:
    """Return whether the page says so of the reminder, and leads to its message."""
    _shown(client, url)
    (message,) = messages()
    return f'/messages/{message.code}">{word}</a>' in client.get(url).get_data(as_text=True)
