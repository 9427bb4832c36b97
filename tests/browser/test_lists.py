"""The lists: swapped in place with scripts, whole pages without, and always an address to share."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("park")
LogIn = Callable[[Page], None]


def names(page: Page) -> list[str]:
    """The first column of what the list shows."""
    return page.locator("#list tbody tr td:nth-child(2)").all_inner_texts()


def test_a_search_swaps_the_list_and_keeps_focus_and_address(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.goto(f"{site}/enterprises/")
    page.evaluate("window.kept = true")
    page.locator("#filter-q").press_sequentially("Maker 0", delay=20)
    page.wait_for_url(re.compile(r"\?q=Maker"))
    expect(page.locator("#list tbody tr")).to_have_count(12)
    expect(page.locator("#filter-q")).to_be_focused()
    page.keyboard.type("7")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert page.input_value("#filter-q") == "Maker 07"
    assert page.evaluate("window.kept") is True
    shared = page.url
    page.goto(f"{site}/")
    page.goto(shared)
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert page.input_value("#filter-q") == "Maker 07"


def test_a_ticked_facet_stays_through_back_and_forward(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.goto(f"{site}/enterprises/")
    page.locator("#facets input[name=cluster][value=nev]").check()
    page.wait_for_url("**cluster=nev**")
    expect(page.locator("#facets input[name=cluster][value=nev]")).to_be_checked()
    expect(page.locator("#list tbody tr")).to_have_count(15)
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(30)
    expect(page.locator("#facets input[name=cluster][value=nev]")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("#list tbody tr")).to_have_count(15)


def test_all_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url(f"{site}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(f"{site}/enterprises/")
    page.locator("#facets input[name=cluster][value=nev]").check()
    page.locator("#facets [type=submit]").click()
    page.wait_for_url("**cluster=nev**")
    expect(page.locator("#list tbody tr")).to_have_count(15)

    page.fill("#filter-q", "Maker 0")
    page.press("#filter-q", "Enter")
    page.wait_for_url(re.compile("q=Maker"))
    expect(page.locator("#list tbody tr")).to_have_count(7)

    page.goto(f"{site}/enterprises/")
    page.locator("#list thead a").first.click()
    page.wait_for_url("**sort=**")
    up = names(page)
    page.locator("#list thead a").first.click()
    page.wait_for_url(re.compile("sort=-|sort=$|/enterprises/$"))
    assert names(page)[0] != up[0]

    page.goto(f"{site}/enterprises/?per_page=25")
    first = names(page)
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2**")
    assert len(names(page)) == 5
    assert not set(first) & set(names(page))
    context.close()


def test_the_keyboard_finds_the_search_and_skips_to_the_content(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.goto(f"{site}/enterprises/")
    page.keyboard.press("/")
    expect(page.locator("#filter-q")).to_be_focused()
    page.keyboard.type("a/b")
    assert page.input_value("#filter-q") == "a/b"
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
