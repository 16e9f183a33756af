"""Requests nobody's browser sends: poisoned hosts, foreign targets, odd values, oversized bodies, odd file names."""

import io
import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.connectivity.rules.speeds import parse_speed
from digital_inclusion.foundation.access.roles import ROLES
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.files import StoredFile, folder
from digital_inclusion.foundation.kernel.errors import DomainError
from digital_inclusion.foundation.kernel.ids import read_code
from digital_inclusion.foundation.kernel.money import parse_cents
from digital_inclusion.foundation.kernel.text import clean, fold
from digital_inclusion.foundation.normalize import normalize_address, normalize_email, normalize_phone
from digital_inclusion.foundation.web.gate import PUBLIC, access_of
from tests.factories.world import World, sign_in
from tests.support.accounts import KeepingMailer, enter, give_password
from tests.support.asking import Noticing, NoticingRequest, Somebody, address_of, every_route
from tests.support.pages import hidden_fields, post_form
from tests.support.things import Things


@pytest.mark.only_sqlite
def test_link_in_mail_leads_here_whatever_the_host_header_says(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer = KeepingMailer()
    monkeypatch.setitem(app.extensions, "mailer", mailer)
    email = give_password(world.users["navigator_a"])
    client = app.test_client()
    evil: dict[str, Any] = {
        "base_url": "http://evil.example",
        "headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    }
    token = hidden_fields(client.get("/forgotten-password", **evil), "/forgotten-password")
    assert client.post("/forgotten-password", data={**token, "email": email}, **evil).status_code == 303
    assert mailer.sent
    assert "evil.example" not in mailer.sent[-1][2]
    assert app.config["BASE_URL"] in mailer.sent[-1][2]


@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
        "/\t/evil.example", "https:evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1", "/\r\nX: y",
        "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(app: Flask, world: World, target: str) -> None:
    email = give_password(world.users["navigator_a"])
    client = app.test_client()
    first = enter(client, email, next=target)
    places = [first.location or ""]
    places.append(client.get(first.location or "/").location or "")
    places.append(client.post("/language", data={**hidden_fields(client.get("/account"), "/language"),
                                                 "locale": "es", "next": target}).location or "")  # fmt: skip
    for place in places:
        assert "\r" not in place
        assert "\n" not in place
        assert re.match(r"/(?![/\\])", place) or place == "", place
        assert "evil.example" not in place.split("?")[0]


def test_odd_numbers_and_characters_are_no_fault_of_ours(
    app: Flask, world: World, things: dict[str, Things], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers larger than any key, characters that no database stores: 400 or 404, on either database."""
    mine = things["a"]
    monkeypatch.setattr(app, "request_class", NoticingRequest)
    asked = ("after", "before", "partner", "grant", "reason", "draft", "role", "kind", "seed", "size", "on", "next")
    wrong = []
    for who in ("partner_lead_a", "auditor"):
        role = next(code for code in ROLES if who.startswith(code))
        person = Somebody(app, world.users[who])
        for rule, method in every_route(app):
            access = access_of(app, rule.endpoint)
            if method != "GET" or (access != PUBLIC and access not in ROLES[role].permissions):
                continue
            known = mine.named_by(rule)
            url = address_of(rule, known)
            Noticing.read.clear()
            wrong += [(url, "")] if person.ask("GET", url).status_code >= 500 else []
            if Noticing.read & {"*", *asked}:
                wrong += [
                    (str(rule), odd)
                    for odd in ("9" * 25, "x\x00y")
                    if person.ask("GET", url, query_string=dict.fromkeys(asked, odd)).status_code >= 500
                ]
            number = next((name for name, value in known.items() if isinstance(value, int)), None)
            if number is not None:
                huge = url.replace(f"/{known[number]}", "/" + "9" * 25, 1)
                wrong += [(huge, "")] if person.ask("GET", huge).status_code not in {302, 404} else []
    assert not wrong


@pytest.mark.only_sqlite
def test_session_of_before_does_not_survive_signing_in(app: Flask, world: World) -> None:
    email = give_password(world.users["navigator_a"])
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["sid"] = "a-token-somebody-knows"
    enter(client, email)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["sid"] != "a-token-somebody-knows"


@pytest.mark.only_sqlite
def test_old_cookie_is_worth_nothing_after_signing_out(app: Flask, world: World) -> None:
    client = sign_in(app.test_client(), world.users["navigator_a"])
    stolen = client.get_cookie("session")
    assert stolen is not None
    post_form(client, "/sign-out", page="/account")
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert "/sign-in" in (thief.get("/households").location or "")


def _production(tmp_path: Path) -> Flask:
    env = {
        "APP_ENV": "production", "SECRET_KEY": "k" * 40, "DATA_DIR": str(tmp_path), "BASE_URL": "https://city.example",
        "PROGRAM_FILE": "programs/san-jose.toml", "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
    }  # fmt: skip
    return create_app(Settings.from_env(env))


def test_cookies_in_production_are_locked(tmp_path: Path) -> None:
    app = _production(tmp_path)
    with app.test_request_context(base_url="https://city.example"):
        from flask import session as browser

        browser["sid"] = "x"
        response = app.make_response("")
        app.session_interface.save_session(app, browser, response)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert app.config["PRODUCTION"] and not app.debug and not app.testing


@pytest.mark.only_sqlite
def test_body_over_the_limit_is_refused_unread(app: Flask, world: World) -> None:
    person = Somebody(app, world.users["navigator_a"])
    size = app.config["MAX_CONTENT_LENGTH"] + 1
    client = person.browser()
    for url in ("/households/enroll", "/imports/new", "/language"):
        answer = client.post(
            url, data=b"csrf_token=x", content_type="application/x-www-form-urlencoded",
            environ_overrides={"CONTENT_LENGTH": str(size)},
        )  # fmt: skip
        assert answer.status_code == 413, url
    big = client.post("/language", data={"csrf_token": person.token, "next": "x" * (3 * 1024 * 1024)})
    assert big.status_code == 413


@pytest.mark.only_sqlite
def test_deep_json_and_odd_types_are_no_fault_of_ours(app: Flask, world: World) -> None:
    client = Somebody(app, world.users["navigator_a"]).browser()
    odd = ((b"[" * 100_000, "application/json"), (b"\xff\xfe\x00", "text/xml"), (b"--x", "multipart/form-data"))
    for body, kind in odd:
        assert client.post("/households/find", data=body, content_type=kind).status_code == 400
    many = "&".join(f"members-{place}-name=x" for place in range(5_000))
    token = Somebody(app, world.users["navigator_a"])
    answer = token.browser().post(
        "/households/enroll", data=f"csrf_token={token.token}&{many}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in {400, 413}


@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.csv",
        "..\\..\\boot.csv",
        "a\r\nSet-Cookie: x=1.csv",
        'quo"te;.csv',
        "名單\u202e.csv",
        "x" * 400 + ".csv",
    ],
)
def test_file_name_is_only_a_name(app: Flask, world: World, name: str) -> None:
    person = Somebody(app, world.users["navigator_a"])
    text = b"Name,Birth date,Phone\nLan Tran,31/02/2026,12\n"
    answer = person.ask("POST", "/imports/new", {"file": (io.BytesIO(text), name)})
    assert answer.status_code in {303, 400}
    use_scope(EVERYTHING)
    stored = session().scalars(select(StoredFile).order_by(StoredFile.id)).all()
    for one in stored:
        assert re.fullmatch(r"[0-9a-f]{32}", one.path)
        assert (folder() / one.path).resolve().parent == folder().resolve()
        assert "/" not in one.name
        assert "\\" not in one.name
    if answer.status_code == 303:
        refused = person.ask("GET", f"{(answer.location or '').removesuffix('/columns')}/refused")
        assert refused.status_code in {200, 404, 409}
        assert "Set-Cookie" not in refused.headers or "x=1" not in refused.headers["Set-Cookie"]
        header = refused.headers.get("Content-Disposition", "")
        assert "\n" not in header


LONG = 100_000
SLOW = ["a" * LONG, "1" * LONG, " " * LONG, "a " * (LONG // 2), "(" * LONG, "-1" * (LONG // 2), "\u0301" * LONG,
        "1/1/" * (LONG // 4), "a@" * (LONG // 2), "a." * (LONG // 2) + "@", "\t\n" * (LONG // 2), "ﷺ" * (LONG // 4),
        "100/20 " * (LONG // 7), "apt " * (LONG // 4), "0" * LONG + "x", "," * LONG, "$" * LONG]  # fmt: skip


@pytest.mark.parametrize(
    "read", [clean, fold, normalize_phone, normalize_email, normalize_address, parse_speed, parse_cents, read_code]
)
def test_long_text_is_read_in_good_time(read: Any) -> None:
    for text in SLOW:
        began = process_time()
        try:
            read(text)
        except DomainError:
            pass
        assert process_time() - began < 2, (read.__name__, text[:10])


def test_long_cells_are_read_in_good_time() -> None:
    """Every reader of a file's cells, with 100 kB in one cell."""
    from digital_inclusion.exchange.rules.matching import match_columns

    for text in SLOW:
        began = process_time()
        match_columns([text[:5_000], "Name"], [[text, text]] * 5, remembered={})
        assert process_time() - began < 4, text[:10]


def test_address_without_route_tells_nothing(client: FlaskClient, world: World) -> None:
    for url in ("/households/ZZZZ-ZZZZ", "/%2e%2e/%2e%2e/etc/passwd", "/static/../config.py", "/.env", "//households"):
        answer = client.get(url)
        assert answer.status_code in {302, 308, 404}, url
        assert b"SECRET" not in answer.data
