"""Whether starting an import on its terms would take anything in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...foundation.kernel.errors import Invalid
from ...foundation.kernel.messages import _

WITHOUT_DAY = "enrolled_missing"  # the kind of problem that one day given for all rows takes away


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a look through the file found: rows that are new, changed, wait for consent, or lack only a day."""

    new: int = 0
    changed: int = 0
    drafts: int = 0
    without_day: int = 0  # refused because nothing tells their day of enrollment

    @property
    def is_startable(self) -> bool:
        """Tell whether there are terms on which something goes in."""
        return bool(self.new or self.changed or self.drafts)

    def takes_something(self, *, attested: bool, has_new_day: bool) -> bool:
        """Tell whether something goes in, with consent attested or not and a day given that was not given before."""
        return bool(self.new or self.changed or (self.drafts and attested) or (self.without_day and has_new_day))


def outlook_of(counts: Mapping[str, int], *, without_day: int) -> Outlook:
    """Return the outlook by the counts of a preview."""
    named = {name: counts.get(name, 0) for name in ("new", "changed", "drafts")}
    return Outlook(**named, without_day=without_day)


def check_outlook(
    state: str, preview: Mapping[str, Any] | None, without_day: int, *, attested: bool, has_new_day: bool
) -> None:
    """Raise Invalid when the look through a file told that nothing would go in on these terms.

    A file that ran before may be run again whatever it brings.
    """
    if state != "previewed":
        return
    outlook = outlook_of((preview or {}).get("counts", {}), without_day=without_day)
    if outlook.takes_something(attested=attested, has_new_day=has_new_day):
        return
    if outlook.drafts:
        raise Invalid(fields={"consent_attested": _("Every row waits for consent. Attest it, or nothing goes in.")})
    raise Invalid(_("Nothing in this file can go in as it is."))
