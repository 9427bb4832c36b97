"""Every main page: reachable with assistive technology, readable on a phone, and quiet."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from enterprises.models import Enterprise, ExpectedDate, InvestorGroup, Project
from ledger.models import Change, Entry, Evidence, ExchangeRate, Verification
from tests.browser.looking import ONE_ENGINE
from tests.browser.tabler import left_out_of_tabler, missed
from tests.scratch import ROOT

pytestmark = [pytest.mark.usefixtures("fates"), ONE_ENGINE]
LogIn = Callable[[Page], None]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Without preload: axe would bring styles of its own into the page, which the page's policy refuses.
RUN_AXE = """async (options) => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...options});
  return found.violations.map(({id, help, nodes}) =>
    `${id}: ${help}: ` + nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | "));
}"""
# Large enough for a finger, or far enough from the next: off by default, and asked for by WCAG 2.2.
TARGETS = {"target-size": {"enabled": True}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Django's admin: its autocomplete names the box by what is chosen in it, and fields in the rows of
# an inline table have their label in the table's head only.
LEFT_TO_DJANGO = {"aria-input-field-name": {"enabled": False}, "label": {"enabled": False}}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A small phone; half of a window of 1280, which is what 200 % leaves; a tablet.
WIDTHS = (320, 640, 768)
THEMES = ("light", "dark")
LANGUAGES = ("en", "zh-hans")


def addresses() -> list[str]:
    """Every main page of the small park."""
    return [
        "/",
        "/?as_of=2022-12-31",
        "/progress/clusters/nev/",
        "/progress/regions/370285/?sites=inside#definition",
        "/progress/sectors/nev/vehicles/",
        f"/progress/groups/{InvestorGroup.objects.first().pk}/",  # type: ignore[union-attr]
        "/progress/plans/seaside-plan/",
        "/progress/compare/",
        "/progress/compare/?a=cluster:nev&b=cluster:digital",
        "/progress/changes/?as_of=2022-12-31&since=2021-12-31",
        "/progress/leading/",
        "/progress/charts/",
        "/progress/announced/",
        "/progress/definitions/",
        "/progress/goals/?superseded=yes&as_of=2022-12-31",
        "/enterprises/",
        "/enterprises/?q=nobody",
        "/search/?q=maker",
        f"/enterprises/{Enterprise.objects.filter(projects__entries__gt=0).first().pk}/",  # type: ignore[union-attr]
        "/projects/",
        f"/projects/{Project.objects.filter(entries__gt=0).first().pk}/",  # type: ignore[union-attr]
        "/states/",
        "/ledger/",
        f"/ledger/{Entry.objects.first().pk}/",  # type: ignore[union-attr]
        "/imports/",
        "/accounts/password/",
        *addresses_of_fates(),
    ]


def addresses_of_fates() -> list[str]:
    """The pages on which people act on figures, and those that show what became of them."""
    returned = Verification.objects.get(verdict="returned").entry
    corrected, withdrawn = Change.objects.order_by("pk")
    document = Evidence.objects.exclude(sha256="").get()
    expected = ExpectedDate.objects.first()
    assert expected is not None
    return [
        "/?evidence=verified",
        "/enterprises/new/",
        f"/enterprises/{returned.project.enterprise_id}/edit/",
        "/projects/new/",
        "/inbox/",
        "/verify/",
        "/verify/?order=largest",
        f"/ledger/{returned.pk}/",
        f"/ledger/{returned.pk}/correct/",
        f"/ledger/{returned.pk}/attach/",
        f"/projects/{returned.project_id}/",
        f"/projects/{returned.project_id}/edit/",
        f"/projects/{returned.project_id}/step/",
        f"/projects/{returned.project_id}/amount/",
        f"/projects/{returned.project_id}/move/",
        f"/projects/{returned.project_id}/withdraw/",
        f"/projects/{corrected.project_id}/?order=recorded",
        f"/projects/{withdrawn.project_id}/",
        f"/projects/{withdrawn.project_id}/revive/",
        f"/changes/{withdrawn.pk}/undo/",
        f"/projects/{expected.project_id}/",
        f"/projects/{expected.project_id}/confirm/",
        f"/projects/{expected.project_id}/expect/",
        "/evidence/",
        f"/evidence/{document.pk}/",
        "/rates/",
        f"/rates/{ExchangeRate.objects.get().pk}/",
        "/rates/new/",
        "/rates/import/",
    ]


def admin_addresses() -> list[str]:
    """The data entry pages that the office works in."""
    return [
        "/admin/",
        "/admin/enterprises/enterprise/",
        "/admin/enterprises/enterprise/add/",
        f"/admin/enterprises/project/{Project.objects.first().pk}/change/",  # type: ignore[union-attr]
        "/admin/ledger/entry/",
        "/admin/ledger/entry/add/",
        "/admin/clusters/goal/",
    ]


def choose(context: BrowserContext, site: str, language: str, theme: str) -> None:
    """Set what the switches in the bar set."""
    context.add_cookies(
        [
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site},
            {"name": "theme", "value": theme, "url": site},
        ]
    )


def axe_source() -> str:
    """The checker's text; evaluated, since the pages' own policy lets no script in."""
    if not AXE.exists():
        told = "no axe-core: make setup"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return AXE.read_text(encoding="utf-8")


def found_by_axe(page: Page, source: str, **options: Any) -> list[str]:
    page.evaluate(source)
    found: list[str] = page.evaluate(RUN_AXE, options)
    return [f"{page.url}: {line}" for line in found]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(page: Page, site: str, log_in: LogIn, language: str, theme: str) -> None:
    source = axe_source()
    choose(page.context, site, language, theme)
    page.goto(f"{site}/accounts/login/")
    found = found_by_axe(page, source, rules=TARGETS)
    log_in(page)
    for address in addresses():
        page.goto(site + address)
        found += found_by_axe(page, source, rules=TARGETS)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_the_data_entry_pages(page: Page, site: str, log_in: LogIn) -> None:
    source = axe_source()
    log_in(page)
    found = []
    for theme in THEMES:
        choose(page.context, site, "en", theme)
        for address in admin_addresses():
            page.goto(site + address)
            found += found_by_axe(page, source, runOnly=WCAG, rules=LEFT_TO_DJANGO)
    assert not found, "\n".join(found)


def sideways(page: Page) -> list[str]:
    """The widths at which a page is wider than its window."""
    wider = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 640})
        if (pixels := page.evaluate(SIDEWAYS)) > 0:
            wider.append(f"{page.url} at {width}: {pixels}")
    return wider


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_its_window_and_has_its_styles(
    page: Page, site: str, log_in: LogIn, language: str
) -> None:
    choose(page.context, site, language, "light")
    page.goto(f"{site}/accounts/login/")
    left_out = left_out_of_tabler(page)
    wrong = sideways(page) + missed(page, left_out)
    log_in(page)
    for address in addresses():
        page.goto(site + address)
        wrong += sideways(page) + missed(page, left_out)
    assert not wrong, "\n".join(wrong)
    # The question finds what is missing.
    page.evaluate("document.body.classList.add('navbar-brand')")
    assert missed(page, left_out)
