"""Charts in a browser: drawn within the policy, by keyboard, without scripts, in the dark."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User

PAGE = "/progress/charts/"
LINE = "#chart-trajectory"


def drawn(page: Page, chart: str = LINE) -> str:
    """The drawing of a chart, once it is there."""
    expect(page.locator(f"{chart} .chart-area svg path").first).to_be_attached()
    return page.locator(f"{chart} .chart-area svg").inner_html()


def colours(page: Page) -> set[str]:
    return set(re.findall(r"rgb\([^)]*\)", drawn(page)))


def test_every_chart_is_drawn_without_a_complaint_and_nothing_moves(
    page: Page, site: str, park: User, log_in: Callable[..., None]
) -> None:
    log_in(page)
    page.goto(site + PAGE)
    height = page.locator(f"{LINE} .chart-area").bounding_box()
    # Those below the window too, without anybody scrolling there.
    page.mouse.move(5, 5)
    for area in page.locator(".chart-area").all():
        expect(area.locator("svg")).to_have_count(1)
    assert page.locator(f"{LINE} .chart-area").bounding_box() == height
    assert "Contracted" in drawn(page)
    # A fixture fails the test when anything was said in the console.


def test_arrow_keys_tell_one_point_after_another(
    page: Page, site: str, park: User, log_in: Callable[..., None]
) -> None:
    log_in(page)
    page.goto(f"{site}{PAGE}?as_of=2025-12-31")
    drawn(page)
    area, said = page.locator(f"{LINE} .chart-area"), page.locator(f"{LINE} .chart-said")
    area.focus()
    page.keyboard.press("End")
    expect(said).to_contain_text("31 Dec 2025, Contracted: ")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("30 Nov 2025")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("28 Feb 20")
    assert area.get_attribute("aria-label", timeout=1000)


def test_without_a_script_the_table_stands_in_the_place_of_the_drawing(
    person: Callable[..., Page], site: str
) -> None:
    page = person("lin", scripts=False)
    page.goto(site + PAGE)
    expect(page.locator(f"{LINE} .chart-area")).to_be_hidden()
    expect(page.locator(f"{LINE} table")).to_be_visible()
    expect(page.locator("#chart-regions [data-region='370285']")).to_be_visible()
    expect(page.locator("#chart-groups .treemap-wide")).to_be_visible()
    expect(page.locator(f"{LINE} [data-save]").first).to_be_hidden()


def test_colours_follow_the_theme_and_paper_is_light(
    page: Page, site: str, park: User, log_in: Callable[..., None]
) -> None:
    log_in(page)
    page.goto(f"{site}{PAGE}?theme=light")
    light = colours(page)
    assert "rgb(11, 92, 173)" in light
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(
        page.locator(f"{LINE} .chart-area path[stroke='rgb(121, 184, 243)']").first
    ).to_be_attached()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert colours(page) == light
    assert page.locator(".chart-area:not(:has(svg))").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "rgb(11, 92, 173)" not in colours(page)


def test_a_chart_can_be_kept_as_a_file_that_says_what_it_shows(
    page: Page, site: str, park: User, log_in: Callable[..., None], context: BrowserContext
) -> None:
    log_in(page)
    page.goto(f"{site}{PAGE}?as_of=2025-12-31")
    for chart in ("trajectory", "regions", "groups"):
        with page.expect_download() as waiting:
            page.locator(f"#chart-{chart} [data-save=svg]").click()
        assert waiting.value.suggested_filename == f"{chart}-2025-12-31.svg"
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        title = page.locator(f"#chart-{chart} h2").inner_text()
        assert title.split()[0] in text
        assert "Source: ledger" in text
        assert re.match(r'<svg [^>]*width="960"', text)
    with page.expect_download() as waiting:
        page.locator(f"{LINE} [data-save=png]").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")
