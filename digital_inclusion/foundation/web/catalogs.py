"""Translations as the program reads them: compiled from the .po files whenever those are newer."""

import logging
import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

logger = logging.getLogger(__name__)


def compile_catalogs(folder: Path) -> None:
    """Compile what is missing or older than its source; where nothing may be written, pages stay in English."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, made)
        except OSError:
            logger.warning("translations are not compiled", extra={"catalog": str(source)})


def _compile(source: Path, made: Path) -> None:
    """Write beside the old file, then take its place, so that another process never reads half of it."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3])
    handle, name = tempfile.mkstemp(dir=made.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as out:
        write_mo(out, catalog)
    Path(name).replace(made)
