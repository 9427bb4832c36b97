"""The time machine by keys, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

LogIn = Callable[[Page], None]


@pytest.mark.usefixtures("park")
def test_quarters_are_stepped_through_by_keys_and_a_phone_has_it_all_in_its_width(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.goto(f"{site}/progress/changes/?as_of=2022-11-05")
    page.keyboard.press("[")
    page.wait_for_url("**as_of=2022-09-30")
    page.keyboard.press("]")
    page.wait_for_url("**as_of=2022-12-31")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("quarter before, quarter after")
    page.keyboard.press("Escape")

    page.set_viewport_size({"width": 390, "height": 844})
    banner = page.locator(".banner")
    expect(banner).to_contain_text("You see 31 Dec 2022 as it is known now.")
    box = banner.bounding_box()
    assert box is not None
    assert box["width"] == 390
    assert box["height"] >= 44
    for control in page.locator(".asof").all():
        found = control.bounding_box()
        assert found is not None
        assert found["width"] > 350
        assert found["height"] >= 44
    for opens in page.locator(".asof summary").all():
        opens.click()
        menu = page.locator(".asof .menu[open] .menu-body")
        expect(menu).to_be_visible()
        found = menu.bounding_box()
        assert found is not None
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= 390
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.locator(".asof-known summary").click()
    page.fill(".asof [name=known_at]", "2023-01-05T18:00:00")
    page.get_by_role("button", name="Show as known then").click()
    expect(banner).to_contain_text("as it was known on 5 Jan 2023, 18:00")
    expect(page).to_have_title(
        "31 Dec 2022 as known on 5 Jan 2023, 18:00 · What changed · parktracker"
    )
    banner.get_by_role("link", name="Back to today").click()
    expect(banner).to_have_count(0)
