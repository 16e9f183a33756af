"""Background work of reporting."""

from ..foundation.access.identity import system_actor
from ..foundation.jobs import Payload, handler
from .actions import IMPACT_JOB, stop_impact, work_out_impact


def _given_up(payload: Payload) -> None:
    stop_impact(preview_id=int(payload["preview"]), by=system_actor("impact"))


@handler(IMPACT_JOB, given_up=_given_up)
def preview_impact(payload: Payload) -> None:
    """Work out what another rulebook would change."""
    work_out_impact(preview_id=int(payload["preview"]), by=system_actor("impact"))
