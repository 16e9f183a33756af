"""Requests for help to look at: partners that take them, and requests that are sent."""

from typing import Any

from digital_inclusion.casework.actions.answering import change_intake
from digital_inclusion.casework.actions.asking import RESIDENT, send_request
from digital_inclusion.casework.rules.requests import Contact, Wish
from digital_inclusion.foundation.credentials import pin_of
from digital_inclusion.foundation.database import EVERYTHING, NOTHING, use_scope, write_transaction
from digital_inclusion.foundation.kernel.ids import new_token
from tests.factories.world import World

NAME, PHONE = "Zenobia Askswell", "(408) 555-0188"


def takes(world: World, partner: str = "a", **changes: Any) -> None:
    """Say what a partner takes: Spanish and English from everywhere, ten at a time, unless ``changes`` say else."""
    values: dict[str, Any] = {
        "takes_requests": True, "languages": ["en", "es"], "districts": [], "most_open": 10, "phone": "408-555-0101",
    } | changes  # fmt: skip
    use_scope(EVERYTHING)
    with write_transaction():
        change_intake(partner_id=world.partners[partner], by=world.actor("program_manager"), **values)
    use_scope(EVERYTHING)


def asks(
    name: str = NAME, *, language: str = "es", zip_code: str | None = "95113", address: str = ""
) -> tuple[str, str]:
    """Send a request as a resident does; return its reference and PIN."""
    token = new_token()
    use_scope(NOTHING)
    with write_transaction():
        sent = send_request(
            contact=Contact(name=name, phone=PHONE, phone_e164="+14085550188"),
            wish=Wish(language=language, needs=frozenset({"device", "connection"}), zip_code=zip_code),
            consent_language="en",
            token=token,
            address=address or f"10.0.0.{len(token)}",
            by=RESIDENT,
        )
        reference = sent.reference
    use_scope(EVERYTHING)
    return reference, pin_of(token, reference)
