"""Public pages: home and progress, the check, asking for help and following a request."""

import importlib
import pkgutil
from typing import Any

from flask import Blueprint, Flask
from flask_babel import get_locale

bp = Blueprint("residents", __name__)


def init_app(app: Flask) -> None:
    """Gather the pages of every module beside this one and register them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    app.register_blueprint(bp)


@bp.context_processor
def _marks() -> dict[str, Any]:
    """Tell the page whether its language is a translation: no native reader has checked them yet."""
    return {"unchecked": str(get_locale() or "en")[:2] != "en"}
