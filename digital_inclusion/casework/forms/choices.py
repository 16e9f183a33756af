"""What may be chosen while enrolling, in the reader's words."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext

from ...foundation.kernel.messages import _
from ...funding.models import Grant
from ...households.rules import (
    CONSENT_LANGUAGES,
    CONSENT_PURPOSES,
    CONSENT_WAYS,
    DECLINED,
    LANGUAGES,
    POPULATIONS,
    SAFE_CONTACTS,
)
from ...progress.rules.deliveries import DEVICE_KINDS, evidence_choices
from ...progress.schemas import LoadedProgram
from ..rules.having import COMPUTERS
from .enrollment import Choices
from .knowing import knowing_choices

NEEDS = {"device": _("A computer"), "line": _("Internet at home"), "training": _("Help to use them")}
HOMES = {"fixed": _("At an address"), "no_fixed": _("No fixed address")}
_NOT_CHOSEN = _("Choose one")


def translated(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs with their labels in the reader's language."""
    return [(code, gettext(label)) for code, label in pairs]


def _or_none(pairs: Iterable[tuple[str, str]], none: str = _NOT_CHOSEN) -> list[tuple[str, str]]:
    return [("", gettext(none)), *translated(pairs)]


def enroll_choices(program: LoadedProgram, grants: Sequence[Grant], today: date) -> dict[str, Choices]:
    """Return the choices of every field of the enrollment form."""
    asked = [(code, label) for code, label in CONSENT_WAYS.items() if code != "attested_by_partner"]
    proofs = _or_none(evidence_choices("belonging"), _("Not seen yet"))
    spoken = [code for code in program.file.city.languages if code in CONSENT_LANGUAGES]
    return {
        "home": translated(HOMES.items()),
        "in_city": [("yes", gettext("Yes")), ("no", gettext("No"))],
        "district": [("", gettext("Not known"))] + [(d.code, d.name) for d in program.districts_on(today)],
        "safe_contact": _or_none(SAFE_CONTACTS.items()),
        "language": _or_none(LANGUAGES.items()),
        "needs": translated(NEEDS.items()),
        "has_device": _or_none(((code, DEVICE_KINDS[code]) for code in COMPUTERS), _("No, or not one that works")),
        "has_device_proof": proofs,
        "has_line_proof": proofs,
        "populations": [*translated(POPULATIONS.items()), (DECLINED, gettext("They prefer not to say"))],
        **knowing_choices(today),
        "consent_language": [(code, LANGUAGES[code]) for code in spoken or ["en"]],
        "consent_purposes": translated(CONSENT_PURPOSES.items()),
        "consent_way": translated(asked),
        "grant_id": ([] if len(grants) == 1 else [("", gettext("No grant"))])
        + [(str(grant.id), grant.name) for grant in grants],
    }
