"""What the overview costs on the line, as the program serves it: collected and compressed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as given
from django.test.testcases import LiveServerThread
from playwright.sync_api import CDPSession, Page

from tests.browser.looking import ONE_ENGINE

KB = 1000
FIRST_VISIT = 300 * KB
NEXT_VISIT = 30 * KB


@pytest.fixture
def site(transactional_db: None, settings: Any) -> Iterator[str]:
    """The address of a server that leaves static files to the program."""
    if not (Path(given.STATIC_ROOT) / "staticfiles.json").exists():
        told = "no collected files: make setup"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    collected = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": collected}
    # What would wrap the program to send the sources of static files wraps nothing.
    server = LiveServerThread("127.0.0.1", lambda program: program)  # type: ignore[arg-type]
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


def bytes_of_visit(page: Page, line: CDPSession, address: str) -> int:
    """Open a page and return what came over the line for it, heads and all."""
    sent: list[int] = []

    def count(event: dict[str, Any]) -> None:
        sent.append(int(event["encodedDataLength"]))

    line.on("Network.loadingFinished", count)
    page.goto(address, wait_until="networkidle")
    line.remove_listener("Network.loadingFinished", count)
    return sum(sent)


@ONE_ENGINE
@pytest.mark.usefixtures("fates")
def test_the_overview_is_light_and_the_next_visit_lighter(
    page: Page, site: str, log_in: Callable[[Page], None]
) -> None:
    log_in(page)
    page.wait_for_load_state("networkidle")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    first = bytes_of_visit(page, line, f"{site}/")
    # Somewhere else in between: the same address again would be a reload.
    page.goto("about:blank")
    later = bytes_of_visit(page, line, f"{site}/")
    assert first <= FIRST_VISIT
    assert later <= NEXT_VISIT
    assert later < first / 4, "the files were sent again"
