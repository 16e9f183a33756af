"""What can go wrong, in seven kinds. Each carries a sentence a translator can reach and its parameters."""

from collections.abc import Mapping

from .messages import _


class DomainError(Exception):
    """Something a person should hear about. ``message`` is a template, e.g. ``"%(count)s rows are left"``."""

    message = _("Something went wrong.")

    def __init__(self, message: str | None = None, **params: object) -> None:
        self.message = message if message is not None else type(self).message
        self.params = params
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Return the sentence in the language of the code (American English)."""
        return self.message % self.params if self.params else self.message


class Invalid(DomainError):
    """What was entered cannot be accepted (400). ``fields`` gives a sentence per field."""

    message = _("Please check what you entered.")

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None, **params: object):
        self.fields = dict(fields or {})
        super().__init__(message, **params)


class NotAllowed(DomainError):
    """Who asks may not do this (403)."""

    message = _("Your role does not include this.")


class NotFound(DomainError):
    """There is no such thing, or not for who asks (404). Never says which."""

    message = _("We could not find that.")


class Conflict(DomainError):
    """Somebody else was faster, or the thing is no longer in a state that allows it (409)."""

    message = _("This changed while you were working. Please look at it again.")


class TooLarge(DomainError):
    """More than we take (413)."""

    message = _("That is more than we can take at once.")


class Throttled(DomainError):
    """Too often (429)."""

    message = _("Too many tries. Please wait a while.")


class Unavailable(DomainError):
    """Not now (503)."""

    message = _("This does not work right now. Please try again in a minute.")
