"""Which of our kinds a donor's word means: "Notebook", "iPad Air", "OptiPlex 7050 SFF". Pure."""

from functools import lru_cache

from ...foundation.kernel.text import fold

# In the order they are looked for: "mobile hotspot" is no phone, "laptop computer" no desktop.
_WORDS: tuple[tuple[str, str], ...] = (
    ("desktop", "all in one|aio|imac|mac mini|mac pro|mac studio"),
    (
        "laptop",
        "laptop|notebook|netbook|ultrabook|macbook|chromebook|thinkpad|latitude|elitebook|probook|zbook|vaio|lifebook"
        "|convertible|2 in 1|portatil|portatile|may tinh xach tay|笔记本|笔记本电脑",
    ),
    ("tablet", "tablet|ipad|galaxy tab|tableta|may tinh bang|平板|平板电脑"),
    ("hotspot", "hotspot|hot spot|mifi|jetpack"),
    ("phone", "phone|smartphone|iphone|cellphone|mobile|celular|telefono|dien thoai|手机"),
    ("router", "router"),
    ("monitor", "monitor|display|man hinh|显示器"),
    (
        "desktop",
        "desktop|tower|minitower|microtower|workstation|optiplex|thinkcentre|elitedesk|prodesk|chromebox"
        "|small form factor|sff|pc|computer|computadora|ordenador|may tinh de ban|台式机|台式电脑",
    ),
)
_PHRASES = [(f" {phrase} ", kind) for kind, phrases in _WORDS for phrase in phrases.split("|")]
# What goes with a device, or is none of ours, although its name says one: "laptop bag", "all-in-one printer".
_NONE_OF_OURS = frozenset(
    ["adapter", "arm", "bag", "battery", "cable", "camera", "cart", "case", "charger", "cover", "dock", "docking",
     "headset", "keyboard", "mount", "mouse", "part", "printer", "projector", "scanner", "screen", "server", "sleeve",
     "stand", "switch"]
)  # fmt: skip


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str | None:
    """Return the kind that ``text`` surely names, None where somebody must look."""
    words = [_singular(word) for word in fold(text).split()]
    if _NONE_OF_OURS.intersection(words):
        return None
    said = f" {' '.join(words)} "
    return next((kind for phrase, kind in _PHRASES if phrase in said), None)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
