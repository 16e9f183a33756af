"""Tell by its content what an erasure report is, and read it. Pure: bytes in, entries out, else a sentence."""

import codecs
import io
import re

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _
from ...foundation.sheets import Limits, open_sheet
from .erasure_lists import read_list
from .erasures import Report
from .nwipe import LINE, read_nwipe
from .trees import read_tree
from .workbench import read_workbench

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
_LIMITS = Limits(file_bytes=LARGEST, unpacked_bytes=20 * MEGABYTE, part_bytes=10 * MEGABYTE, columns=100, rows=5000)
_TREE = re.compile(r"\A\s*[{\[]|^(?:---|(?:components|device|type|uuid|version|software):)(?:\s|$)", re.MULTILINE)
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_report(data: bytes) -> Report:
    """Return what the file says; raise Invalid with a sentence when it is no report or cannot be read."""
    if len(data) > LARGEST:
        raise Invalid(_("The file is larger than %(limit)s MB."), limit=LARGEST // MEGABYTE)
    if not data.strip():
        raise Invalid(_("The file is empty."))
    if data.startswith(b"PK"):
        return read_list(open_sheet(io.BytesIO(data), limits=_LIMITS))
    text = _text(data)
    if LINE.search(text) or "* Drive Status *" in text:
        return _with_something(read_nwipe(text))
    if _TREE.search(text):
        return read_workbench(read_tree(text))
    return read_list(open_sheet(io.BytesIO(data), limits=_LIMITS))


def _with_something(report: Report) -> Report:
    if not report.erasures and not report.flaws:
        raise Invalid(_("This log names no drive that was wiped."))
    return report


def _text(data: bytes) -> str:
    """Return the file as text. What is no UTF-8 is read as Windows text: what we look for in it is plain ASCII."""
    for mark, name in _WIDE:
        if data.startswith(mark):
            return data.decode(name, "replace")
    if b"\0" in data:
        raise Invalid(_("This is not a text file. Please choose the log or the report itself."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
