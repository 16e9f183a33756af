"""In which language we write to a household. Pure."""

WRITTEN = ("en", "es", "vi", "zh")  # languages the pages exist in


def written_in(language: str | None) -> str:
    """Return the language of the pages that a household reads best; Cantonese is written as Chinese."""
    code = "zh" if language == "yue" else language
    return code if code in WRITTEN else "en"
