"""The only module that knows every feature: puts the house together."""

import importlib
from pathlib import Path

from flask_wtf import CSRFProtect

from config import Settings

from . import chrome, cli
from .eligibility.schemas import use_rulebook
from .foundation import files, mail, queue, texting
from .foundation.audit import jobs as audit_jobs
from .foundation.audit import models as audit_models
from .foundation.database import db, migrate, prepare_engine
from .foundation.web import converters, errors, gate, headers, limits, logging, templating, viewing
from .foundation.web.transactions import TransactionalFlask, init_transactions

HERE = Path(__file__).resolve().parent.parent

PUBLIC_UPLOAD_BYTES = 2 * 1024 * 1024
FOUNDATION_PARTS = (audit_jobs, audit_models, files)  # imported so that every table is known before the first migration

# Rooms in the order of their floors; each may have models, jobs, routes.
ROOMS = [
    "partners",
    "funding",
    "accounts",
    "households",
    "progress",
    "matching",
    "agenda",
    "devices",
    "connectivity",
    "skills",
    "casework",
    "reporting",
    "exchange",
    "residents",
]


def create_app(settings: Settings) -> TransactionalFlask:
    """Return the application for ``settings``."""
    app = TransactionalFlask(
        __name__,
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
        static_url_path="/static",
    )
    app.jinja_environment = templating.PlainGlobals
    app.config.update(_flask_config(settings))
    app.extensions["settings"] = settings
    app.extensions["page_context"] = []
    app.extensions["actor_of_request"] = lambda: None
    use_rulebook(settings.rulebook_dir)  # refuses to start, naming every mistake
    _init_database(app)
    logging.init_logging(app)
    init_transactions(app)
    viewing.init_viewing(app)
    limits.init_limits(app)
    CSRFProtect(app)
    converters.init_converters(app)
    gate.init_gate(app)
    headers.init_headers(app)
    templating.init_templating(app)
    errors.init_errors(app)
    app.extensions["mailer"] = _mailer(settings)
    app.extensions["texter"] = texting.make_texter(settings.text_gateway, settings.data_dir)
    _move_in(app)
    chrome.init_chrome(app)
    queue.init_queue(app, settings)
    cli.register(app)
    gate.check_declarations(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "DATA_DIR": settings.data_dir,
        "PROGRAM_FILE": settings.program_file,
        "RULEBOOK_DIR": settings.rulebook_dir,
        "BASE_URL": settings.base_url,
        "MESSAGES_SECRET": settings.messages_secret,
        "PRODUCTION": settings.is_production,
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes + 1024 * 1024,
        "MAX_UPLOAD_BYTES": settings.max_upload_bytes,
        "PUBLIC_UPLOAD_BYTES": min(PUBLIC_UPLOAD_BYTES, settings.max_upload_bytes),
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "CHECK_A_SECOND": settings.check_a_second,
        "TAKES_FILES": _files_taken(settings.max_upload_bytes),
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_production else "session",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "TRANSLATIONS": HERE / "translations",
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "PASSWORD_COST": settings.password_cost,
        "PASSWORD_MEMORY_KIB": settings.password_memory_kib,
    }


def _files_taken(most: int) -> dict[str, int]:
    """Return where files are taken, and how many bytes a request may have there. Anybody may send a donor's list."""
    trusted = ("exchange.upload", "devices.new_lot", "devices.read_erasure_reports", "devices.certify_batch")
    return dict.fromkeys(trusted, most + 1024 * 1024) | {"residents.donate": PUBLIC_UPLOAD_BYTES + 256 * 1024}


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 20, "check_same_thread": False}}
    return {"hide_parameters": True, "pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


def _init_database(app: TransactionalFlask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(HERE / "migrations"))


def _mailer(settings: Settings) -> mail.Mailer:
    if settings.smtp_host:
        return mail.SmtpMailer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_user,
            settings.smtp_password,
            settings.mail_from,
        )
    on_loopback = settings.base_url.startswith(("http://127.0.0.1", "http://localhost"))
    return mail.PrintingMailer() if not settings.is_production and on_loopback else mail.NoMailer()


def _move_in(app: TransactionalFlask) -> None:
    """Import each room's models and jobs, and register its pages."""
    for room in ROOMS:
        folder = HERE / "digital_inclusion" / room
        for name in ("models", "jobs", "routes"):
            if (folder / f"{name}.py").is_file() or (folder / name).is_dir():
                module = importlib.import_module(f"digital_inclusion.{room}.{name}")
                if name == "routes" and hasattr(module, "init_app"):
                    module.init_app(app)
