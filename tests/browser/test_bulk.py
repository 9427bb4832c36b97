"""Two rows are ticked, given to somebody, shown, confirmed, and taken back; with the keyboard."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from enterprises.models import Project


def test_two_projects_are_given_to_a_colleague_without_a_mouse(
    person: Callable[..., Page], site: str
) -> None:
    page = person("wang")
    page.goto(f"{site}/projects/?q=Works")
    bar, boxes = page.locator("#bulk"), page.locator("#list input.row-tick")
    expect(boxes).to_have_count(30)
    expect(bar).to_be_hidden()
    for number in range(2):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    expect(bar).to_be_visible()
    expect(page.locator("#bulk-told")).to_have_text("2 selected")
    chosen = [boxes.nth(number).get_attribute("aria-label") or "" for number in range(2)]

    # What still shows in another order stays ticked; a row that shows no more is not acted on.
    page.locator("#list thead th.tick + th a").click()
    page.wait_for_url(re.compile("sort="))
    for label in chosen:
        expect(page.get_by_role("checkbox", name=label, exact=True)).to_be_checked()
    expect(page.locator("#bulk-told")).to_have_text("2 selected")

    # The bar never covers what has the focus, nor the totals.
    page.locator(".totals").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    totals, over = page.locator(".totals").bounding_box(), bar.bounding_box()
    assert totals is not None
    assert over is not None
    assert totals["y"] + totals["height"] <= over["y"]

    page.get_by_label("Select all 30 that match").focus()
    page.keyboard.press("Space")
    expect(page.locator("#bulk-told")).to_have_text("30 selected")
    page.keyboard.press("Space")
    expect(bar).to_be_hidden()
    for label in chosen:
        page.get_by_role("checkbox", name=label, exact=True).press("Space")

    bar.get_by_role("button", name="Assign …").press("Enter")
    expect(page.get_by_role("heading", name="Assign projects")).to_be_visible()
    expect(page.get_by_text("2 rows are chosen")).to_be_visible()
    page.locator("select[name=assignee]").select_option(label="Zhao Min", force=True)
    page.get_by_role("button", name="Show what changes").press("Enter")
    expect(page.get_by_role("heading", name="2 rows would change")).to_be_visible()
    for label in chosen:
        expect(page.locator("main")).to_contain_text(label.removeprefix("Select "))
    assert not Project.objects.exclude(assignee=None).exists()
    page.get_by_role("button", name="Assign 2 projects to Zhao Min").press("Enter")

    expect(page.locator(".message-success")).to_contain_text("2 projects are assigned to Zhao Min.")
    assert "q=Works" in page.url
    expect(page.locator("#list input:checked")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    names = {f"Select {project.name}" for project in Project.objects.exclude(assignee=None)}
    assert names == set(chosen)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".message-success")).to_contain_text("2 rows are as before.")
    page.wait_for_load_state("networkidle")
    assert not Project.objects.exclude(assignee=None).exists()


def test_without_scripts_the_bar_is_there_and_does_the_same(
    person: Callable[..., Page], site: str
) -> None:
    page = person("wang", scripts=False)
    page.goto(f"{site}/projects/?cluster=nev&per_page=25")
    page.get_by_label("Select all 15 that match").check()
    page.get_by_role("button", name="Tag …").click()
    page.get_by_label("Add tags").fill("visit")
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("button", name="Change the tags of 15 rows").click()
    expect(page.locator(".message-success")).to_contain_text("The tags of 15 rows are changed.")
    assert Project.objects.filter(tags__name="visit", cluster__slug="nev").count() == 15
    assert Project.objects.filter(tags__name="visit").count() == 15
