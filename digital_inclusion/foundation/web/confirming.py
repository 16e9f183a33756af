"""Two steps in one form: the first sending shows what would happen, the second, unchanged, does it."""

import json

from flask import request
from wtforms import HiddenField

from ..throttle import fingerprint
from .forms import Form

_OWN = {"seen", "csrf_token"}


class ConfirmedForm(Form):
    """A form whose effect is shown before it happens. Whatever is changed after that is shown once more."""

    seen = HiddenField()
    unseen: frozenset[str] = frozenset()  # fields that are asked together with the effect, and do not change it

    def is_confirmed(self) -> bool:
        """Tell whether exactly these values were shown with their effect."""
        return bool(self.seen.data) and self.seen.data == self._print()

    def mark_seen(self) -> None:
        """Remember that the effect of these values is being shown now."""
        self.seen.data = self._print()

    def _print(self) -> str:
        values = {name: str(value) for name, value in self.data.items() if name not in _OWN | self.unseen}
        return fingerprint("confirm", request.path, json.dumps(values, sort_keys=True, ensure_ascii=False))
