"""Gathers every room's commands under ``flask …``, and the program's own: set up, back up and restore, demo."""

import importlib
from pathlib import Path

from flask import Flask

from . import demo, operate, setup

HERE = Path(__file__).resolve().parent.parent


def register(app: Flask) -> None:
    """Register the commands: each room's ``cli.py`` offers ``init_cli(app)``."""
    for path in sorted(HERE.glob("*/cli.py")):
        importlib.import_module(f"digital_inclusion.{path.parent.name}.cli").init_cli(app)
    for own in (setup, operate, demo):
        own.init_cli(app)
