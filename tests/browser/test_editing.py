"""Editing loses nothing: two people at once, a login that expires, a connection that is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from enterprises.models import Enterprise, Project
from ledger.models import Entry

Person = Callable[..., Page]


def edit_page(site: str, enterprise: Enterprise) -> str:
    """The address of the form."""
    return f"{site}/enterprises/{enterprise.pk}/edit/"


def test_two_people_edit_the_same_and_choose_field_by_field(
    site: str, person: Person, quiet: list[str]
) -> None:
    enterprise = Enterprise.objects.get(name_en="Maker 03")
    wang, zhao = person("wang"), person("zhao")
    for page in (wang, zhao):
        page.goto(edit_page(site, enterprise))
    zhao.fill("#id_name_en", "Theirs Ltd")
    zhao.fill("#id_note", "Their note")
    zhao.get_by_role("button", name="Save the changes").click()
    expect(zhao.locator(".message-success")).to_contain_text("Theirs Ltd")

    wang.fill("#id_name_en", "Mine Ltd")
    wang.fill("#id_tags-ts-control", "visit")
    wang.keyboard.press("Enter")
    with wang.expect_response(re.compile("/edit/$")) as answered:
        wang.get_by_role("button", name="Save the changes").click()
    assert answered.value.status == 409
    expect(wang.get_by_role("heading", name="Somebody was first")).to_be_visible()
    first = wang.locator("table.clash tbody tr").first
    expect(first).to_contain_text("Maker 03")
    expect(first).to_contain_text("Theirs Ltd")
    expect(first).to_contain_text("Mine Ltd")
    expect(first).to_contain_text("Zhao Min")
    wang.get_by_label("Take mine: English name").check()
    wang.get_by_role("button", name="Save the changes").click()
    expect(wang.locator(".message-success")).to_contain_text("Mine Ltd")
    enterprise.refresh_from_db()
    assert (enterprise.name_en, enterprise.note) == ("Mine Ltd", "Their note")
    assert [str(tag) for tag in enterprise.tags.all()] == ["visit"]
    assert [str(group) for group in enterprise.groups.all()] == ["Hisense Group"]
    expect(wang.locator("#changes")).to_contain_text("Theirs Ltd")
    # Saved, so nothing of it waits in the browser.
    wang.goto(edit_page(site, enterprise))
    expect(wang.locator("[data-draft-bar]")).to_be_hidden()
    assert [line for line in quiet if "status of 409" not in line] == []
    quiet.clear()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_login_that_expired_brings_the_form_back(
    site: str, person: Person, quiet: list[str], scripts: bool
) -> None:
    page = person("wang", scripts=scripts)
    page.goto(f"{site}/enterprises/new/?next=/enterprises/%3Fq%3DTyped")
    page.fill("#id_name_en", "Typed Ltd")
    page.fill("#id_note", "Long\nnote")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Add the enterprise").click()
    expect(page.get_by_text("nothing was saved yet")).to_be_visible()
    page.fill("[name=username]", "wang")
    page.fill("[name=password]", "park-2020-pass")
    page.click("main [type=submit]")
    expect(page.get_by_text("Nothing was saved yet.")).to_be_visible()
    expect(page.locator("#id_name_en")).to_have_value("Typed Ltd")
    expect(page.locator("#id_note")).to_have_value("Long\nnote")
    assert not Enterprise.objects.filter(name_en="Typed Ltd").exists()
    page.get_by_role("button", name="Add the enterprise").click()
    expect(page.locator(".message-success")).to_contain_text("Typed Ltd")
    assert page.url == f"{site}/enterprises/?q=Typed"
    assert [line for line in quiet if "status of 401" not in line] == []
    quiet.clear()


def test_what_is_typed_without_a_connection_is_there_when_it_is_back(
    site: str, person: Person, quiet: list[str]
) -> None:
    project = Project.objects.get(name_en="Works 02")
    page = person("wang")
    address = f"{site}/projects/{project.pk}/amount/"
    page.goto(address)
    page.select_option("#id_measure", "paid_in")
    page.fill("#id_amount", "3亿")
    expect(page.locator(".amount-echo")).to_have_text("= 300,000,000.00\u00a0yuan")
    page.fill("#id_effective_on", "2024-06-01")
    page.context.set_offline(True)
    page.get_by_role("button", name="Show the effect").click()
    expect(page.locator("[data-draft-offline]")).to_be_visible()
    expect(page.locator("#id_amount")).to_have_value("3亿")
    page.context.set_offline(False)
    quiet.clear()

    page.goto(f"{site}/")
    page.goto(address)
    bar = page.locator("[data-draft-bar]")
    expect(bar).to_contain_text(re.compile(r"You typed this at \d\d:\d\d.*; it is not saved\."))
    expect(page.locator("#id_amount")).to_have_value("3亿")
    expect(page.locator(".amount-echo")).to_have_text("= 300,000,000.00\u00a0yuan")
    bar.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Show the effect").click()
    page.get_by_role("button", name="Post 0.30 bn yuan").click()
    expect(page.locator(".message-success")).to_contain_text("300,000,000.00")
    assert Entry.objects.filter(project=project, measure="paid_in").count() >= 1
    page.goto(address)
    expect(bar).to_be_hidden()
    expect(page.locator("#id_amount")).to_have_value("")


def test_logging_out_leaves_nothing_of_a_draft_in_the_browser(site: str, person: Person) -> None:
    page = person("wang")
    page.goto(f"{site}/enterprises/new/")
    page.fill("#id_name_en", "Typed Ltd")
    page.goto(f"{site}/")
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
    assert page.evaluate(kept) == 1
    page.locator(".shell-tools > .menu:not(.nav-menu) > summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{site}/accounts/login/")
    assert page.evaluate(kept) == 0


def test_n_adds_from_a_list_and_leads_back_to_it(site: str, person: Person) -> None:
    page = person("wang")
    page.goto(f"{site}/projects/")
    page.fill("#filter-q", "Works")
    page.wait_for_url("**q=Works**")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/projects/new/**")
    page.fill("#id_enterprise-ts-control", "maker 03")
    expect(page.locator(".ts-dropdown .option").first).to_contain_text("Maker 03")
    page.keyboard.press("Enter")
    page.fill("#id_name_en", "New works")
    page.select_option("#id_cluster", label="New energy vehicles")
    page.select_option("#id_region", label="Laixi")
    page.select_option("#id_stage", "signed")
    page.fill("#id_effective_on", "2024-05-01")
    page.get_by_role("button", name="Add the project").click()
    page.wait_for_url(re.compile(r"/projects/\?q=Works"))
    page.locator(".message-success").get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New works")
    assert Project.objects.get(name_en="New works").enterprise.name_en == "Maker 03"
