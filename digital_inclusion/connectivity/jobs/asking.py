"""Asking by mail whether a line is still on.

A payload holds ids only, and a stored digest cannot be turned back into its token: each run makes a fresh link (the
one before stops working), commits, and sends it. Running twice sends two messages; the last one's link works.
"""

from datetime import timedelta

from flask_babel import force_locale, gettext

from ...foundation.access.identity import system_actor
from ...foundation.database import EVERYTHING, use_scope, write_transaction
from ...foundation.jobs import Payload, every, handler
from ...foundation.mail import can_send, link_to, mailer
from ...progress.queries.program import find_program, get_program_in_zone
from ..actions.checking import MAIL_LINK, MOST_AT_ONCE, make_links, renew_link
from ..rules.languages import written_in

ASK_BY_MAIL = "connectivity.ask_by_mail"
every(timedelta(days=1), ASK_BY_MAIL)


@handler(ASK_BY_MAIL)
def ask_by_mail(_payload: Payload) -> None:
    """Make links for households that agreed to be written to. Without mail they stay on the phone list."""
    made = MOST_AT_ONCE if can_send() else 0
    while made == MOST_AT_ONCE:
        use_scope(EVERYTHING)
        with write_transaction():
            if find_program() is None:
                return
            get_program_in_zone()  # a day begins by the city's clock
            made = make_links(by=system_actor("checks"))


@handler(MAIL_LINK)
def mail_check(payload: Payload) -> None:
    """Send one household the link by which it says whether its line is on, in its language."""
    use_scope(EVERYTHING)
    with write_transaction():
        program = get_program_in_zone()
        made = renew_link(link_id=int(payload["link"]), by=system_actor("checks"))
        if made is None:
            return
        token, household = made
        to, language = household.email or "", written_in(household.language)
    with force_locale(language):
        subject = gettext("Is your internet still on?")
        body = gettext(
            "Hello,\n\nwe helped you with internet at home. Does it still work? Open this link and tell us, yes or no. "
            "It takes one tap:\n\n%(link)s\n\nIt works for 30 days. Nobody pays and nobody loses anything by "
            "answering.\n\n%(program)s\n",
            link=link_to("residents.still_connected", token=token),
            program=program.file.city.program_name,
        )
    mailer().send(to=to, subject=subject, body=body)
