"""The search in the bar: suggestions while somebody types, and a page of everything."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from enterprises.models import Enterprise

pytestmark = pytest.mark.usefixtures("park")
LogIn = Callable[[Page], None]


def test_a_name_is_found_and_opened_with_the_keyboard_alone(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.keyboard.press("/")
    box = page.locator("#search-bar")
    expect(box).to_be_focused()
    asked: list[str] = []

    def count(request: Request) -> None:
        if "/suggest/" in request.url:
            asked.append(request.url)

    page.on("request", count)
    box.press_sequentially("zhizao0", delay=10)
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Maker 0")
    assert len(asked) == 1  # typed in one go, asked once
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    marked = options.nth(1).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", str(marked))
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("zhizao0")
    box.press_sequentially("7")
    expect(options.first).to_contain_text("Maker 07")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/enterprises/\d+/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Maker 07")


def test_enter_leads_to_everything_that_was_found(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page)
    page.fill("#search-bar", "works 0")
    page.press("#search-bar", "Enter")
    page.wait_for_url(f"{site}/search/?q=works+0")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.get_by_role("link", name=re.compile("All .* projects in the list")).click()
    page.wait_for_url(f"{site}/projects/?q=works+0")
    expect(page.locator("#list tbody tr").first).to_be_visible()


def test_without_scripts_the_box_leads_to_the_same_page(
    browser: Browser, site: str, log_in: LogIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.fill("#search-bar", "制造07")
    page.press("#search-bar", "Enter")
    page.wait_for_url(re.compile("/search/"))
    found = Enterprise.objects.get(name_en="Maker 07")
    expect(page.locator(f'main a[href="{found.get_absolute_url()}"]')).to_be_visible()
    context.close()
