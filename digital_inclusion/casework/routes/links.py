"""Links to what can be done for a household: only to pages that exist and that the reader may open."""

from flask import current_app, url_for

from ...foundation.access import policy
from ...foundation.web.gate import PUBLIC, access_of, find_actor
from . import bp


@bp.app_template_global()
def link_to(endpoint: str, **values: object) -> str | None:
    """Return the address of the page, or None where there is none or the reader may not open it."""
    if endpoint not in current_app.view_functions:
        return None
    access = access_of(current_app, endpoint)
    if access != PUBLIC and not policy.allows(find_actor(), access):
        return None
    return url_for(endpoint, **values)  # type: ignore[arg-type]
