"""A household says, without an account, that its device does not work.

Whether the household's code exists is told to nobody: known or not, the same is done and the same is answered.
"""

from dataclasses import dataclass
from datetime import timedelta

from ...devices.actions.repairs import note_repair
from ...devices.rules.repairs import check_trouble
from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.database import scope_of
from ...foundation.kernel.errors import Invalid, Throttled
from ...foundation.kernel.ids import read_code
from ...foundation.kernel.messages import _
from ...foundation.throttle import is_within
from ...partners.queries import list_all_partners
from ..queries.references import find_household_by_code

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS, PER_CODE = 20, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is typed: the household's code, the device's tag, what is wrong, how to reach them."""

    reference: str
    tag: str | None
    trouble: str
    words: str | None
    contact: str | None
    language: str


def send_repair(*, told: Trouble, address: str, by: Actor) -> None:
    """Bring the request to the partner that has the household's record, if there is one.

    Raises Invalid for what is not written well, Throttled past the numbers from one address and for one code.
    """
    policy.check(by, "repair:work")
    check_trouble(told.trouble, told.words)
    code = read_code(told.reference)
    if code is None:
        raise Invalid(
            fields={"reference": _("This is not a household code. It has eight letters and digits, such as 7KQM-2R9X.")}
        )
    if not is_within("repair.address", address, limit=PER_ADDRESS, window=HOUR):
        raise Throttled(_("Very many requests came from here in the last hour. Please wait a while and send it again."))
    if not is_within("repair.code", code, limit=PER_CODE, window=DAY):
        raise Throttled(_("You sent this several times today. Please wait for the answer."))
    for partner in list_all_partners(active_only=False):  # all of them, also after it was found: it takes as long
        with scope_of(partner.id):
            household = find_household_by_code(code)
            if household is not None and household.erased_at is None:
                note_repair(
                    household=household, trouble=told.trouble, words=told.words, tag=told.tag, contact=told.contact,
                    language=told.language, by=by,
                )  # fmt: skip
