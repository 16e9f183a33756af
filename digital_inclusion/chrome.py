"""What stands around every page: the city and its clock, the menu, the notices. Knows every feature, like app.py."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

from .accounts.queries.sessions import demo_code
from .accounts.routes.session import actor_of_request
from .casework.queries.requests import count_own_requests
from .foundation.access import policy
from .foundation.access.identity import Actor
from .foundation.kernel import clock
from .foundation.kernel.messages import _
from .foundation.web.gate import FRAMEWORK_ENDPOINTS, PUBLIC, access_of
from .foundation.web.templating import told
from .progress.queries.program import find_in_force
from .progress.schemas import LoadedProgram, fingerprint_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. Who sees it is what its page declares."""

    label: str
    endpoint: str
    icon: str
    group: str


_WORK, _CITY, _PROGRAM = _("Households"), _("City"), _("Program")
_INTERNET, _SKILLS = _("Internet"), _("Skills")
_DEVICES, _WORKSHOP, _GIVEN = _("Devices"), _("Workshop"), _("Donations and recycling")
MENU: tuple[Entry, ...] = (
    Entry(_("Today"), "casework.today", "clock", ""),
    Entry(_("Today"), "reporting.city_today", "clock", ""),
    Entry(_("Progress"), "reporting.progress", "chart", ""),
    Entry(_("Households"), "casework.list_households", "household", _WORK),
    Entry(_("Find"), "casework.find", "search", _WORK),
    Entry(_("Enroll"), "casework.enroll", "plus", _WORK),
    Entry(_("Requests for help"), "casework.list_requests", "help", _WORK),
    Entry(_("Referrals"), "casework.list_referrals", "send", _WORK),
    Entry(_("Drafts"), "casework.list_drafts", "edit", _WORK),
    Entry(_("Outreach"), "casework.list_outreach", "people", _WORK),
    Entry(_("Complaints"), "casework.list_grievances", "flag", _WORK),
    Entry(_("Files"), "exchange.list_imports", "upload", _WORK),
    Entry(_("Questions"), "progress.questions", "inbox", _WORK),
    Entry(_("To do"), "agenda.list_tasks", "check-circle", _WORK),
    Entry(_("Ask households"), "casework.list_to_ask", "question", _WORK),
    Entry(_("Surveys"), "casework.list_surveys", "list", _WORK),
    Entry(_("Messages"), "agenda.list_messages", "mail", _WORK),
    Entry(_("My appointments"), "casework.list_appointments", "calendar", _WORK),
    Entry(_("Event days"), "casework.list_event_days", "calendar", _WORK),
    Entry(_("Why not counted"), "reporting.why_not_counted", "question", _WORK),
    Entry(_("Classes"), "skills.list_classes", "book", _SKILLS),
    Entry(_("Still using it?"), "skills.list_still_used", "phone", _SKILLS),
    Entry(_("Offers"), "connectivity.list_offers", "wifi", _INTERNET),
    Entry(_("Applications"), "connectivity.list_applications", "file", _INTERNET),
    Entry(_("Still connected?"), "connectivity.list_checks", "phone", _INTERNET),
    Entry(_("What households said"), "connectivity.check_results", "chart", _INTERNET),
    Entry(_("Who pays more soon"), "connectivity.radar", "flag", _INTERNET),
    Entry(_("Vouchers"), "connectivity.list_vouchers", "check", _INTERNET),
    Entry(_("Budgets"), "funding.list_budgets", "chart", _INTERNET),
    Entry(_("Payments"), "funding.list_batches", "calendar", _INTERNET),
    Entry(_("Internet companies"), "exchange.list_answers", "upload", _INTERNET),
    Entry(_("Bench"), "devices.bench", "settings", _DEVICES),
    Entry(_("Devices"), "devices.list_devices", "device", _DEVICES),
    Entry(_("Stock"), "devices.stock", "chart", _DEVICES),
    Entry(_("Requests for devices"), "devices.list_requests", "flag", _DEVICES),
    Entry(_("Who comes when"), "devices.list_appointments", "clock", _DEVICES),
    Entry(_("Loans due"), "devices.list_loans", "calendar", _DEVICES),
    Entry(_("Repairs"), "devices.list_repairs", "settings", _DEVICES),
    Entry(_("Still in use?"), "devices.list_follow_ups", "phone", _DEVICES),
    Entry(_("Scan"), "devices.move_many", "list", _WORKSHOP),
    Entry(_("Many alike"), "devices.work_many", "copy", _WORKSHOP),
    Entry(_("Parts"), "devices.list_shelf", "split", _WORKSHOP),
    Entry(_("Erasure reports"), "devices.read_erasure_reports", "upload", _WORKSHOP),
    Entry(_("Media taken out"), "devices.list_taken_out", "split", _WORKSHOP),
    Entry(_("Validate wipes"), "devices.list_to_validate", "shield", _WORKSHOP),
    Entry(_("Labels"), "devices.labels", "print", _WORKSHOP),
    Entry(_("Lots"), "devices.list_lots", "inbox", _GIVEN),
    Entry(_("Appointments"), "agenda.list_slots", "calendar", _GIVEN),
    Entry(_("Recycling"), "devices.list_batches", "trash", _GIVEN),
    Entry(_("Balance"), "devices.show_balance", "chart", _GIVEN),
    Entry(_("Verify"), "progress.queue", "check-circle", _CITY),
    Entry(_("Same household?"), "matching.list_pairs", "link", _CITY),
    Entry(_("Audit"), "reporting.audit", "shield", _CITY),
    Entry(_("Partners and grants"), "partners.list_partners", "flag", _PROGRAM),
    Entry(_("People"), "accounts.list_people", "people", _PROGRAM),
    Entry(_("Teams"), "accounts.list_teams", "people", _PROGRAM),
    Entry(_("Program settings"), "progress.settings", "settings", _PROGRAM),
    Entry(_("Eligibility rules"), "reporting.list_rules_due", "book", _PROGRAM),
    Entry(_("Health"), "reporting.health", "info", _PROGRAM),
)
WITHOUT_DATABASE = "residents.check"  # so begin the endpoints of the residents' check
LATELY = 5.0  # seconds
MOST_MENUS = 500
REQUESTS = "casework.list_requests"  # the one line of the menu with a number
CASELOAD = "casework.today"  # where those begin who have a caseload but lead nobody else's
ALIVE = "reporting.alive"  # must answer even when the database does not


def init_chrome(app: Flask) -> None:
    """Set the city's clock for each request, and give every page its surroundings."""
    app.before_request(_use_city_clock)
    app.extensions["page_context"].append(_context)
    app.extensions["home_url"] = home_url
    app.extensions["program_in_force"] = lambda: _loaded()[0]  # for a page that needs it and counts its statements


Loaded = tuple[LoadedProgram | None, bool]


def _loaded() -> Loaded:
    """Return the settings in force and whether the data is a demo's; asked once a request."""
    if "program_in_force" not in g:
        unhurried = (request.endpoint or "").startswith(WITHOUT_DATABASE)
        g.program_in_force = _loaded_lately() if unhurried else _load()
    found: Loaded = g.program_in_force
    return found


def _load() -> Loaded:
    return find_in_force() or (None, False)


def _loaded_lately() -> Loaded:
    """Return the settings as they were some seconds ago at most: a flood of such pages never reaches the database."""
    now = monotonic()
    known: tuple[float, Loaded] | None = current_app.extensions.get("loaded_lately")
    if known is None or known[0] < now - LATELY:
        known = current_app.extensions["loaded_lately"] = now, _load()
    return known[1]


def _use_city_clock() -> None:
    if request.endpoint in FRAMEWORK_ENDPOINTS or request.endpoint == ALIVE:
        return
    program, _is_demo = _loaded()
    if program is not None:
        clock.use_zone(program.file.city.time_zone)


def _context() -> dict[str, Any]:
    program, is_demo = _loaded()
    actor = actor_of_request()
    return {
        "city": program.file.city if program is not None else None,
        "demo_notice": is_demo,
        "demo_code": _demo_code(actor) if is_demo and request.endpoint == "accounts.second_factor" else None,
        "settings_drift": program is not None and _may_hear_of_drift(actor) and _drifts(program.fingerprint),
        "home_url": home_url(),
        "language_url": _address("accounts.set_language"),
        "theme_url": _address("residents.theme") if "residents.theme" in current_app.view_functions else None,
        **({} if actor is None else _own(actor)),
    }


def _demo_code(actor: Actor | None) -> str | None:
    """Return the second-factor code of a demo's invented person, and only where nobody but this machine can ask."""
    local = request.remote_addr in {"127.0.0.1", "::1"}
    if actor is None or current_app.config["PRODUCTION"] or not local:
        return None
    return demo_code(actor.user_id or 0, at=clock.now())


def _own(actor: Actor) -> dict[str, Any]:
    return {
        "nav": _menu(actor),
        "account_url": _address("accounts.account"),
        "sign_out_url": _address("accounts.sign_out"),
    }


def _open_to(actor: Actor) -> dict[str, tuple[Entry, str]]:
    """Return the menu's lines for ``actor`` by their endpoints, each with its address; kept, as every page has them.

    Pages that exist, that the role includes, that the session may open.
    """
    owes = policy.owes_second_factor(actor)
    kept: dict[tuple[str, frozenset[str], bool], dict[str, tuple[Entry, str]]]
    kept = current_app.extensions.setdefault("menus", {})
    key = request.script_root, actor.roles, owes
    if key not in kept:
        views = () if owes else current_app.view_functions
        kept[key] = {
            entry.endpoint: (entry, _address(entry.endpoint))
            for entry in MENU
            if entry.endpoint in views and _allows(actor, entry.endpoint)
        }
    return kept[key]


def _address(endpoint: str) -> str:
    """Return the address of a page without parameters; kept, because every page names a dozen of them."""
    key = request.script_root, endpoint
    if key not in _ADDRESSES:
        _ADDRESSES[key] = url_for(endpoint)
    return _ADDRESSES[key]


_ADDRESSES: dict[tuple[str, str], str] = {}


def _allows(actor: Actor, endpoint: str) -> bool:
    access = access_of(current_app, endpoint)
    return access == PUBLIC or policy.allows(actor, access)


Line = dict[str, object]


class Menu(list[Line]):
    """The lines of a menu, and its HTML from the first page that shows it on."""

    _html: Markup | None = None

    def html(self, macro: Callable[[Sequence[Line]], Markup]) -> Markup:
        """Return the menu as ``macro`` writes it: a tenth of a page's time, and the same on every page."""
        if self._html is None:
            self._html = macro(self)
        return self._html


def _menu(actor: Actor) -> Menu:
    """Return the menu in words; kept, because nothing but the key makes it another one."""
    shown = _open_to(actor)
    here = _line_of(request.path, {url for _entry, url in shown.values()})
    waiting = count_own_requests(actor) if REQUESTS in shown else None
    kept: dict[tuple[object, ...], Menu] = current_app.extensions.setdefault("told_menus", {})
    key = str(get_locale()), request.script_root, actor.roles, policy.owes_second_factor(actor), here, waiting
    if key not in kept:
        if len(kept) >= MOST_MENUS:
            kept.clear()
        kept[key] = Menu(_told_menu(shown.values(), here, waiting))
    return kept[key]


def _line_of(path: str, addresses: Collection[str]) -> str | None:
    """Return the address in the menu under which a page lies: its own, or the nearest above it."""
    while path and path not in addresses:
        path = path.rpartition("/")[0]
    return path or None


def _told_menu(shown: Iterable[tuple[Entry, str]], here: str | None, waiting: int | None) -> list[Line]:
    return [
        {
            "label": told(entry.label),
            "url": url,
            "icon": entry.icon,
            "group": told(entry.group) if entry.group else None,
            "current": url == here,
            "count": waiting if entry.endpoint == REQUESTS else None,
        }
        for entry, url in shown
    ]


def home_url() -> str:
    """Return where the signed-in person begins: a navigator's day, else the menu's first page but that.

    For nobody it is the public start page.
    """
    actor = actor_of_request()
    if actor is None:
        return url_for("residents.home") if "residents.home" in current_app.view_functions else "/"
    pages = _open_to(actor)
    if CASELOAD in pages and _has_caseload(actor):
        return _address(CASELOAD)
    return next(
        (url for endpoint, (_entry, url) in pages.items() if endpoint != CASELOAD), _address("accounts.account")
    )


def _has_caseload(actor: Actor) -> bool:
    return policy.allows(actor, "household:enroll") and not policy.allows(actor, "household:hand_over")


def _may_hear_of_drift(actor: Actor | None) -> bool:
    return policy.allows(actor, "operations:read")


def _drifts(loaded: str) -> bool:
    """Return whether the settings file is no longer the version in force; the file is read only when it changes."""
    path = Path(current_app.config["PROGRAM_FILE"])
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return False  # a server may run without the file: the version in force is in the database
    return _fingerprint(path, changed) != loaded


@lru_cache(maxsize=4)
def _fingerprint(path: Path, _changed: int) -> str:
    return fingerprint_of(path.read_text(encoding="utf-8"))
