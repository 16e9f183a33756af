"""A file of offers: its shape, and every mistake in it named with the offer it stands in."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..foundation.kernel.errors import Invalid
from .rules.offers import NewOffer, NewTerms

Dollars = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Mbps = Annotated[Decimal, Field(gt=0)]


class OffersFileError(Exception):
    """A file that cannot be used; ``mistakes`` names every one."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Offer(_Table):
    provider: Annotated[str, Field(min_length=1, max_length=80)]
    plan: Annotated[str, Field(min_length=1, max_length=80)]
    kind: str = "home"
    program: str | None = None
    zip_codes: list[str] | None = None
    languages: list[str] = ["en"]
    how_to_apply: Annotated[str, Field(max_length=500)] | None = None
    link: Annotated[str, Field(max_length=300)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    source: Annotated[str, Field(max_length=200)] | None = None
    closes_on: date | None = None
    from_on: date
    price: Dollars
    promo_price: Dollars | None = None
    promo_months: int | None = None
    promo_until_on: date | None = None
    setup: Dollars = Decimal(0)
    equipment: Annotated[str, Field(max_length=120)] | None = None
    equipment_price: Dollars = Decimal(0)
    down_mbps: Mbps
    up_mbps: Mbps
    data_gb: int | None = None
    low_cost: bool = False


class _File(_Table):
    format: int = Field(ge=1, le=1)
    offers: list[dict[str, Any]]


def read_offers(path: Path) -> list[NewOffer]:
    """Return the offers of a TOML file; raise OffersFileError naming every mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        file = _File.model_validate(tomllib.loads(text, parse_float=Decimal))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OffersFileError([str(error)]) from error
    except ValidationError as error:
        raise OffersFileError(_mistakes("the file", error)) from error
    found, mistakes = [], []
    for place, told in enumerate(file.offers, start=1):
        name = f"offer {place} ({told.get('provider', '?')}, {told.get('plan', '?')})"
        try:
            found.append(_new(_Offer.model_validate(told)))
        except ValidationError as error:
            mistakes += _mistakes(name, error)
        except Invalid as error:
            mistakes += [f"{name}: {sentence}" for sentence in error.fields.values()]
    if mistakes:
        raise OffersFileError(mistakes)
    return found


def _mistakes(name: str, error: ValidationError) -> list[str]:
    return [f"{name}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


def _new(one: _Offer) -> NewOffer:
    return NewOffer(
        **{
            name: getattr(one, name)
            for name in ("provider", "plan", "kind", "program", "how_to_apply", "link", "phone")
        },
        zip_codes=None if one.zip_codes is None else tuple(one.zip_codes),
        languages=tuple(one.languages),
        source=one.source,
        closes_on=one.closes_on,
        terms=NewTerms(
            from_on=one.from_on,
            price_cents=_cents(one.price) or 0,
            promo_cents=_cents(one.promo_price),
            promo_months=one.promo_months,
            promo_until_on=one.promo_until_on,
            setup_cents=_cents(one.setup) or 0,
            equipment=one.equipment,
            equipment_cents=_cents(one.equipment_price) or 0,
            down_kbps=int(one.down_mbps * 1000),
            up_kbps=int(one.up_mbps * 1000),
            data_gb=one.data_gb,
            low_cost=one.low_cost,
        ),
    )


def _cents(dollars: Decimal | None) -> int | None:
    return None if dollars is None else int(dollars * 100)
