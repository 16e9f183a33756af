"""What all forms share: stripped input, our own sentences, domain errors beside their field."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field

from ..kernel.errors import DomainError, Invalid
from ..kernel.text import without_controls
from .errors import sentence_of


def strip(value: Any) -> Any:
    """Return text without surrounding white space and without control characters, and None for nothing."""
    if not isinstance(value, str):
        return value
    return without_controls(value).strip() or None


class Form(FlaskForm):
    """Base of every form: fields are stripped, errors of actions can be shown beside their field."""

    class Meta(FlaskForm.Meta):
        """Strip every text on its way in."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the stripping filter to fields that hold text."""
            filters = unbound_field.kwargs.get("filters", [])
            if unbound_field.field_class.__name__ in _TEXT_FIELDS:
                filters = [strip, *filters]
            return unbound_field.bind(form=form, filters=filters, **options)

    general_error: str | None = None
    general_target: str | None = None  # id of the part of the page that the general error speaks of

    def process(self, *arguments: Any, **named: Any) -> None:
        """Read what was sent; white space alone is nothing, also to ``InputRequired``, which looks at the raw text."""
        super().process(*arguments, **named)
        for field in self:
            if type(field).__name__ in _TEXT_FIELDS and field.raw_data and field.data is None:
                field.raw_data = [""]

    def take(self, error: DomainError) -> None:
        """Show ``error`` beside the field it names, else on top; nothing typed is lost."""
        fields: Mapping[str, str] = error.fields if isinstance(error, Invalid) else {}
        shown = False
        for name, sentence in fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, gettext(sentence)]
                shown = True
        if not shown:
            self.general_error = sentence_of(error)


_TEXT_FIELDS = frozenset({"StringField", "TextAreaField", "EmailField", "TelField", "SearchField"})

REQUIRED = _l("Please fill this in.")
NOT_A_DATE = _l("Write a date that exists, for example 03/31/2026.")
