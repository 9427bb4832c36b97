"""Work in lists: a filter that is saved and shared, columns, and the keyboard alone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from clusters.models import Region
from enterprises.models import Enterprise

Person = Callable[..., Page]
LIST = "/enterprises/"


def test_a_filter_is_saved_and_shared_and_shows_each_person_their_own_rows(
    site: str, person: Person, people: dict[str, User]
) -> None:
    people["zhao"].regions.set([Region.objects.get(code="370215")])
    wang, zhao = person("wang"), person("zhao")
    wang.goto(f"{site}{LIST}")
    for stage in ("negotiating", "signed"):
        wang.locator(f"#facet-stage input[name=stage][value={stage}]").check()
        expect(wang.locator(".chip", has_text=stage.capitalize())).to_be_visible()
    expect(wang.locator("#list tbody tr")).to_have_count(10)
    wang.get_by_text("Save this filter").click()
    wang.get_by_label("Name", exact=True).fill("Early ones")
    wang.get_by_label("Shared").check()
    wang.get_by_role("button", name="Save", exact=True).click()
    expect(wang.locator(".message-success")).to_contain_text("Early ones")
    tab = wang.locator(".tabs a", has_text="Early ones")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab.locator(".num")).to_have_text("10")

    zhao.goto(f"{site}{LIST}")
    tab = zhao.locator(".tabs a", has_text="Early ones")
    expect(tab.locator(".num")).to_have_text("5")
    zhao.evaluate("window.kept = true")
    tab.click()
    expect(zhao.locator("#list tbody tr")).to_have_count(5)
    expect(zhao.locator("#list-tools")).to_contain_text("You see Jimo only.")
    tab = zhao.locator(".tabs a", has_text="Early ones")
    expect(tab).to_have_attribute("aria-current", "page")
    # Counted once for the page; the swap keeps it.
    expect(tab.locator(".num")).to_have_text("5")
    zhao.get_by_role("link", name=re.compile("Remove the filter .*: Negotiating")).click()
    zhao.wait_for_url("**/enterprises/?stage=signed")
    expect(tab).not_to_have_attribute("aria-current", "page")
    expect(zhao.locator("#filter-q")).to_be_focused()
    assert zhao.evaluate("window.kept") is True


def test_columns_and_rows_per_page_are_kept_without_loading_the_page(
    site: str, person: Person
) -> None:
    page = person("wang")
    page.goto(f"{site}{LIST}?sort=-origin")
    page.evaluate("window.kept = true")
    menu = page.locator("#columns")
    menu.locator("summary").click()
    menu.get_by_label("Origin").uncheck()
    # The order by it goes along.
    page.wait_for_url(f"{site}{LIST}")
    expect(page.locator("#list thead")).not_to_contain_text("Origin")
    heads = page.locator("#list thead th a")
    up = menu.get_by_role("button", name="Move Cluster up")
    up.press("Enter")
    expect(heads.nth(1)).to_have_text("Cluster")
    expect(up).to_be_focused()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    page.select_option("#per-page", "25")
    expect(page.locator("#list tbody tr")).to_have_count(25)
    assert page.evaluate("window.kept") is True
    page.goto(f"{site}{LIST}")
    expect(page.locator("#list tbody tr")).to_have_count(25)
    expect(heads.nth(1)).to_have_text("Cluster")


def test_a_list_is_worked_through_by_the_keyboard_alone(site: str, person: Person) -> None:
    page = person("wang")
    page.goto(f"{site}{LIST}?sort=name")
    page.keyboard.press("/")
    page.keyboard.type("Maker")
    page.wait_for_url("**q=Maker**")
    page.keyboard.press("ArrowDown")
    first, second, third = (f"Maker 0{n}" for n in range(3))

    def in_hand(name: str) -> None:
        expect(page.locator("#list tr.cursor")).to_have_count(1)
        expect(page.locator("#list tr.cursor")).to_contain_text(name)
        expect(page.locator("#list tr.cursor a").first).to_be_focused()

    in_hand(first)
    page.keyboard.press("j")
    page.keyboard.press("j")
    in_hand(third)
    page.keyboard.press("k")
    in_hand(second)
    # Drawn anew, the row stays in hand and keeps the focus.
    with page.expect_response(re.compile("facets-alone")):
        page.evaluate("htmx.trigger('#filters', 'submit')")
    in_hand(second)
    page.keyboard.press("x")
    expect(page.locator("#list tr.cursor input[name=row]")).to_be_checked()
    page.keyboard.press("x")

    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/enterprises/\d+/$"))
    page.go_back()
    expect(page.locator("#list tr.cursor")).to_contain_text(second)
    page.keyboard.press("j")
    in_hand(third)
    page.keyboard.press("e")
    enterprise = Enterprise.objects.get(name_en=third)
    page.wait_for_url(re.compile(rf"/enterprises/{enterprise.pk}/edit/\?next=.*Maker"))
    page.go_back()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous row")
    page.keyboard.press("j")
    expect(page.locator("#list tr.cursor")).to_contain_text(third)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/enterprises/new/.*Maker"))

    page.goto(f"{site}{LIST}?keys=off")
    page.keyboard.press("j")
    expect(page.locator("#list tr.cursor")).to_have_count(0)
