"""Every column's privacy is decided, and the generated documents are those of the code."""

from flask import Flask

from digital_inclusion.foundation.database import Base
from digital_inclusion.progress.models import PERSONAL_COLUMNS
from scripts.docs import pages, privacy


def _decided() -> dict[str, set[str]]:
    found = {}
    for table, about in privacy().items():
        if table == "plain":
            found |= {name: set(columns) for name, columns in about.items()}
        else:
            assert about["shown"], table
            assert about["kept"], table
            assert not about["personal"].keys() & set(about["plain"]), table
            found[table] = about["personal"].keys() | set(about["plain"])
    return found


def test_every_column_is_decided_and_nothing_else() -> None:
    there = {name: {column.name for column in table.columns} for name, table in Base.metadata.tables.items()}
    assert _decided() == there


def test_columns_that_may_be_blanked_are_personal() -> None:
    assert set(PERSONAL_COLUMNS) <= privacy()["facts"]["personal"].keys()


def test_generated_documents_are_fresh(app: Flask) -> None:
    stale = [path.name for path, text in pages(app).items() if not path.is_file() or path.read_text("utf-8") != text]
    assert not stale, "run: python scripts/docs.py"
