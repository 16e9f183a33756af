"""Ask every route as somebody: one sign-in per person, a fresh browser per request."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from digital_inclusion.foundation.kernel.ids import new_code, new_token
from tests.factories.world import sign_in
from tests.support.csrf import csrf_token

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
NOBODYS = {
    "CodeConverter": new_code,
    "NumberConverter": lambda: 999_999,
    "TokenConverter": new_token,
    "SealedConverter": new_token,
    "WordConverter": lambda: "nothing",
}
ENDING = {"accounts.sign_out", "accounts.end_sessions", "accounts.change_password"}  # they end the session that asks


def every_route(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every route with every method it takes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) & METHODS):
                yield rule, method


def address_of(rule: Rule, values: Mapping[str, Any] | None = None) -> str:
    """Return an address of the route; parameters not in ``values`` name nothing that exists."""
    known = values or {}
    chosen = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if name in known:
            chosen[name] = known[name]
        else:
            chosen[name] = sorted(converter.items)[0] if kind == "AnyConverter" else NOBODYS[kind]()  # type: ignore[attr-defined]
    built = rule.build(chosen)
    assert built is not None, f"{rule} cannot be built from {chosen}"
    return built[1]


class Noticing(ImmutableMultiDict[str, str]):
    """What an address asks for, noticing in ``read`` which of it a page looks at ("*": goes through all of it)."""

    read: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        """Return the first value of a name."""
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether a name was given."""
        self.read.add(str(name))
        return super().__contains__(name)

    def getlist(self, name: str, *arguments: Any, **options: Any) -> list[Any]:
        """Return all values of a name."""
        self.read.add(name)
        return super().getlist(name, *arguments, **options)

    def items(self, *arguments: Any, **options: Any) -> Any:
        """Return everything."""
        self.read.add("*")
        return super().items(*arguments, **options)

    def __iter__(self) -> Iterator[str]:
        """Yield every name."""
        self.read.add("*")
        return super().__iter__()


class NoticingRequest(Request):
    """A request that notices which filters of its address a page reads."""

    parameter_storage_class = Noticing


class Somebody:
    """A person (or nobody) whose cookie is made once; every request comes from a browser that holds only that."""

    def __init__(self, app: Flask, user_id: int | None = None, *, second_factor: bool = True) -> None:
        self.app, self.user_id, self.second_factor = app, user_id, second_factor
        self._fresh()

    def _fresh(self) -> None:
        client = self.app.test_client()
        if self.user_id is not None:
            sign_in(client, self.user_id, second_factor=self.second_factor)
        self.token = csrf_token(client)
        cookie = client.get_cookie("session")
        assert cookie is not None
        self._cookie = cookie.value

    def browser(self) -> FlaskClient:
        """Return a browser signed in as this person."""
        client = self.app.test_client()
        client.set_cookie("session", self._cookie)
        return client

    def ask(self, method: str, url: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send one request; unsafe ones carry a CSRF token."""
        body = None if method == "GET" else {"csrf_token": self.token, **(data or {})}
        response = self.browser().open(url, method=method, data=body, buffered=True, **options)
        if method != "GET" and self.app.url_map.bind("localhost").match(url.split("?")[0], method)[0] in ENDING:
            self._fresh()
        return response
