"""The shipped rulebook decides the cases that nobody here wrote."""

import json
from pathlib import Path

import pytest

from digital_inclusion.eligibility.rules.cases import UNSUPPORTED, check_case
from digital_inclusion.eligibility.rules.deciding import Decider
from digital_inclusion.eligibility.schemas import load_rulebook
from tests.support.shared import shared_file

RULEBOOK = Path(__file__).resolve().parents[3] / "rulebooks" / "2026-11"


@pytest.mark.parametrize("name", ["eligibility_cases.json", "policyengine_cases.json"])
def test_every_case_is_decided_as_expected(name: str) -> None:
    cases = json.loads(shared_file(f"../cases/{name}").read_text())["cases"]
    decider = Decider(load_rulebook(RULEBOOK))
    outcomes = [outcome for case in cases for outcome in check_case(decider, case)]
    assert not [one for one in outcomes if one.state == "failed"]
    assert {one.key for one in outcomes if one.state == "unsupported"} <= UNSUPPORTED.keys()
