"""The live stock: what is ready, where, since when, and who is next in line."""

from flask import render_template

from ...foundation.access import policy
from ...foundation.access.roles import sees_every_partner
from ...foundation.kernel import clock
from ...foundation.web.gate import current_actor, requires
from ...foundation.web.viewing import note_households
from ...progress.rules.deliveries import DEVICE_KINDS
from ..queries import requests
from ..queries.stock import count_stock, list_next
from ..rules.matching import TRAITS
from ..rules.requests import LINE, NEEDS
from ..rules.states import FUNCTIONAL
from ..rules.stock import AGES
from . import bp


@bp.get("/devices/stock")
@requires("device:read")
def stock() -> str:
    """Show what is in stock by kind, grade, site and age, and who is next in line."""
    by = current_actor()
    own = None if sees_every_partner(by.roles) else by.partner_id
    following = list_next(own) if own is not None else []
    if policy.allows(by, "household:read"):
        note_households(len(following), by=by)
    return render_template(
        "devices/stock.html",
        stock=count_stock(now=clock.now(), by=by),
        waiting=requests.count_waiting(),
        lately=requests.count_ready_lately(partner_id=own),
        following=following,
        kinds=DEVICE_KINDS,
        grades=FUNCTIONAL,
        ages=AGES,
        needs=NEEDS,
        traits=TRAITS,
        line=LINE,
    )
