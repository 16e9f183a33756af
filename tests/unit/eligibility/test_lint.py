"""A mistake in a rulebook is named with its file and line; nothing is decided by such a rulebook."""

import shutil
from pathlib import Path

import pytest

from digital_inclusion.eligibility.schemas import RulebookError, load_rulebook

RULEBOOK = Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11"
GUIDELINES, LIFELINE = "tables/poverty-guidelines.yaml", "programs/lifeline-federal.yaml"


def _mistakes(folder: Path, file: str, before: str, after: str) -> list[str]:
    copy = folder / "2026-11"
    shutil.copytree(RULEBOOK, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(copy)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        (GUIDELINES, "from: 2020-01-14", "from: 2020-01-16", ":14: leaves a gap after 2020-01-13"),
        (GUIDELINES, "from: 2020-01-14", "from: 2020-01-02", ":14: overlaps the row before it"),
        (GUIDELINES, "    source: 85 FR 3060\n", "", ":14: rows.1: a value needs source"),
        (GUIDELINES, "[12490, 16910,", "[16910, 12490,", ":7: a larger household has a lower limit"),
        (LIFELINE, "table: poverty_guidelines", "table: poverty", "there is no table 'poverty'"),
        (LIFELINE, "receives: [medi_cal,", "receives: [medical,", "there is no benefit 'medical'"),
        (LIFELINE, "{lives_on_tribal_land: true}", "{on_tribal_land: true}", "there is no fact 'on_tribal_land'"),
        (LIFELINE, "presume: true", "presumed: true", "Extra inputs are not permitted"),
        (LIFELINE, "program: lifeline_federal", "program: [", "is not YAML"),
    ],
)  # fmt: skip
def test_mistake_is_named_with_file_and_line(tmp_path: Path, file: str, before: str, after: str, told: str) -> None:
    mistakes = _mistakes(tmp_path, file, before, after)
    assert [one for one in mistakes if one.startswith(f"{file}:") and told in one], mistakes
