"""A mark for sentences that a translator must reach, where no web framework may be imported."""


def _(sentence: str) -> str:
    """Return ``sentence`` unchanged; extraction finds it by this name, the page translates it."""
    return sentence


N_ = _
