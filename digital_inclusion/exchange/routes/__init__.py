"""Pages of files: households brought in by a list, and the round trip with internet companies."""

import importlib
import pkgutil
from typing import Any

from flask import Blueprint, Flask
from flask_babel import gettext as _

from ..forms import field_label

bp = Blueprint("exchange", __name__)


def init_app(app: Flask) -> None:
    """Gather the pages of every module beside this one and register them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    app.register_blueprint(bp)
    app.jinja_env.globals["import_sentence"] = sentence
    app.jinja_env.globals["field_label"] = field_label


def sentence(message: str, params: dict[str, Any] | None = None) -> str:
    """Return a stored sentence in the reader's language."""
    return str(_(message, **params) if params else _(message))
