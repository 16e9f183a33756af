"""Why an import stopped by itself, in a sentence. Pure."""

from collections.abc import Mapping

from ...foundation.kernel.messages import _
from ...foundation.sheets import SENTENCES as OF_FILES

SENTENCES = {
    "gave_up": _("Something went wrong and the work was given up. What is in stays in; start it again."),
    "file_gone": _("This file is no longer kept. Please upload it again."),
    "something_rests_on_it": _("Something was recorded for these households meanwhile. What was not undone yet stays."),
}


def stopped_template(code: str) -> str:
    """Return the sentence to translate, its parameters still in it."""
    return SENTENCES.get(code) or OF_FILES.get(code) or SENTENCES["gave_up"]


def stopped_sentence(code: str, params: Mapping[str, object] | None) -> str:
    """Return the sentence in the language of the code."""
    sentence = stopped_template(code)
    return sentence % params if params else sentence
