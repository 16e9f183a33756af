"""The deliveries of a row, out of numbered groups of columns. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...foundation.kernel.text import fold
from .parsed import Item, ParsedDelivery, ParsedEvidence

Found = tuple[str, ...]  # a code, and the fields it may be shown at
_Parts = Mapping[str, Any]
_ITEMS: dict[str, Item] = {"device": "device", "line": "line", "training": "training"}
_REMARKS = frozenset(
    ("ended_on", "source", "evidence_type", "evidence_reference", "evidence_seen_by", "evidence_seen_on")
)


@dataclass(frozen=True, slots=True)
class DeliveryGroup:
    """A numbered group of columns: the parts it has, and those whose value says that something was delivered at all."""

    item: Item
    number: int
    prefix: str
    parts: tuple[tuple[str, str], ...]  # part, field
    telling: tuple[str, ...]
    evidence: bool

    @classmethod
    def of(cls, group: str, number: int, fields: Iterable[str]) -> "DeliveryGroup":
        """Return the group of the given fields."""
        prefix = f"{group}_{number}_"
        parts = tuple(sorted((name.removeprefix(prefix), name) for name in fields))
        telling = tuple(name for part, name in parts if part not in _REMARKS)
        evidence = any(part.startswith("evidence_") for part, _ in parts)
        return cls(_ITEMS[group], number, prefix, parts, telling, evidence)

    def key(self, part: str) -> str:
        """Return the field of one part."""
        return self.prefix + part


def read_deliveries(
    groups: Sequence[DeliveryGroup], values: Mapping[str, Any], enrolled: date | None
) -> tuple[tuple[ParsedDelivery, ...], list[Found]]:
    """Return the deliveries that stand in a row, and what is wrong with them."""
    made: list[ParsedDelivery] = []
    wrong: list[Found] = []
    for group in groups:
        parts = {part: values[name] for part, name in group.parts if name in values}
        if not parts or (len(parts) <= len(_REMARKS) and parts.keys() <= _REMARKS):
            continue
        delivery = _read(group, parts, wrong)
        if delivery is None:
            continue
        if made and made[-1].item == group.item and _stands_in(made, delivery):
            wrong.append(("delivery_repeated", group.key("on")))
            continue
        made.append(delivery)
        ended = delivery.ended_on
        if ended is not None and ended < delivery.occurred_on:
            wrong.append(("ends_before_start", group.key("ended_on")))
        if enrolled is not None and delivery.occurred_on < enrolled:
            wrong.append(("before_enrollment", group.key("on")))
    return tuple(made), wrong


def _stands_in(made: Sequence[ParsedDelivery], delivery: ParsedDelivery) -> bool:
    key = delivery_key(delivery)
    return any(delivery_key(other) == key for other in made)


def _read(group: DeliveryGroup, parts: _Parts, wrong: list[Found]) -> ParsedDelivery | None:
    day = parts.get("on")
    if day is None:
        wrong.append(("delivery_without_date", group.key("on"), *group.telling))
    delivery = _READERS[group.item](group, parts, day or date.min, wrong)
    if day is None:
        return None
    if delivery is not None and group.evidence:
        delivery.evidence = _evidence(parts)
    return delivery


def _device(group: DeliveryGroup, parts: _Parts, day: date, wrong: list[Found]) -> ParsedDelivery | None:
    source = parts.get("source")
    if "kind" not in parts:
        wrong.append(("device_kind_missing", group.key("kind"), *group.telling))
        return None
    return ParsedDelivery(
        item="device",
        number=group.number,
        occurred_on=day,
        device_kind=parts["kind"],
        donated=None if source is None else source == "donated",
        unit=parts.get("unit"),
        ended_on=parts.get("ended_on"),
    )


def _line(group: DeliveryGroup, parts: _Parts, day: date, wrong: list[Found]) -> ParsedDelivery | None:
    pair, down, up = parts.get("speed", ()), parts.get("down", ()), parts.get("up", ())
    if len(down) == 2:  # "100/20" in the column for down
        pair, down = pair or down, ()
    down_kbps = down[0] if down else _nth(pair, 0)
    up_kbps = up[0] if up else _nth(pair, 1)
    if down_kbps is None or up_kbps is None:
        wrong.append(("speed_missing", *(group.key(part) for part in ("up", "down", "speed")), *group.telling))
        return None
    return ParsedDelivery(
        item="line",
        number=group.number,
        occurred_on=day,
        provider=parts.get("provider"),
        plan=parts.get("plan"),
        down_kbps=down_kbps,
        up_kbps=up_kbps,
        price_cents=parts.get("price"),
        ended_on=parts.get("ended_on"),
    )


def _nth(speeds: Sequence[int], place: int) -> int | None:
    return speeds[place] if place < len(speeds) else None


def _training(group: DeliveryGroup, parts: _Parts, day: date, wrong: list[Found]) -> ParsedDelivery | None:
    if "hours" not in parts and "assessment" not in parts:
        wrong.append(("hours_missing", group.key("hours"), *group.telling))
        return None
    return ParsedDelivery(
        item="training",
        number=group.number,
        occurred_on=day,
        topic=parts.get("topic"),
        minutes=parts.get("hours"),
        member=parts.get("member"),
        assessment=parts.get("assessment"),
        passed=parts.get("passed"),
    )


_READERS = {"device": _device, "line": _line, "training": _training}


def _evidence(parts: _Parts) -> ParsedEvidence | None:
    get = parts.get
    kind, reference = get("evidence_type"), get("evidence_reference")
    seen_by, seen_on = get("evidence_seen_by"), get("evidence_seen_on")
    if kind is None and reference is None and seen_by is None and seen_on is None:
        return None
    return ParsedEvidence(type=kind, reference=reference, seen_by=seen_by, seen_on=seen_on)


def delivery_key(delivery: ParsedDelivery) -> str:
    """Return how a delivery is known again within its household: item, kind, day, serial or provider.

    A training has neither; its member and topic stand in.
    """
    if delivery.item == "device":
        parts = (delivery.device_kind or "", fold(delivery.unit or ""))
    elif delivery.item == "line":
        parts = ("", fold(delivery.provider or ""))
    else:
        parts = (fold(delivery.member or ""), fold(delivery.topic or delivery.assessment or ""))
    return "|".join((delivery.item, delivery.occurred_on.isoformat(), *parts))
