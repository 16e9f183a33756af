"""Words for milestones, aspects, reasons and whose turn it is."""

from collections.abc import Mapping

from ...foundation.kernel.messages import _
from ...progress.rules.codes import OWNERS, Code, Owner

MILESTONES: Mapping[str, str] = {
    "connected": _("Connected"),
    "device": _("Device"),
    "connectivity": _("Internet line"),
    "skills": _("Skills"),
    "included": _("Included"),
    "connected_sustained": _("Connected, sustained"),
    "skills_sustained": _("Skills, sustained"),
}
MEANINGS: Mapping[str, str] = {
    "connected": _("a device and an internet line at the same time, at least one of them from the program"),
    "device": _("a laptop, desktop or tablet from the program"),
    "connectivity": _("an internet line from the program, at the standard of its day"),
    "skills": _("enough hours of training for one person, or a passed assessment"),
    "included": _("connected, with skills"),
    "connected_sustained": _("still connected at the first check after the set time"),
    "skills_sustained": _("skills still used at the first check after the set time"),
}
ASPECTS: Mapping[str, str] = {
    "verified": _("Verified"),
    "pending": _("Pending"),
    "current": _("Current"),
}
REASONS: Mapping[str, str] = {
    Code.BEFORE_PROGRAM: _("Came before the program began"),
    Code.DEVICE_KIND_NOT_COUNTED: _("Kind of device does not count"),
    Code.BELOW_STANDARD: _("Line too slow"),
    Code.OUTSIDE_AREA: _("Home outside the area"),
    Code.NOT_ELIGIBLE: _("Not eligible"),
    Code.NOT_ENROLLED: _("Not enrolled"),
    Code.BEFORE_ENROLLMENT: _("Served before enrollment"),
    Code.NO_CONSENT: _("Consent missing"),
    Code.CONSENT_WITHDRAWN: _("Consent withdrawn"),
    Code.NO_ADDRESS: _("Address missing"),
    Code.ELIGIBILITY_MISSING: _("Eligibility decision missing"),
    Code.PASSPORT_MISSING: _("Device passport incomplete"),
    Code.ENDED: _("Left the program"),
    Code.NOTHING_FROM_PROGRAM: _("Nothing from the program"),
    Code.RETURNED_BEFORE_LINE: _("Device and line never together"),
    Code.NO_DEVICE: _("Device missing"),
    Code.NO_LINE: _("Internet line missing"),
    Code.QUESTIONED: _("Question not answered"),
    Code.NOT_VERIFIED: _("Waits for a verifier"),
    Code.ELSEWHERE: _("Another partner's part is missing"),
}
TURNS: Mapping[str, str] = {
    Owner.PARTNER: _("The partner's turn"),
    Owner.VERIFIER: _("The verifier's turn"),
    Owner.CITY: _("The city's turn"),
    Owner.HOUSEHOLD: _("Up to the household"),
}
YOUR_TURN = _("Your turn")  # what the partner's own people read instead
DECIDED: Mapping[str, str] = {
    "void": _("Taken back"),
    "question": _("Question"),
    "link": _("Linked"),
    "split": _("Link taken back"),
    "settings": _("Settings loaded"),
}


def reasons_of(owner: str) -> list[str]:
    """Return the reasons whose next step is ``owner``'s."""
    return [code.value for code in Code if OWNERS[code] == owner]
