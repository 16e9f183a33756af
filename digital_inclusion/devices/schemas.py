"""The factor set: typical weights and the carbon of making a device, read from ``factors/``."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from .rules.balance import Carbon, Factors

IN_USE = Path(__file__).resolve().parents[2] / "factors" / "2023-1.toml"
Kilograms = Annotated[Decimal, Field(gt=0, decimal_places=3)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Kind(_Table):
    weight: Kilograms
    weight_reports: int = Field(gt=0)
    carbon: tuple[Kilograms, Kilograms, Kilograms]
    carbon_reports: int = Field(gt=0)
    confidence: str


class _Displacement(_Table):
    percent: int = Field(ge=0, le=100)
    confirmed: bool


class _File(_Table):
    name: str
    version: str
    source: str
    displacement: _Displacement
    kinds: dict[str, _Kind]


@lru_cache(maxsize=4)
def read_factors(path: Path = IN_USE) -> Factors:
    """Return the factor set in ``path``; raise ValueError (pydantic's) for one that is not whole."""
    file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
    return Factors(
        name=file.name,
        source=file.source,
        displacement_percent=file.displacement.percent,
        displacement_confirmed=file.displacement.confirmed,
        weights_g={kind: _grams(one.weight) for kind, one in file.kinds.items()},
        carbon={kind: _carbon(one) for kind, one in file.kinds.items()},
    )


def _grams(kilograms: Any) -> int:
    return int(kilograms * 1000)


def _carbon(one: _Kind) -> Carbon:
    low, median, high = (_grams(value) for value in one.carbon)
    if not low <= median <= high:
        raise ValueError("the quartiles are out of order")
    return Carbon(low_g=low, median_g=median, high_g=high, reports=one.carbon_reports, confidence=one.confidence)
