"""Takes a picture of every page, in both languages, light and dark, wide and on a phone.

Serves the public record from a throw-away directory, so that no picture shows an office's data.
`make screenshots` writes build/screenshots/; with --readme also docs/overview.png.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screenshots"
PASSWORD = "only-for-pictures"  # noqa: S105
PAGES = {
    "overview": "/",
    "overview-2022": "/?as_of=2022-12-31",
    "cluster": "/progress/clusters/digital/",
    "region": "/progress/regions/370283/",
    "charts": "/progress/charts/",
    "charts-cluster": "/progress/charts/?cluster=digital",
    "sector": "/progress/sectors/nev/vehicles/",
    "group": "/progress/groups/1/",
    "plan": "/progress/plans/qingdao-2020-2025/",
    "compare": "/progress/compare/?a=cluster:nev&b=region:370215",
    "compare-empty": "/progress/compare/",
    "overview-definition": "/?from=construction&count=groups&sites=inside",
    "leading": "/progress/leading/",
    "announced": "/progress/announced/",
    "changes": "/progress/changes/?as_of=2022-12-31&since=2021-12-31",
    "overview-known-before": "/?as_of=2022-12-31&known_at=2023-01-05",
    "definitions": "/progress/definitions/",
    "bad-address": "/?as_of=yesterday",
    "enterprises": "/enterprises/",
    "enterprises-nev": "/enterprises/?cluster=nev&sort=-contracted",
    "enterprises-none": "/enterprises/?q=Tesla",
    "search": "/search/?q=hisense",
    "enterprises-bad": "/enterprises/?cluster=nope",
    "enterprise": "/enterprises/?q=FAW-Volkswagen",
    "enterprise-new": "/enterprises/new/",
    "enterprise-edit": "/enterprises/?q=FAW-Volkswagen",
    "projects": "/projects/",
    "states": "/states/",
    "goals": "/progress/goals/",
    "project-new": "/projects/new/",
    "project-edit": "/projects/?q=FAW-Volkswagen+East",
    "project-step": "/projects/?q=FAW-Volkswagen+East",
    "amount-effect": "/projects/?q=FAW-Volkswagen+East",
    "project": "/projects/?q=FAW-Volkswagen+East",
    "ledger": "/ledger/",
    "entry": "/ledger/?measure=paid_in",
    "imports": "/imports/",
    "import": "/imports/",
    "overview-verified": "/?evidence=verified",
    "inbox": "/inbox/",
    "verify": "/verify/?order=largest",
    "returned": "/ledger/?verdict=returned",
    "project-in-use": "/ledger/?verdict=returned",
    "correct": "/ledger/?verdict=returned",
    "correct-effect": "/ledger/?verdict=returned",
    "attach": "/ledger/?verdict=returned",
    "move": "/projects/?q=FAW-Volkswagen+East",
    "withdraw": "/projects/?q=FAW-Volkswagen+East",
    "withdraw-effect": "/projects/?q=FAW-Volkswagen+East",
    "withdrawn": "/projects/?standing=withdrawn",
    "revive": "/projects/?standing=withdrawn",
    "undo": "/projects/?standing=withdrawn",
    "confirm": "/projects/?stale=yes",
    "expect": "/projects/?stage=construction",
    "evidence": "/evidence/",
    "document": "/evidence/?kind=pdf",
    "rates": "/rates/",
    "rate": "/rates/",
    "rate-new": "/rates/new/",
    "rate-import": "/rates/import/",
    "password": "/accounts/password/",
    "missing": "/nowhere/",
    "admin": "/admin/",
    "admin-enterprises": "/admin/enterprises/enterprise/",
    "admin-enterprise": "/admin/enterprises/enterprise/add/",
    "admin-projects": "/admin/enterprises/project/",
    "admin-project": "/admin/enterprises/project/1/change/",
    "admin-entries": "/admin/ledger/entry/",
    "admin-entry": "/admin/ledger/entry/add/",
    "admin-plan": "/admin/clusters/plan/1/change/",
    "admin-goals": "/admin/clusters/goal/",
}
# Pages that are reached by the first link of a list, or by one link after another, so that no
# primary key stands here.
PROJECT, ENTRY = "td a[href^='/projects/']", "td a[href^='/ledger/']"
FOLLOW = {
    "enterprise": ("td a[href^='/enterprises/']",),
    "enterprise-edit": ("td a[href^='/enterprises/']", "a[href$='/edit/']"),
    "project": (PROJECT,),
    "project-edit": (PROJECT, "a[href$='/edit/']"),
    "project-step": (PROJECT, "a[href$='/step/']"),
    "amount-effect": (PROJECT, "a[href$='/amount/']"),
    "entry": (ENTRY,),
    "import": ("main a[href^='/imports/']",),
    "returned": (ENTRY,),
    "project-in-use": (ENTRY, "main dd a[href^='/projects/']"),
    "correct": (ENTRY, "a[href$='/correct/']"),
    "correct-effect": (ENTRY, "a[href$='/correct/']"),
    "attach": (ENTRY, "a[href$='/attach/']"),
    "move": (PROJECT, "a[href$='/move/']"),
    "withdraw": (PROJECT, "a[href$='/withdraw/']"),
    "withdraw-effect": (PROJECT, "a[href$='/withdraw/']"),
    "withdrawn": (PROJECT,),
    "revive": (PROJECT, "a[href$='/revive/']"),
    "undo": (PROJECT, "a[href$='/undo/']"),
    "confirm": (PROJECT, "a[href$='/confirm/']"),
    "expect": (PROJECT, "a[href*='/expect/']"),
    "document": ("td a[href^='/evidence/']",),
    "rate": ("td a[href^='/rates/']",),
}
# What is filled in before the effect of an act is shown; nothing is confirmed.
FILL = {
    "correct-effect": {"#id_amount": "60亿", "#id_reason": "Page 3 instead of page 1"},
    "amount-effect": {
        "#id_measure": "paid_in",
        "#id_amount": "3亿",
        "#id_effective_on": "2025-06-30",
    },
    "withdraw-effect": {"#id_effective_on": "2025-06-30", "#id_reason": "The investor stopped"},
}
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"en": "en", "zh": "zh-hans"}
THEMES = ("light", "dark")


def main() -> None:
    """Parse the options, serve, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of: {', '.join(PAGES)}")
    parser.add_argument("--readme", action="store_true", help="write docs/overview.png only")
    options = parser.parse_args()
    unknown = set(options.pages) - set(PAGES)
    if unknown:
        parser.error(f"no such page: {', '.join(sorted(unknown))}; there are {', '.join(PAGES)}")
    with served(in_use=not options.readme) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PARKTRACKER_TEST_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        if options.readme:
            page = logged_in(browser, address, "wide", "light")
            page.goto(address)
            page.screenshot(path=ROOT / "docs" / "overview.png")
            return
        OUT.mkdir(parents=True, exist_ok=True)
        for size in SIZES:
            for theme in THEMES:
                page = logged_in(browser, address, size, theme)
                for language, code in LANGUAGES.items():
                    page.goto(f"{address}/?language={code}")
                    for name in options.pages or PAGES:
                        picture(page, address, name, OUT / f"{name}-{language}-{theme}-{size}.png")


def logged_in(browser: Browser, address: str, size: str, theme: str) -> Page:
    """Return a page of the administrator, in one size and theme."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{address}/accounts/login/?theme={theme}")
    page.screenshot(path=OUT / f"login-{theme}-{size}.png") if OUT.exists() else None
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url(f"{address}/")
    return page


def picture(page: Page, address: str, name: str, path: Path) -> None:
    """Take one picture of the whole page."""
    page.goto(address + PAGES[name])
    for link in FOLLOW.get(name, ()):
        # Not clicked, since it may lie in a menu.
        page.goto(address + str(page.locator(link).first.get_attribute("href")))
    for field, text in FILL.get(name, {}).items():
        if page.locator(field).evaluate("(field) => field.matches('select')"):
            page.select_option(field, text)
        else:
            page.fill(field, text)
    if name in FILL:
        page.click("#act [type=submit]")
        page.wait_for_load_state()
    draw_charts(page)
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wider > 0:
        print(f"{path.name}: scrolls sideways by {wider} px", file=sys.stderr)
    page.screenshot(path=path, full_page=True)
    print(path.relative_to(ROOT))


def draw_charts(page: Page) -> None:
    """Do something, so that charts below the window are drawn too, and wait for them."""
    page.mouse.move(1, 1)
    for area in page.locator(".chart-area").all():
        area.locator("svg").first.wait_for(state="attached")


@contextmanager
def served(*, in_use: bool) -> Iterator[str]:
    """Serve the public record on a free port, with invented work on it if `in_use`."""
    with tempfile.TemporaryDirectory() as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "PARKTRACKER_DATA_DIR": data,
            "PARKTRACKER_ADMIN_PASSWORD": PASSWORD,
            "DATABASE_URL": "",
        }
        python = [sys.executable]
        for command in (["manage.py", "prepare"], *([["scripts/activity.py"]] if in_use else [])):
            subprocess.run(
                [*python, *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        probe.close()
        server = subprocess.Popen(
            [
                *python,
                "-m",
                "gunicorn",
                "parktracker.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--threads",
                "4",
                "--no-control-socket",
            ],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str) -> None:
    """Wait until the server answers, at most half a minute."""
    for _ in range(300):
        try:
            with urlopen(f"{address}/livez"):  # noqa: S310 our own loopback address
                return
        except URLError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


if __name__ == "__main__":
    main()
