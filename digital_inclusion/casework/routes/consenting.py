"""The page on which a household agrees anew."""

from typing import Any

from flask_babel import gettext as _

from ...foundation.web.gate import current_actor, requires
from ...households.rules import CONSENT_LANGUAGES, written_in
from ...progress.actions.posting import Posting
from ...progress.queries.program import get_program
from ...progress.queries.served import get_served
from ..actions.consenting import give_consent as give
from ..forms.consenting import ConsentForm
from . import bp
from .correcting import walk


@bp.route("/households/<code:code>/consent/new", methods=["GET", "POST"])
@requires("household:correct")
def give_consent(code: str) -> Any:
    """Note what they agree to from a day on; its effect on the count is shown before."""
    household, version = get_served(code), get_program().file.privacy.consent_text_version
    form = ConsentForm(data={"language": written_in(household.language)}).offer()

    def do() -> Posting:
        return give(household_id=household.id, new=form.new(version), by=current_actor())

    return walk(
        form, do, template="casework/give_consent.html", household=household, text_version=version,
        said=_("The new consent is on record."), languages_of_consent=CONSENT_LANGUAGES,
    )  # fmt: skip
