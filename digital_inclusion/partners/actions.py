"""Create and change organizations."""

from ..foundation.access import policy
from ..foundation.access.identity import Actor
from ..foundation.audit.actions import record
from ..foundation.database import session
from ..foundation.kernel import clock
from ..foundation.kernel.errors import Conflict, Invalid
from ..foundation.kernel.messages import _
from .models import Partner, PartnerKind
from .queries import find_partner_by_code, find_partner_named, get_partner
from .rules import read_partner_code

_CODE_TAKEN = _("Another partner has this code.")
_NAME_TAKEN = _("Another partner has this name.")


def create_partner(*, code: str, name: str, kind: str, by: Actor) -> Partner:
    """Create a partner; raise Invalid when code or name are taken."""
    policy.check(by, "partner:manage")
    kind = PartnerKind(kind).value
    taken = {}
    if find_partner_by_code(code := read_partner_code(code)) is not None:
        taken["code"] = _CODE_TAKEN
    if find_partner_named(name) is not None:
        taken["name"] = _NAME_TAKEN
    if taken:
        raise Invalid(fields=taken)
    partner = Partner(code=code, name=name, kind=kind, created_at=clock.now())
    session().add(partner)
    session().flush()
    record("partner.created", by=by, subject=partner, partner_id=partner.id, kind=kind)
    return partner


def change_partner(partner_id: int, *, name: str, active: bool, by: Actor) -> Partner:
    """Rename a partner, or close or open it; people of a closed partner cannot sign in. Code and kind stay."""
    policy.check(by, "partner:manage")
    partner = get_partner(partner_id, by=by)
    other = find_partner_named(name)
    if other is not None and other.id != partner.id:
        raise Invalid(fields={"name": _NAME_TAKEN})
    if not active and partner.id == by.partner_id:
        raise Conflict(_("You cannot close the organization you work for."))
    fields = [field for field, value in (("name", name), ("active", active)) if getattr(partner, field) != value]
    partner.name, partner.active = name, active
    record("partner.changed", by=by, subject=partner, partner_id=partner.id, fields=fields)
    return partner
