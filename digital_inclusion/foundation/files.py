"""Stored files: outside the database, named by us, checked by size before they are read."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, PartnerOwned, session
from .kernel import clock
from .kernel.errors import NotFound, TooLarge
from .kernel.messages import _

_CHUNK = 1024 * 1024


class StoredFile(PartnerOwned, Base):
    """A file somebody gave us. ``path`` is ours and random; ``name`` is what they called it."""

    __tablename__ = "stored_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(100), unique=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(30))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


def folder() -> Path:
    """Return the folder of stored files, private to the product's user."""
    path: Path = current_app.config["DATA_DIR"] / "files"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def store_file(stream: BinaryIO, *, name: str, purpose: str, partner_id: int, limit: int) -> StoredFile:
    """Write the stream to a new private file; raise TooLarge (and keep nothing) past ``limit`` bytes."""
    path = folder() / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(_("The file is larger than %(limit)s MB."), limit=limit // _CHUNK)
                digest.update(chunk)
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    made = StoredFile(
        name=Path(name.replace("\\", "/")).name[:200] or "file",
        path=path.name,
        size=size,
        sha256=digest.hexdigest(),
        purpose=purpose,
        partner_id=partner_id,
        created_at=clock.now(),
    )
    session().add(made)
    session().flush()
    return made


def path_of(stored: StoredFile) -> Path:
    """Return where the file lies; raise NotFound when it was removed."""
    path = folder() / stored.path
    if stored.removed_at is not None or not path.is_file():
        raise NotFound(_("This file is no longer kept."))
    return path


def remove_file(stored: StoredFile) -> None:
    """Delete the bytes, keep the row that says there was a file."""
    (folder() / stored.path).unlink(missing_ok=True)
    stored.removed_at = clock.now()
