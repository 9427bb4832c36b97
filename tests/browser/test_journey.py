"""The newcomer's whole way: log in, record an enterprise with a project and an amount, see it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from enterprises.models import Enterprise
from ledger.verifying import problems

LogIn = Callable[[Page], None]


def headline_bn(page: Page) -> float:
    """The park's investment, in bn yuan, as the overview shows it."""
    card = page.locator("article.goal").filter(has=page.get_by_role("heading", name="Investment"))
    return float(card.locator(".figure-xl").inner_text())


@pytest.mark.usefixtures("park")
def test_a_newcomer_records_what_came_and_sees_the_figure_move(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    before = headline_bn(page)

    page.locator("a[href^='/admin/']:visible").first.click()
    page.goto(f"{site}/admin/enterprises/enterprise/add/")
    page.fill("#id_name_zh", "青岛新来汽车有限公司")
    page.fill("#id_name_en", "Newcomer Cars")
    page.fill("#id_projects-0-name_en", "Newcomer works")
    page.select_option("#id_projects-0-cluster", label="New energy vehicles")
    page.select_option("#id_projects-0-region", label="Laixi")
    page.select_option("#id_projects-0-stage", "registered")
    page.fill("#id_projects-0-effective_on", "2022-05-01")
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Newcomer Cars")

    project = Enterprise.objects.get(name_en="Newcomer Cars").projects.get()
    page.goto(f"{site}/admin/enterprises/project/{project.pk}/change/")
    page.select_option("#id_entries-0-measure", "contracted")
    page.fill("#id_entries-0-amount", "5亿")
    page.fill("#id_entries-0-effective_on", "2022-06-01")
    page.fill("#id_entries-0-evidence_url", "https://news.example.org/newcomer")
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("500,000,000")

    page.goto(f"{site}/")
    assert headline_bn(page) == pytest.approx(before + 0.5)

    page.goto(f"{site}/enterprises/")
    page.locator("#facets input[name=cluster][value=nev]").check()
    page.wait_for_url("**cluster=nev**")
    page.fill("#filter-q", "Newcomer")
    page.wait_for_url("**q=Newcomer**")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list tbody tr")).to_contain_text("Newcomer Cars")
    expect(page.locator("#list tbody tr")).to_contain_text("0.5")
    assert list(problems()) == []


def test_the_login_and_the_pages_speak_chinese(page: Page, site: str, park: User) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("link", name="简体中文").or_(page.get_by_text("中文")).first.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh", re.IGNORECASE))
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert page.url == f"{site}/accounts/login/"
    page.fill("[name=username]", park.username)
    page.fill("[name=password]", "wrong-password")
    page.click("main [type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("[name=password]", "park-2020-pass")
    page.click("main [type=submit]")
    page.wait_for_url(f"{site}/")
    expect(page.locator("header nav").first).to_contain_text("企业")
    page.goto(f"{site}/enterprises/?q=制造01")
    expect(page.locator("#list tbody tr").first).to_contain_text("制造01有限公司")
    page.get_by_role("link", name="English").first.click()
    page.wait_for_url(re.compile(r"/enterprises/\?q="))
    expect(page.get_by_role("heading", level=1)).to_have_text("Enterprises")
