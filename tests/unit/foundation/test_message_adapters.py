"""What carries messages: a real mail server on this machine that takes, refuses or hangs up; the development file."""

import json
import socket
import stat
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import Settings, SettingsError
from digital_inclusion.foundation.kernel.errors import Invalid, Unavailable
from digital_inclusion.foundation.mail import Refused, SmtpMailer, Unsure
from digital_inclusion.foundation.texting import FileTexter, NoTexter, make_texter
from digital_inclusion.progress.schemas import parse_program
from tests.factories.world import san_jose

TO = "family@example.org"
Answers = Callable[[str], str | None]  # a command or, after DATA, "<message>" -> the answer; None: hang up


@contextmanager
def server(answers: Answers) -> Iterator[tuple[int, list[str]]]:
    """Run a mail server for one connection; yield its port and the lines that it was told."""
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, answers, told))
        thread.start()
        yield listening.getsockname()[1], told
        thread.join(timeout=20)


def _serve(listening: socket.socket, answers: Answers, told: list[str]) -> None:
    connection, _address = listening.accept()
    with connection, connection.makefile("rwb") as stream:

        def say(text: str) -> None:
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        say("220 here")
        in_message = False
        for raw in stream:
            line = raw.decode().rstrip("\r\n")
            told.append(line)
            if in_message and line != ".":
                continue
            command = "<message>" if in_message else line.split(" ")[0].split(":")[0].upper()
            answer = answers(command)
            if answer is None:
                return
            in_message = command == "DATA" and answer.startswith("354")
            say(answer)
            if command == "QUIT":
                return


FINE = {"EHLO": "250 here", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "<message>": "250 taken",
        "QUIT": "221 bye", "RSET": "250 ok"}  # fmt: skip


def sends(port: int) -> None:
    mailer = SmtpMailer("127.0.0.1", port, None, None, "The City <no-reply@city.example>")
    mailer.send(to=TO, subject="Grüße", body="Xin chào", reference="CODE.1")


def test_what_is_taken_carries_its_reference() -> None:
    with server(FINE.get) as (port, told):
        sends(port)
    assert "Message-ID: <CODE.1@city.example>" in told


def test_a_rude_goodbye_after_the_message_was_taken_sends_nothing_twice() -> None:
    for answers in (FINE | {"QUIT": "421 go away"}, {name: text for name, text in FINE.items() if name != "QUIT"}):
        with server(answers.get) as (port, _told):
            sends(port)


@pytest.mark.parametrize(
    ("changed", "means"),
    [
        ({"RCPT": "550 no such person family@example.org"}, Refused),
        ({"RCPT": "550 5.1.1 no such person family@example.org"}, Refused),
        ({"RCPT": "550 5.7.1 relaying denied family@example.org"}, Unavailable),
        ({"RCPT": "554 5.7.0 not from here"}, Unavailable),
        ({"RCPT": "530 authentication required"}, Unavailable),
        ({"RCPT": "450 greylisted family@example.org"}, Unavailable),
        ({"MAIL": "451 later"}, Unavailable),
        ({"<message>": "552 too full"}, Unavailable),
        ({"<message>": None}, Unsure),
        ({"EHLO": None}, Unavailable),
    ],
)
def test_what_servers_say_means_one_thing_and_names_nobody(
    changed: dict[str, str | None], means: type[Unavailable]
) -> None:
    with server((FINE | changed).get) as (port, _told), pytest.raises(Unavailable) as caught:  # type: ignore[operator]
        sends(port)
    assert type(caught.value) is means
    assert TO not in "".join(traceback.format_exception(caught.value))  # logs keep it


def test_nobody_there_means_nothing_went() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable) as caught:
        sends(port)
    assert type(caught.value) is Unavailable


def test_development_file_has_a_line_for_each_and_is_ones_own(tmp_path: Path) -> None:
    texter = make_texter("file", tmp_path)
    references = [texter.send(to="+14085550123", body=body) for body in ("Xin chào\n“hi”", "two")]
    lines = [json.loads(line) for line in (tmp_path / "texts.jsonl").read_text().splitlines()]
    assert [line["reference"] for line in lines] == references and len(set(references)) == 2
    assert lines[0]["body"] == "Xin chào\n“hi”" and lines[0]["to"] == "+14085550123"
    assert stat.S_IMODE((tmp_path / "texts.jsonl").stat().st_mode) == 0o600
    with pytest.raises(Unavailable):
        FileTexter(tmp_path / "missing" / "texts.jsonl").send(to="+1", body="x")
    assert isinstance(make_texter("none", tmp_path), NoTexter)
    with pytest.raises(Unavailable):
        NoTexter().send(to="+1", body="x")


PRODUCTION = {
    "APP_ENV": "production", "SECRET_KEY": "x" * 40, "BASE_URL": "https://city.example", "PROGRAM_FILE": "p.toml"
}  # fmt: skip


def test_production_never_starts_with_the_development_gateway(tmp_path: Path) -> None:
    env = PRODUCTION | {"DATA_DIR": str(tmp_path)}
    assert Settings.from_env(env).text_gateway == "none"
    assert Settings.from_env({"DATA_DIR": str(tmp_path)}).text_gateway == "file"
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env | {"TEXT_GATEWAY": "file", "MESSAGES_SECRET": "short", "SMTP_PORT": "x"})
    for name in ("TEXT_GATEWAY", "MESSAGES_SECRET", "SMTP_PORT"):
        assert name in str(refused.value)
    with pytest.raises(SettingsError, match="TEXT_GATEWAY must be none or file"):
        Settings.from_env({"DATA_DIR": str(tmp_path), "TEXT_GATEWAY": "pigeon"})


def test_every_mistake_in_the_quiet_hours_is_named() -> None:
    text = san_jose()
    assert parse_program(text).file.messages.quiet_from == "20:00"
    begin, until = 'quiet_from = "20:00"', 'quiet_until = "08:00"'
    wrong = text.replace(begin, 'quiet_from = "8 PM"').replace(until, 'quiet_until = "24:00"')
    with pytest.raises(Invalid) as refused:
        parse_program(wrong)
    assert "messages.quiet_from" in refused.value.message and "messages.quiet_until" in refused.value.message
    with pytest.raises(Invalid, match="the same time"):
        parse_program(text.replace(until, 'quiet_until = "20:00"'))
