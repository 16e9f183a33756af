"""The mail to who looks at a complaint, an appeal or a correction before its answer is due."""

from flask_babel import force_locale, format_date, gettext

from ...accounts.models import User
from ...foundation.kernel import clock
from ...foundation.mail import link_to
from ..models import Grievance


def compose_due(owner: User, grievance: Grievance) -> tuple[str, str]:
    """Return subject and text in the owner's language: the code and the day, no word of what was written."""
    with force_locale(owner.locale):
        told = {
            "name": owner.name, "code": grievance.reference, "day": format_date(grievance.answer_by),
            "link": link_to("casework.show_grievance", grievance=grievance.reference),
        }  # fmt: skip
        if grievance.answer_by < clock.today():
            subject = gettext("The answer to %(code)s is late: it was due %(day)s", **told)
        else:
            subject = gettext("Please answer %(code)s by %(day)s", **told)
        body = gettext(
            "Hello %(name)s,\n\nyou look at %(code)s. Somebody waits for the answer; it is due %(day)s.\n\n%(link)s\n\n"
            "If you cannot answer it, open the page and give it back, so that somebody else can.\n",
            **told,
        )
    return subject, body
