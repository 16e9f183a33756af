"""Mail about accounts.

A payload holds ids only, and a stored digest cannot be turned back into its token: each run makes a fresh link (the
one before stops working), commits, and sends it. Running twice sends two messages; the last one's link works.
"""

from flask_babel import force_locale, gettext

from ..foundation.access.identity import Actor, system_actor
from ..foundation.database import EVERYTHING, use_scope, write_transaction
from ..foundation.jobs import Payload, handler
from ..foundation.kernel import clock
from ..foundation.mail import link_to, mailer
from .actions.links import make_invitation_link, make_reset_link
from .queries.people import get_invitation
from .queries.sessions import get_user, is_open


def _by() -> Actor:
    use_scope(EVERYTHING)
    return system_actor("mail")


@handler("accounts.mail_invitation")
def mail_invitation(payload: Payload) -> None:
    """Send an invitation's link, unless it has been used, withdrawn or handed over meanwhile."""
    by, invitation_id = _by(), int(payload["invitation"])
    with write_transaction():
        invitation = get_invitation(invitation_id, by=by)
        if not is_open(invitation, clock.now()) or invitation.handed_over_at is not None:
            return
        token = make_invitation_link(invitation_id, by_hand=False, by=by)
        name, email = invitation.name, invitation.email
    mailer().send(
        to=email,
        subject=gettext("You are invited to the digital inclusion program"),
        body=gettext(
            "Hello %(name)s,\n\nyou are invited to work in the digital inclusion program. Open this link to choose a "
            "password:\n\n%(link)s\n\nIt works once, for seven days. If you did not expect this, do nothing.\n",
            name=name,
            link=link_to("accounts.join", token=token),
        ),
    )


@handler("accounts.mail_reset")
def mail_reset(payload: Payload) -> None:
    """Send a link to set a new password. User 0 is nobody: the page takes the same time for unknown addresses."""
    by, user_id = _by(), int(payload["user"])
    if not user_id:
        return
    with write_transaction():
        user = get_user(user_id)
        if not user.active:
            return
        token = make_reset_link(user_id, by=by)
        name, email, locale = user.name, user.email, user.locale
    with force_locale(locale):
        subject = gettext("Set a new password")
        body = gettext(
            "Hello %(name)s,\n\nyou asked for a new password. Open this link to set it:\n\n%(link)s\n\n"
            "It works once, for one hour. If you did not ask, do nothing: your password stays as it is.\n",
            name=name,
            link=link_to("accounts.reset", token=token),
        )
    mailer().send(to=email, subject=subject, body=body)
