"""Settings from the environment. Refuses to start naming every missing or unusable value at once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent


class SettingsError(Exception):
    """The environment cannot be used; the message names every mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between a laptop and production. Read by wsgi.py, the worker and tests only."""

    environment: str  # "development" or "production"
    secret_key: str
    database_url: str
    data_dir: Path  # uploads, the job queue, the embedded database
    program_file: Path
    rulebook_dir: Path  # the version of the eligibility rules in use
    base_url: str  # how people reach us, for links in mail
    named_database: bool  # DATABASE_URL was given: never filled with demo data unless empty or marked as demo
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: str | None = None
    mail_from: str = "no-reply@localhost"
    text_gateway: str = "none"  # "file" (development): each text message is a line of texts.jsonl in data_dir
    messages_secret: str | None = None  # what the gateway shows at /messages/incoming; None: nobody may call there
    trusted_proxies: int = 0
    max_upload_bytes: int = 100 * 1024 * 1024
    check_a_second: int = 5  # requests of one address to the residents' check, a second and process
    password_cost: int = 3  # argon2 passes; tests use 1 with little memory
    password_memory_kib: int = 65536
    immediate_jobs: bool = False  # tests: run jobs right after the commit, in process

    @property
    def is_production(self) -> bool:
        """Return whether this is a real installation."""
        return self.environment == "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the settings from ``env``; raise SettingsError naming all that is missing or unusable."""
        mistakes: list[str] = []
        environment = env.get("APP_ENV", "development")
        if environment not in {"development", "production"}:
            mistakes.append("APP_ENV must be development or production")
        production = environment == "production"
        if production:
            required = ("SECRET_KEY", "DATA_DIR", "BASE_URL", "PROGRAM_FILE")
            mistakes += [f"{name} is missing" for name in required if not env.get(name)]
        numbers = {name: _number(env, name, fallback, mistakes) for name, fallback in _NUMBERS.items()}
        if production and 0 < len(env.get("SECRET_KEY", "")) < 32:
            mistakes.append("SECRET_KEY must have at least 32 characters")
        text_gateway = _text_gateway(env, mistakes, production=production)
        if 0 < len(env.get("MESSAGES_SECRET", "")) < 32:
            mistakes.append("MESSAGES_SECRET must have at least 32 characters")
        if mistakes:
            raise SettingsError("; ".join(mistakes))
        data_dir = Path(env.get("DATA_DIR") or HERE / "var").resolve()
        _make_private(data_dir)
        return cls(
            environment=environment,
            secret_key=env.get("SECRET_KEY") or _kept_secret(data_dir),
            database_url=_database_url(env.get("DATABASE_URL"), data_dir),
            named_database=bool(env.get("DATABASE_URL")),
            data_dir=data_dir,
            program_file=Path(env.get("PROGRAM_FILE") or HERE / "programs" / "san-jose.toml").resolve(),
            rulebook_dir=Path(env.get("RULEBOOK_DIR") or HERE / "rulebooks" / "2026-11").resolve(),
            base_url=(env.get("BASE_URL") or f"http://127.0.0.1:{numbers['PORT']}").rstrip("/"),
            smtp_host=env.get("SMTP_HOST") or None,
            smtp_port=numbers["SMTP_PORT"],
            smtp_user=env.get("SMTP_USER") or None,
            smtp_password=env.get("SMTP_PASSWORD") or None,
            mail_from=env.get("MAIL_FROM") or "no-reply@localhost",
            text_gateway=text_gateway,
            messages_secret=env.get("MESSAGES_SECRET") or None,
            trusted_proxies=numbers["TRUSTED_PROXIES"],
            max_upload_bytes=numbers["MAX_UPLOAD_MB"] * 1024 * 1024,
            check_a_second=numbers["CHECK_A_SECOND"],
        )


_NUMBERS = {"PORT": 8000, "SMTP_PORT": 587, "TRUSTED_PROXIES": 0, "MAX_UPLOAD_MB": 100, "CHECK_A_SECOND": 5}


def _text_gateway(env: Mapping[str, str], mistakes: list[str], *, production: bool) -> str:
    """Return by which gateway text messages go; the development one never carries a resident's."""
    chosen = env.get("TEXT_GATEWAY") or ("none" if production else "file")
    if chosen not in {"none", "file"}:
        mistakes.append("TEXT_GATEWAY must be none or file")
    elif production and chosen == "file":
        mistakes.append("TEXT_GATEWAY must not be file in production: its messages reach nobody")
    return chosen


def _number(env: Mapping[str, str], name: str, fallback: int, mistakes: list[str]) -> int:
    text = env.get(name, "").strip()
    if not text:
        return fallback
    if not text.isdigit():
        mistakes.append(f"{name} must be a whole number")
        return fallback
    return int(text)


def _database_url(given: str | None, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'digital_inclusion.db'}"
    for short in ("postgres://", "postgresql://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    return given


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _kept_secret(data_dir: Path) -> str:
    """Return the development secret, made once and kept so that a restart signs nobody out."""
    path = data_dir / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
