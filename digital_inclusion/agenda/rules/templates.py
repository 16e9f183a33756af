"""What a message to a household can begin with. All of it is read by residents, in each language we write in. Pure."""

from dataclasses import dataclass

from ...foundation.kernel.messages import _


@dataclass(frozen=True, slots=True)
class Template:
    """A message to begin with: an e-mail's subject, and the words; "____" is to be filled in.

    Nothing in it names a program, a debt or a device that others should not read on a locked screen.
    """

    subject: str
    words: str


OWN = "own"
TEMPLATES: dict[str, Template] = {
    "appointment": Template(
        _("Your appointment"),
        _("Hello from %(partner)s. We look forward to seeing you: ____. If you cannot come, please tell us."),
    ),
    "call_us": Template(_("Please call us"), _("Hello from %(partner)s. Please call us at ____. Thank you.")),
    "device_ready": Template(
        _("It is ready for you"),
        _("Hello from %(partner)s. What you asked for is ready. You can get it here: ____."),
    ),
    "papers": Template(
        _("What we need from you"),
        _("Hello from %(partner)s. To go on we need from you: ____. Please bring it when we meet."),
    ),
    OWN: Template(_("A message for you"), _("Hello from %(partner)s.")),
}
# by the place of the appointment; never what it is for
REMINDERS: dict[str, str] = {
    "ours": _(
        "Hello from %(partner)s. We look forward to seeing you at our place on %(day)s at %(time)s. "
        "If you cannot come, please tell us."
    ),
    "home": _(
        "Hello from %(partner)s. We come to your home on %(day)s at %(time)s. If that is not possible, please tell us."
    ),
    "phone": _("Hello from %(partner)s. We call you on %(day)s at %(time)s. If that is not possible, please tell us."),
    "video": _(
        "Hello from %(partner)s. We meet you by video on %(day)s at %(time)s. If that is not possible, please tell us."
    ),
}
# The household's own link takes the place of LINK when the message goes; what is stored holds no link.
LINK = "[link]"
SURVEY = Template(
    _("A few short questions"),
    _("Hello from %(partner)s. How is it going? We have a few short questions, about three minutes: %(link)s"),
)
STOP_LINE = _("Reply STOP to stop these texts.")
MAIL_END = _("You get this because you said that we may write to you. To stop it, tell the person who helps you.")
