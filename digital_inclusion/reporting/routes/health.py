"""Is all well: for people with a page, for a machine that watches with one word."""

import logging

from flask import Response, current_app, jsonify, render_template, request

from ...foundation.kernel import clock
from ...foundation.queue import last_sweep
from ...foundation.web.gate import public, requires
from ..queries.health import health as read_health
from ..queries.health import is_alive
from ..rules.worker import is_missing
from . import bp

logger = logging.getLogger(__name__)


@bp.get("/health")
@public
def alive() -> tuple[Response, int]:
    """Answer 200 while the database answers, 503 otherwise."""
    try:
        well = is_alive()
    except Exception:
        logger.exception("the database does not answer")
        well = False
    return jsonify(status="ok" if well else "unavailable"), 200 if well else 503


@bp.get("/operations/health")
@requires("operations:read")
def health() -> str:
    """Show jobs, worker, database, settings and seals."""
    swept_at = last_sweep(current_app.config["DATA_DIR"])
    return render_template(
        "reporting/health.html",
        health=read_health(check_seals="seals" in request.args),
        swept_at=swept_at,
        worker_missing=is_missing(swept_at, clock.now()),
    )
