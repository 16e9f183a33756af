"""What the program writes about its own running: one JSON line an event, never a person's data.

Errors are told by kind and place alone: their sentences often repeat what somebody typed, or a row of the database.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

_FRAMES = 12  # of an error's place, the innermost
Error = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logs(stream: TextIO | None = None, *, told: bool = True) -> logging.Handler:
    """Let everything that is logged in this process become a JSON line on ``stream`` (standard error).

    ``told``: every request too; without it only warnings and errors, for somebody who reads them in a terminal.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_error,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if told else logging.WARNING)
    return handler


def tell_error(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace an error by its kinds (itself and what caused it) and where it happened."""
    found = event.pop("exc_info", None)
    if not isinstance(found, tuple) or found[1] is None:
        return event
    event["error"] = " < ".join(_kinds(found[1]))
    event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in _frames(found)]
    return event


def _kinds(error: BaseException | None) -> list[str]:
    found: list[str] = []
    while error is not None and len(found) < _FRAMES:
        found.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return found


def _frames(error: Error) -> list[Any]:
    return list(traceback.extract_tb(error[2]))[-_FRAMES:]
