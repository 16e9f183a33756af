"""Public pages: home and progress, asking for help and following a request."""

import importlib
import pkgutil

from flask import Blueprint, Flask

bp = Blueprint("residents", __name__)


def init_app(app: Flask) -> None:
    """Gather the pages of every module beside this one and register them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    app.register_blueprint(bp)
