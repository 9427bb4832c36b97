"""A browser, a server, and a small park to look at."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from accounts.models import User
from accounts.roles import ADMINISTRATOR
from clusters.vocabulary import GoalMeasure, Measure, Stage
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_enterprise,
    make_entry,
    make_evidence,
    make_goal,
    make_group,
    make_park,
    make_plan,
    make_project,
    make_region,
    make_sector,
    make_user,
)

# The browser's own event loop runs in this thread, and Django would refuse to query beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("PARKTRACKER_TEST_CHROMIUM") or shutil.which("chromium") or ""
PASSWORD = "park-2020-pass"
ENTERPRISES = 30


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


@pytest.fixture(autouse=True)
def quiet(context: BrowserContext, site: str) -> Iterator[list[str]]:
    """Fail a test whose pages complain in the console, or ask another host for anything."""
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            told.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def watch(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:", "about:")):
            told.append(f"asked for {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda error: told.append(f"thrown: {error.error}"))
    context.on("request", watch)
    yield told
    assert not told, "\n".join(told)


@pytest.fixture
def log_in(site: str) -> Callable[[Page], None]:
    """Log a page in as the administrator, the way a person does."""

    def fill(page: Page) -> None:
        page.goto(f"{site}/accounts/login/")
        page.fill("[name=username]", "lin")
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        page.wait_for_url(f"{site}/")

    return fill
