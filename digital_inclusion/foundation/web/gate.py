"""Default deny: every endpoint declares what it needs, and the gate asks the policy before the view runs."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import NotFound as NoRoute

from ..access import policy
from ..access.identity import Actor
from ..access.permissions import PERMISSIONS
from ..access.roles import sees_every_partner
from ..database import EVERYTHING, NOTHING, Scope, use_scope
from ..kernel.errors import DomainError

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNING_IN = "session:self"  # the steps of signing in, which come before the second factor
FRAMEWORK_ENDPOINTS = frozenset({"static"})


class SignInNeeded(DomainError):
    """Nobody is signed in: the browser is sent to the sign-in page and back."""


class SecondFactorNeeded(DomainError):
    """The role or the account has a second factor that this session has not shown yet."""


def requires(permission: str) -> Callable[[View], View]:
    """Declare that the view needs ``permission``."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")

    def declare(view: View) -> View:
        view.__access__ = permission  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that anybody may open the view."""
    view.__access__ = PUBLIC  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> str:
    """Return what the endpoint declares: a permission or "public"."""
    if endpoint in FRAMEWORK_ENDPOINTS:
        return PUBLIC
    declared: str | None = getattr(app.view_functions[endpoint], "__access__", None)
    if declared is None:
        raise RuntimeError(f"endpoint {endpoint} declares no access")
    return declared


def current_actor() -> Actor:
    """Return who is signed in; raise SignInNeeded for nobody."""
    actor = find_actor()
    if actor is None:
        raise SignInNeeded
    return actor


def find_actor() -> Actor | None:
    """Return who is signed in, or None."""
    if "actor" not in g:
        g.actor = current_app.extensions["actor_of_request"]()
    actor: Actor | None = g.actor
    return actor


def scope_of(actor: Actor | None) -> Scope:
    """Return whose rows ``actor`` sees."""
    if actor is None:
        return NOTHING
    return EVERYTHING if sees_every_partner(actor.roles) else Scope(partner_id=actor.partner_id)


def _guard() -> None:
    if request.routing_exception is not None:
        raise request.routing_exception
    if request.endpoint is None:
        raise NoRoute
    access = access_of(current_app, request.endpoint)
    if request.endpoint in FRAMEWORK_ENDPOINTS:
        return
    actor = find_actor()
    use_scope(scope_of(actor))
    if access == PUBLIC:
        return
    if actor is None:
        raise SignInNeeded
    if access != SIGNING_IN and policy.owes_second_factor(actor):
        raise SecondFactorNeeded
    policy.check(actor, access)


def init_gate(app: Flask) -> None:
    """Install the gate; ``check_declarations`` runs when all routes are known."""
    app.before_request(_guard)
    app.jinja_env.globals["can"] = lambda permission, thing=None: policy.allows(find_actor(), permission, thing)


def check_declarations(app: Flask) -> None:
    """Refuse to start when an endpoint declares no access."""
    for rule in app.url_map.iter_rules():
        access_of(app, rule.endpoint)
