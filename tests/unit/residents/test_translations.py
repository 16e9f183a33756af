"""Every sentence that residents read is there in every language."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.support import Translations

from digital_inclusion.foundation.web.catalogs import compile_catalogs

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("es", "vi", "zh")
PLACES = (
    "digital_inclusion/residents/",
    "templates/residents/",
    "templates/devices/labelled.html",
    "templates/layouts/",
    "templates/errors/",
    "templates/components/",
)


def _sentences() -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords={"_": None, "_l": None, "N_": None, "gettext": None})
    return {message for name, _line, message, *_rest in found if name.startswith(PLACES) and isinstance(message, str)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalog_translates_every_sentence_of_residents(language: str) -> None:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    sentences = _sentences()
    assert len(sentences) > 80
    untranslated = [one for one in sentences if one not in catalog or not catalog[one].string or catalog[one].fuzzy]
    assert not untranslated


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalog_keeps_every_parameter(language: str) -> None:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    assert not [error for _message, errors in catalog.check() for error in errors]


def test_compile_catalogs_makes_what_is_missing_and_renews_what_is_old(tmp_path: Path) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "Sí"\n')
    compile_catalogs(tmp_path)
    made = source.with_suffix(".mo")
    assert Translations(BytesIO(made.read_bytes())).gettext("Yes") == "Sí"
    first = made.stat().st_mtime_ns
    compile_catalogs(tmp_path)
    assert made.stat().st_mtime_ns == first
