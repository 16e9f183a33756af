"""What residents are told about settings that the city has not confirmed yet."""

import re
from collections.abc import Iterable

from ...foundation.kernel.messages import _

# The place of a setting in the program file -> what it is, in words of a resident.
_OPEN: tuple[tuple[str, str], ...] = (
    (r"program\.ends_on|goals\.by", _("the day by which the goals shall be reached")),
    (r"program\.passport_required_from", _("from when a donated computer needs a full record of its cleaning")),
    (r"program\.eligibility_required_from", _("from when a household must show that it is eligible")),
    (r"goals\.(connected|skills_sustained)", _("the goals themselves")),
    (r"standards\.\d+\.(from|down_mbps|up_mbps)", _("how fast internet must be, and from which day")),
    (r"standards\.\d+\.proof_days", _("how long a proof of internet is good")),
    (r"standards\.\d+\.(skills_hours|assessments)", _("how much training counts as skills")),
    (r"standards\.\d+\.(sustained_days|follow_up_counts)", _("after how long we ask whether skills are still used")),
    (r"standards\.\d+\.device_kinds", _("which computers count")),
    (r"boundaries(\..*)?", _("the borders of the districts")),
)


def open_questions(unconfirmed: Iterable[str]) -> list[str]:
    """Return, each once, what the unconfirmed settings are about; settings that change no figure are left out."""
    places = list(unconfirmed)
    return [words for shape, words in _OPEN if any(re.fullmatch(shape, place) for place in places)]
