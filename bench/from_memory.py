"""The same templates under the same server, fed from memory: what pages cost when nothing is read or written.

Each page is made once by the real application; what its template was given is kept, and every request renders it.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, before_render_template, g
from jinja2 import Template

from config import Settings
from digital_inclusion.app import create_app
from digital_inclusion.foundation.database import session

Given = tuple[Template, dict[str, Any]]


def capture(app: Flask, cookie: str, requests: list[list[str]]) -> dict[str, Given]:
    """Return, by address, the template of each page and what it was given."""
    kept: dict[str, Given] = {}
    for method, path, body in requests:

        def keep(_app: Flask, template: Template, context: dict[str, Any], path: str = path, **_rest: object) -> None:
            session().expunge_all()  # rows stay as they were read, whatever becomes of the session
            own = {name: value for name, value in context.items() if name not in {"request", "session", "g"}}
            kept[path] = template, own | {"actor_of_page": g.actor}

        with before_render_template.connected_to(keep, app):
            sent = app.test_client(use_cookies=False).open(
                path,
                method=method,
                data=body or None,
                content_type="application/x-www-form-urlencoded" if body else None,
                headers={"Cookie": cookie, "Accept-Language": "en"},
            )
        assert sent.status_code == 200, (path, sent.status_code)
    return kept


def make_app() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI application for the pages named in the environment."""
    app = create_app(Settings.from_env())
    kept = capture(app, os.environ["BENCH_COOKIE"], json.loads(os.environ["BENCH_REQUESTS"]))

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        query = environ["QUERY_STRING"]
        template, given = kept[environ["PATH_INFO"] + (f"?{query}" if query else "")]
        with app.request_context(environ) as context:
            g.actor = given["actor_of_page"]
            g._login_user = given["current_user"]
            body = template.render(given, request=context.request, session=context.session, g=g).encode()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    return serve


app = make_app()
