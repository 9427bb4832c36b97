"""A browser, a server, and a small park to look at."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from accounts.models import User
from accounts.roles import ADMINISTRATOR, RECORDER, VERIFIER
from clusters.vocabulary import GoalMeasure, Measure, Stage
from enterprises.models import Project
from ledger.withdrawal import withdraw
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_confirmation,
    make_correction,
    make_document,
    make_enterprise,
    make_entry,
    make_evidence,
    make_expected,
    make_goal,
    make_group,
    make_park,
    make_plan,
    make_project,
    make_rate,
    make_recorder,
    make_region,
    make_sector,
    make_user,
    make_verdict,
)

# The browser's own event loop runs in this thread, and Django would refuse to query beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("PARKTRACKER_TEST_CHROMIUM") or shutil.which("chromium") or ""
PASSWORD = "park-2020-pass"
ENTERPRISES = 30
# What a page holds itself, and the browser's own viewer of PDF.
OF_THE_BROWSER = ("data:", "blob:", "about:", "chrome:", "chrome-extension:")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; without one these tests are left out, but in CI they fail."""
    if not os.path.isfile(CHROMIUM):  # noqa: PTH113 an empty name must not become a directory
        told = "no Chromium: install it, or name it in PARKTRACKER_TEST_CHROMIUM"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """Name no address for all tests; each asks `site`."""


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Serve the sources, so that no test looks at styles that were collected earlier."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def site(live_server: Any, transactional_db: None) -> str:
    """The address of the server."""
    return str(live_server.url)


@pytest.fixture
def park(transactional_db: None) -> User:
    """A park with a plan, two clusters and enough enterprises for two pages; its administrator."""
    make_park()
    regions = [
        make_region("370285", name_en="Laixi", name_zh="莱西市"),
        make_region("370215", name_en="Jimo", name_zh="即墨区"),
    ]
    clusters = [
        make_cluster("nev", name_en="New energy vehicles", sites=[(regions[0], "15")]),
        make_cluster("digital", name_en="Digital", sites=[(regions[1], "4.5")]),
    ]
    plan = make_plan()
    make_goal(plan, GoalMeasure.INDUSTRIAL_SCALE, cluster=clusters[0], target_fen=100 * FEN_PER_BN)
    sector = make_sector(cluster=clusters[0])
    for number in range(ENTERPRISES):
        place = number % 2
        enterprise = make_enterprise(
            f"Maker {number:02}",
            name_zh=f"制造{number:02}有限公司",
            groups=[make_group()] if number % 3 == 0 else (),
            leading_on=date(2021, 1, 1) if number % 2 else None,
            origin="DE" if number % 5 == 0 else "CN",
        )
        project = make_project(
            enterprise,
            cluster=clusters[place],
            region=regions[place],
            sector=None if place else sector,
            stage=list(Stage)[number % len(Stage)],
            name_en=f"Works {number:02}",
            name_zh=f"工厂{number:02}",
        )
        if number % 4:
            make_entry(
                project,
                amount_fen=(number + 1) * FEN_PER_BN // 10,
                measure=Measure.PAID_IN if number % 7 == 0 else Measure.CONTRACTED,
                on=date(2019 + number % 6, 3, 1),
                evidence=make_evidence() if number % 3 else None,
            )
    return make_user(ADMINISTRATOR, username="lin", first_name="Lin", last_name="Mei")


@pytest.fixture
def fates(park: User) -> None:
    """What can become of figures: returned, corrected, proven by a file, withdrawn, expected."""
    with_amounts = Project.objects.filter(entries__gt=0).order_by("pk")
    first, second, third = with_amounts[:3]
    long = "The contract names another amount; " * 6
    returned = make_entry(first, recorded_by=park, note=f"{long}repost")
    make_document("合同-signed-in-the-presence-of-all-partners-final-version.pdf", entry=returned)
    make_verdict(returned, "returned", note=long)
    make_verdict(make_entry(first, evidence=make_evidence()))
    make_correction(make_entry(second), reason=long)
    withdraw(
        project=third,
        withdrawn_on=date(2025, 3, 1),
        recorded_by=make_recorder(),
        reason="The investor stopped",
    )
    waiting = Project.objects.filter(stage=Stage.CONSTRUCTION, standing="active").earliest("pk")
    make_expected(waiting)
    make_expected(waiting, on=date(2027, 3, 31), reason="Later equipment")
    make_confirmation(waiting, note="Seen")
    make_rate()


@pytest.fixture
def people(park: User) -> dict[str, User]:
    """Who records, who verifies, and who leads."""
    return {
        "wang": make_user(RECORDER, username="wang", first_name="Wang", last_name="Lin"),
        "zhao": make_user(RECORDER, username="zhao", first_name="Zhao", last_name="Min"),
        "li": make_user(VERIFIER, username="li", first_name="Li", last_name="Na"),
        "lin": park,
    }


@pytest.fixture(autouse=True)
def quiet(context: BrowserContext, site: str) -> Iterator[list[str]]:
    """Fail a test whose pages complain in the console, or ask another host for anything."""
    told: list[str] = []
    listen(context, site, told)
    yield told
    let_finish(context)
    assert not told, "\n".join(told)


def let_finish(context: BrowserContext) -> None:
    """Wait for what pages ask for after they are loaded: the database is emptied next."""
    for page in context.pages:
        expect(page.locator(".htmx-request")).to_have_count(0)


def listen(context: BrowserContext, site: str, told: list[str]) -> None:
    """Write down what the pages of a context complain of, and what they ask other hosts for."""

    def hear(message: ConsoleMessage) -> None:
        # htmx tells that a request was cut off, which leaving a page does.
        is_cut_off = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type in {"error", "warning"} and not is_cut_off:
            told.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def watch(request: Request) -> None:
        if not request.url.startswith((site, *OF_THE_BROWSER)):
            told.append(f"asked for {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda error: told.append(f"thrown: {error.error}"))
    context.on("request", watch)


@pytest.fixture
def log_in(site: str) -> Callable[..., None]:
    """Log a page in, as the administrator unless told, the way a person does."""

    def fill(page: Page, username: str = "lin") -> None:
        page.goto(f"{site}/accounts/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        page.wait_for_url(f"{site}/")

    return fill


@pytest.fixture
def person(
    browser: Browser,
    site: str,
    people: dict[str, User],
    log_in: Callable[..., None],
    quiet: list[str],
) -> Iterator[Callable[..., Page]]:
    """Open a window of one person's own, logged in; `scripts=False` is a browser without them."""
    contexts = []

    def come(username: str, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            java_script_enabled=scripts, viewport={"width": 1280, "height": 800}
        )
        contexts.append(context)
        listen(context, site, quiet)
        page = context.new_page()
        log_in(page, people[username].username)
        return page

    yield come
    for context in contexts:
        let_finish(context)
        context.close()
