"""Pages of the agenda: slots for appointments, what is to be done."""

import importlib
import pkgutil

from flask import Blueprint, Flask

bp = Blueprint("agenda", __name__)


def init_app(app: Flask) -> None:
    """Gather the pages of every module beside this one and register them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt("digital_inclusion.agenda.routes.messages.take_messages")  # asked by no browser
