"""The passport of a unit: its whole chain on one page to print."""

from flask import render_template

from ...foundation.web.gate import current_actor, requires
from ...progress.rules.deliveries import DEVICE_KINDS
from ..queries.passport import get_passport
from ..queries.units import name_of
from ..rules.recycling import BATCH_STATES
from ..rules.repairs import OUTCOMES, REPAIR_STATES, TROUBLES
from ..rules.sanitizing import MEDIA, METHODS, TECHNIQUES
from ..rules.states import STATES
from . import bp


@bp.get("/devices/<code:code>/passport")
@requires("device:read")
def show_passport(code: str) -> str:
    """Show everything on record about a unit, oldest first."""
    return render_template(
        "devices/show_passport.html",
        passport=get_passport(code, by=current_actor()),
        name_of=name_of,
        states=STATES,
        kinds=DEVICE_KINDS,
        media_kinds=MEDIA,
        methods=METHODS,
        techniques=TECHNIQUES,
        troubles=TROUBLES,
        repair_states=REPAIR_STATES,
        outcomes=OUTCOMES,
        batch_states=BATCH_STATES,
    )
