"""Every icon a template names is in the sprite: a missing one leaves an empty space and no error."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"""\bicon\(\s*["']([a-z-]+)["']|\bicon=["']([a-z-]+)["']""")


def test_every_icon_is_in_the_sprite() -> None:
    known = set(re.findall(r'id="([a-z-]+)"', (ROOT / "static/icons.svg").read_text()))
    used = {
        (path.name, one or other)
        for path in ROOT.glob("templates/**/*.html")
        for one, other in NAMED.findall(path.read_text())
    }
    assert not sorted((name, icon) for name, icon in used if icon not in known)
