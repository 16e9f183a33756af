"""Questions of surveys that are translated already, and how any question can be answered. Pure.

Apart from the other rules, because households read these sentences in four languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...foundation.kernel.messages import _

YES_NO, ONE, SOME, SCALE, WORDS = "yes_no", "one", "some", "scale", "words"
YES, NO, NOT_SURE = "yes", "no", "not_sure"
YES_NO_CHOICES = {YES: _("Yes"), NO: _("No"), NOT_SURE: _("I am not sure")}
TOP = 10  # of the scale


@dataclass(frozen=True, slots=True)
class Ready:
    """A question that is translated already. ``choices``: label by code."""

    kind: str
    words: str
    choices: Mapping[str, str] = field(default_factory=dict)


DEVICE, INTERNET, HELP = "device_in_use", "internet_on", "wants_help"
READY: dict[str, Ready] = {
    DEVICE: Ready(YES_NO, _("Do you still use the device that you got from us?")),
    INTERNET: Ready(YES_NO, _("Does your internet at home still work?")),
    "used_for": Ready(
        SOME,
        _("What do you use the internet for?"),
        {
            "school": _("School or learning"),
            "work": _("Work, or looking for work"),
            "health": _("Doctor and health"),
            "services": _("Benefits and city services"),
            "family": _("Talking with family and friends"),
            "money": _("Bank and bills"),
            "fun": _("News, music and videos"),
            "nothing": _("We do not use it"),
        },
    ),
    "feels_sure": Ready(SCALE, _("How sure do you feel online alone? 0 is not sure at all, 10 is very sure.")),
    HELP: Ready(YES_NO, _("Would you like us to call you and help?")),
}
CALLS = {DEVICE: NO, INTERNET: NO, HELP: YES}  # answers after which somebody should call
