"""Why a record does not count, as one partner may read it: the columns of its standing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from digital_inclusion.progress.rules.codes import OWNERS, Code, Reason
from digital_inclusion.progress.rules.facts import Fact

_TOLD = (
    "fact", "other_fact", "item", "device_kind", "down_kbps", "up_kbps", "needed_down_kbps", "needed_up_kbps",
    "required_from", "record_id",
)  # fmt: skip


def reason_columns(reason: Reason | None, partner_id: int, facts: Iterable[Fact]) -> dict[str, Any]:
    """Return reason, owed_by, since and details; of a reason that lies with another partner only that it does (P10).

    ``facts`` are those of the identity.
    """
    if reason is None:
        return {"reason": None, "owed_by": None, "since": None, "details": None}
    if reason.partner_id is not None and reason.partner_id != partner_id:
        code = Code.ELSEWHERE
        return {"reason": code.value, "owed_by": OWNERS[code].value, "since": None, "details": {"elsewhere": True}}
    details = {
        name: value.isoformat() if isinstance(value, date) else value
        for name in _TOLD
        if (value := getattr(reason, name)) is not None
    }
    others = {fact.number for fact in facts if fact.partner_id != partner_id}
    details = {name: value for name, value in details.items() if "fact" not in name or value not in others}
    return {
        "reason": str(reason.code),
        "owed_by": str(reason.owed_by),
        "since": reason.since,
        "details": details,
    }
