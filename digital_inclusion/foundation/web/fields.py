"""Fields that several rooms ask with."""

from datetime import date, datetime
from typing import Any

from wtforms import DateField

from .forms import NOT_A_DATE


class DayField(DateField):
    """A recent day, in the browser's own date field; "3/31/2026" is understood too."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; say in our words when there is no such day."""
        self.data = None
        text = " ".join(valuelist).strip()
        if not text:
            return
        try:
            self.data = date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day
        except ValueError as error:
            raise ValueError(str(NOT_A_DATE)) from error
