"""Pages for residents and anybody else."""

from typing import Any

from flask import Blueprint, Flask
from flask_babel import get_locale

bp = Blueprint("residents", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from . import checking, public  # noqa: F401 - they add their pages to bp

    app.register_blueprint(bp)


@bp.context_processor
def _marks() -> dict[str, Any]:
    """Tell the page whether its language is a translation: no native reader has checked them yet."""
    return {"unchecked": str(get_locale() or "en")[:2] != "en"}
