"""One line per request: what was asked, by whom, how it ended; never an address, a search word or a name."""

import logging
import secrets
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

logger = logging.getLogger(__name__)
HEADER = "X-Request-ID"


def init_logging(app: Flask) -> None:
    """Give every request a number and log it; must come first, so that it sees the answer as it leaves."""

    @app.before_request
    def begin() -> None:
        g.request_id, g.began = secrets.token_hex(8), perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def tell(response: Response) -> Response:
        if request.endpoint == "static" or "request_id" not in g:
            return response
        response.headers[HEADER] = g.request_id
        actor = g.get("actor")
        line = {
            "endpoint": request.endpoint,
            "method": request.method,
            "status": response.status_code,
            "ms": round((perf_counter() - g.began) * 1000, 1),
            "user": actor.user_id if actor is not None else None,
        }
        logger.info("request", extra=line)
        return response
