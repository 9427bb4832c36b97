"""Builds the pages' style sheets, each one file: what frontend/*.css imports, and Tabler cut.

Run by make after build_assets.py, and when a style sheet or a file that may name a class changes. A
class of Tabler counts as used when its name stands anywhere in such a file, an element likewise.
tests/browser/test_pages.py tells what a page misses.
"""

from importlib.util import find_spec
from pathlib import Path

from build_assets import ROOT, TARGET, bundle, package_file, run_node

SHEETS = {"app.css": "frontend/app.css", "admin.css": "frontend/admin.css"}
PURGE = "purgecss/bin/purgecss.js"
TABLER = "@tabler/core/dist/css/tabler.css"
MADE = ROOT / "build" / "styles"
# tom-select makes elements with classes of its own; all others are of ours.
SCRIPTS = ["static/js/*.js", "frontend/**/*.js", "node_modules/tom-select/dist/js/*.popular.js"]
# Their Python names classes of what our templates show: fields, heads of tables, pages.
LIBRARIES = ["django.forms", "django_tables2", "django_filters"]
# Classes of Tabler that no file names whole, since they are put together; each with where that is.
KEPT: list[str] = []


def read_for_classes() -> list[str]:
    """Return patterns of all files in which the class of an element may be named."""
    apps = [path.parent.name for path in ROOT.glob("*/apps.py")]
    ours = [f"{app}/**/*.{kind}" for app in apps for kind in ("py", "html")]
    places = [Path(str(find_spec(name).origin)).parent for name in LIBRARIES]  # type: ignore[union-attr]
    return [
        "templates/**/*.html",
        *ours,
        *SCRIPTS,
        *(f"{place.as_posix()}/**/*.py" for place in places),
        f"{places[0].as_posix()}/**/*.html",
    ]


def purge() -> None:
    """Write Tabler without the classes, elements, animations and properties that nothing uses."""
    MADE.mkdir(parents=True, exist_ok=True)
    run_node(
        PURGE,
        *("--css", package_file(TABLER)),
        *("--content", *read_for_classes()),
        *("--safelist", *KEPT),
        *("--variables", "--keyframes"),
        *("--output", MADE / "tabler.css"),
    )


def main() -> None:
    """Write the sheets; one that is as it was stays untouched, so that nothing after it runs."""
    purge()
    for name, source in SHEETS.items():
        # The addresses of fonts are those of the served files.
        bundle(source, MADE / name, "--external:*.woff2")
        made, served = (MADE / name).read_bytes(), TARGET / name
        if not served.exists() or served.read_bytes() != made:
            served.write_bytes(made)


if __name__ == "__main__":
    main()
