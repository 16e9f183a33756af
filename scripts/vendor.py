"""Copy from node_modules into static/vendor/ the files that pages use, and nothing else.

Of the design system: the style sheet with the fonts and images it names, two scripts, the icon sprite.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SOURCE = HERE / "node_modules"
TARGET = HERE / "static" / "vendor"

USWDS = Path("@uswds/uswds")
STYLE = USWDS / "dist/css/uswds.min.css"
FILES = {  # in node_modules -> in static/vendor
    STYLE: "uswds/css/uswds.min.css",
    USWDS / "LICENSE.md": "uswds/LICENSE.md",
    # Public Sans has the Vietnamese letters that the style sheet's own default lacks
    **{
        USWDS
        / f"dist/fonts/public-sans/PublicSans-{weight}.woff2": f"uswds/fonts/public-sans/PublicSans-{weight}.woff2"
        for weight in ("Regular", "SemiBold", "Bold")
    },
    Path("htmx.org/dist/htmx.min.js"): "htmx/htmx.min.js",
    Path("htmx.org/LICENSE"): "htmx/LICENSE",
    Path("axe-core/axe.min.js"): "axe-core/axe.min.js",  # tests read it, no page links it
    Path("axe-core/LICENSE"): "axe-core/LICENSE",
}
NAMED_IN_STYLE = re.compile(r"""url\(["']?\.\./([^"')?#]+)""")


def main() -> int:
    """Replace static/vendor/ by a fresh copy; say what is missing."""
    wanted = dict(FILES)
    if (SOURCE / STYLE).exists():
        for name in sorted(set(NAMED_IN_STYLE.findall((SOURCE / STYLE).read_text(encoding="utf-8")))):
            wanted[USWDS / "dist" / name] = f"uswds/{name}"
    missing = [str(path) for path in wanted if not (SOURCE / path).is_file()]
    if missing:
        print("Not in node_modules: " + ", ".join(missing), file=sys.stderr)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, name in wanted.items():
        target = TARGET / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOURCE / path, target)
    size = sum((TARGET / name).stat().st_size for name in wanted.values())
    print(f"static/vendor: {len(wanted)} files, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
