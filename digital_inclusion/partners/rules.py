"""Rules of organizations: what a partner's code looks like."""

import re

from ..foundation.kernel.errors import Invalid
from ..foundation.kernel.messages import _

CODE = re.compile(r"^[A-Z][A-Z0-9-]{1,11}$")

KINDS: dict[str, str] = {
    "grantee": _("Grantee: works with residents under a grant"),
    "refurbisher": _("Refurbisher: prepares devices"),
    "city": _("City"),
    "fiscal_agent": _("Fiscal agent of the city"),
}


def read_partner_code(text: str) -> str:
    """Return the code in capitals; raise Invalid with a sentence."""
    code = text.strip().upper()
    if not CODE.match(code):
        raise Invalid(fields={"code": _("Use 2 to 12 letters, digits or hyphens, beginning with a letter.")})
    return code
