"""Text messages through an adapter: a file in development, none until a gateway is set up."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app

from .kernel import clock
from .kernel.errors import Unavailable
from .kernel.ids import new_token
from .kernel.messages import _


class Texter(Protocol):
    """Whatever can send one text message."""

    def send(self, *, to: str, body: str) -> str:
        """Hand one message over to the gateway, to a number such as "+14085550123"; return the gateway's reference.

        Raises ``mail.Refused`` for a number that takes none, ``mail.Unsure`` where nobody knows whether it went, and
        Unavailable where nothing went.
        """


@dataclass(frozen=True, slots=True)
class FileTexter:
    """Development: every message is one JSON line of a file that only its owner reads."""

    path: Path

    def send(self, *, to: str, body: str) -> str:
        """Add the message to the file; return its reference."""
        reference = new_token()
        line = json.dumps(
            {"reference": reference, "at": clock.now().isoformat(), "to": to, "body": body}, ensure_ascii=False
        )
        try:
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
                file.write(line + "\n")
        except OSError as error:
            raise Unavailable(_("The text messages' file cannot be written.")) from error
        return reference


@dataclass(frozen=True, slots=True)
class NoTexter:
    """Nothing set up: says so instead of losing the message."""

    def send(self, *, to: str, body: str) -> str:
        """Raise Unavailable."""
        raise Unavailable(_("No gateway for text messages is set up."))


def make_texter(gateway: str, data_dir: Path) -> Texter:
    """Return the adapter with the name. A real gateway's goes here, beside these two."""
    return FileTexter(data_dir / "texts.jsonl") if gateway == "file" else NoTexter()


def texter() -> Texter:
    """Return the adapter of this installation."""
    adapter: Texter = current_app.extensions["texter"]
    return adapter


def can_text() -> bool:
    """Return whether text messages go anywhere at all."""
    return not isinstance(texter(), NoTexter)
