"""Pages of skills: training of one person, classes, places in them, attendance."""

import importlib
import pkgutil

from flask import Blueprint, Flask

bp = Blueprint("skills", __name__)


def init_app(app: Flask) -> None:
    """Gather the pages of every module beside this one and register them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    app.register_blueprint(bp)
