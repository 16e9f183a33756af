"""What a file really is, by its first bytes: its name is only what somebody called it."""

import re
import zipfile
from typing import BinaryIO

from .errors import SheetError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and the envelope of an encrypted workbook
_FOREIGN = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"{\\rtf", "document"),
    (b"SQLite format 3\x00", "database"),
    (b"PAR1", "database"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_MARKUP = (
    (b"<!doctype html", "web_page"),
    (b"<html", "web_page"),
    (b"<?xml", "xml"),
    (b"<table", "web_page"),
)
_JSON = re.compile(rb"^(?:\{\s*(?:\"|\}|$)|\[\s*[\[{\"\n])")


def kind_of(stream: BinaryIO) -> str:
    """Return "csv" or "xlsx"; raise SheetError for anything that is recognizably something else."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head:
        raise SheetError("file_empty")
    if head.startswith(_OLE):
        raise SheetError("encrypted" if _is_encrypted(stream) else "old_excel")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(stream)
    _refuse_foreign(head)
    return "csv"


def _refuse_foreign(head: bytes) -> None:
    for magic, kind in _FOREIGN:
        if head.startswith(magic) and not (magic == b"MZ" and b"\x00" not in head):
            raise SheetError("not_a_sheet", kind=kind)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    for magic, kind in _MARKUP:
        if text.startswith(magic):
            raise SheetError("not_a_sheet", kind=kind)
    if text.startswith(b"%pdf"):
        raise SheetError("not_a_sheet", kind="pdf")
    if _JSON.match(text):
        raise SheetError("not_a_sheet", kind="json")


def _is_encrypted(stream: BinaryIO) -> bool:
    """An encrypted workbook is an OLE file whose directory names the stream "EncryptedPackage"."""
    needle, tail = "EncryptedPackage".encode("utf-16-le"), b""
    while chunk := stream.read(1024 * 1024):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _kind_of_zip(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            locked = any(info.flag_bits & 0x1 for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise SheetError("corrupt_workbook") from error
    if locked:
        raise SheetError("encrypted")
    if "xl/workbook.bin" in names:
        raise SheetError("not_a_sheet", kind="xlsb")
    if "[Content_Types].xml" in names and any(name.lower().startswith("xl/") for name in names):
        return "xlsx"
    raise SheetError("not_a_sheet", kind=_kind_by_names(names))


def _kind_by_names(names: set[str]) -> str:
    if "content.xml" in names and "mimetype" in names:
        return "opendocument"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        return "numbers"
    return "archive"
