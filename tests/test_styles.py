"""The style sheets as set-up makes them: nothing that they rest on is lost."""

import os
import re
from pathlib import Path

import pytest

from tests.scratch import ROOT

SOURCES = ROOT / "static" / "css"
BUILT = ROOT / "build" / "vendor" / "vendor"
WHOLE = ROOT / "node_modules" / "@tabler" / "core" / "dist" / "css" / "tabler.css"
IMPORT = re.compile(r'@import "\.\./static/css/([\w.-]+)"')
DECLARED = re.compile(r"(?<![\w-])(--[\w-]+)\s*:")
ASKED_FOR = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
ROOT_RULE = re.compile(r":root[^{}]*\{([^{}]*)\}")


def built(path: Path) -> str:
    """The text of a file that set-up makes."""
    if not path.exists():
        told = f"no {path.name}: make setup"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return path.read_text(encoding="utf-8")


def test_every_sheet_is_bundled() -> None:
    bundles = [path.read_text(encoding="utf-8") for path in (ROOT / "frontend").glob("*.css")]
    bundled = {name for text in bundles for name in IMPORT.findall(text)}
    assert bundled == {path.name for path in SOURCES.glob("*.css")}


def test_every_property_that_the_pages_ask_for_is_declared() -> None:
    """Our sheets' own, and of Tabler's those that it declares for the whole page."""
    sheet = built(BUILT / "app.css")
    ours = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.css"))
    of_the_page = set(DECLARED.findall("".join(ROOT_RULE.findall(built(WHOLE)))))
    needed = set(ASKED_FOR.findall(ours)) - set(DECLARED.findall(ours))
    needed |= set(ASKED_FOR.findall(sheet)) & of_the_page
    assert len(of_the_page) > 100, "the rules of the whole page are written otherwise now"
    assert needed <= set(DECLARED.findall(sheet)), sorted(needed - set(DECLARED.findall(sheet)))


def test_the_sheet_is_cut() -> None:
    """Under a third of Tabler, with all of our own beside it."""
    assert len(built(BUILT / "app.css")) < len(built(WHOLE)) / 3
