"""The settings file as the recount reads it: from its text, by none of the code that counting reads it with."""

import tomllib
from typing import Any

from digital_inclusion.progress.recount.shapes import Boundaries, Program, Standard


def read(text: str) -> Program:
    """Return the settings of a text that was loaded once (so every table is there). An empty day is none."""
    file = tomllib.loads(text)
    program = file["program"]
    return {
        "starts_on": program["starts_on"],
        "standards": [_standard(table) for table in file["standards"]],
        "boundaries": [_boundaries(table) for table in file["boundaries"]],
        "zip_codes": set(file["area"]["zip_codes"]),
        "passport_required_from": program.get("passport_required_from") or None,
        "eligibility_required_from": program.get("eligibility_required_from") or None,
    }


def _standard(table: dict[str, Any]) -> Standard:
    return {
        "from_day": table["from"],
        "down_kbps": round(table["down_mbps"] * 1000),
        "up_kbps": round(table["up_mbps"] * 1000),
        "device_kinds": set(table["device_kinds"]),
        "proof_days": table["proof_days"],
        "skills_minutes": round(table["skills_hours"] * 60),
        "assessments": set(table["assessments"]),
        "sustained_days": table["sustained_days"],
    }


def _boundaries(table: dict[str, Any]) -> Boundaries:
    zips = {code: one["code"] for one in table["districts"] for code in one.get("zip_codes", ())}
    return {"from_day": table["from"], "districts": {one["code"] for one in table["districts"]}, "zip_district": zips}
