"""Pages by keyboard alone, on paper, and with names as long as they may be."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clusters.models import Cluster, Park, Plan, Region, Sector
from enterprises.models import Enterprise, InvestorGroup, Project
from tests.browser.looking import ONE_ENGINE

pytestmark = ONE_ENGINE
LogIn = Callable[[Page], None]
COMPARED = "/progress/compare/?a=cluster:nev&b=cluster:digital"
PROGRESS = ("/", "/progress/charts/", "/progress/changes/", COMPARED)
# The others; those of parts with the keys of what there is.
PARTS = (
    "/progress/clusters/nev/",
    "/progress/regions/370285/",
    "/progress/sectors/nev/vehicles/",
    "/progress/groups/{group}/",
    "/progress/plans/seaside-plan/",
    "/progress/leading/",
    "/progress/announced/",
    "/progress/definitions/?from=signed",
    "/progress/goals/?as_of=2022-12-31",
)
OPEN_DEFINITION = """() => document.querySelector("details.counted")?.setAttribute("open", "")"""
# Every stop of the Tab key: where it is, and that one can see that it is there.
WATCH_FOCUS = """() => {
  window.stops = new Set();
  window.faults = [];
  document.addEventListener("focusin", ({ target }) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    const { left, right, width } = target.getBoundingClientRect();
    const told = target.outerHTML.slice(0, 120);
    const ringed = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    if (!ringed) window.faults.push(`no ring: ${told}`);
    const inSight = width > 1 && left > -2 && right < innerWidth + 2;
    if (!inSight) window.faults.push(`out of sight: ${told}`);
    window.round = window.stops.has(target);
    window.stops.add(target);
  });
}"""
# What can be reached, in the order of the page; of radio buttons the chosen one.
EXPECTED_STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)"""
MISSED = f"""() => ({EXPECTED_STOPS})().filter((one) => !window.stops.has(one))
  .map((one) => `never reached: ${{one.outerHTML.slice(0, 120)}}`)"""
CONTROLS = """() => [...document.querySelectorAll(
    "button, input, select, textarea, summary, .btn, .shell")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 1)
  .map((one) => one.outerHTML.slice(0, 120))"""
HIDDEN_TABLES = """() => [...document.querySelectorAll("main table")]
  .filter((one) => !one.checkVisibility() || !one.getBoundingClientRect().height)
  .map((one) => one.outerHTML.slice(0, 120))"""
# Words that stand out of their box, though nothing cuts them off or scrolls.
BREAKING_OUT = """() => {
  const found = [];
  const boxes = "main :is(.panel, .tile, .pill, td, th, h1, .sentence)";
  for (const box of document.querySelectorAll(boxes)) {
    const edge = box.getBoundingClientRect();
    if (!edge.width) continue;
    const words = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const { parentElement: holder, data } = words.currentNode;
      if (!data.trim() || holder.closest(".visually-hidden, svg")) continue;
      if (!holder.checkVisibility()) continue;
      let cut = holder;
      while (cut !== box && getComputedStyle(cut).overflowX === "visible") cut = cut.parentElement;
      if (cut !== box || getComputedStyle(box).overflowX !== "visible") continue;
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      const { left, right, width } = range.getBoundingClientRect();
      if (width && (right > edge.right + 1 || left < edge.left - 1))
        found.push(`${box.tagName}.${box.className}: ${data.trim().slice(0, 40)}`);
    }
  }
  return [...new Set(found)];
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOST_STOPS = 400


@pytest.mark.usefixtures("fates")
def test_tab_reaches_everything_and_is_seen_wherever_it_stands(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    faults = []
    group = InvestorGroup.objects.get().pk
    for address in (*PROGRESS, *(one.format(group=group) for one in PARTS)):
        page.goto(site + address)
        page.evaluate(OPEN_DEFINITION)
        page.evaluate(WATCH_FOCUS)
        for _ in range(MOST_STOPS // 20):
            for _ in range(20):
                page.keyboard.press("Tab")
            if page.evaluate("window.round"):
                break
        found = page.evaluate("window.faults") + page.evaluate(MISSED)
        faults += [f"{address}: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("fates")
def test_the_first_key_skips_to_the_content_and_the_definition_opens_and_is_chosen_by_keys(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.goto(f"{site}/progress/clusters/nev/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.locator(".counted summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#definition a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".banner")).to_contain_text("Counted from: Signed")
    # It stays open, to choose the next.
    expect(page.locator("#definition")).to_be_visible()


@pytest.mark.usefixtures("fates")
def test_every_menu_opens_by_enter_and_closes_by_escape(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    for address in ("/", "/enterprises/"):
        page.goto(site + address)
        for menu in page.locator("details.menu").all():
            opens = menu.locator("summary").first
            if not opens.is_visible():
                continue
            opens.focus()
            page.keyboard.press("Enter")
            expect(menu).to_have_attribute("open", "")
            page.keyboard.press("Escape")
            expect(menu).not_to_have_attribute("open", "")
            expect(opens).to_be_focused()


@pytest.mark.usefixtures("fates")
def test_paper_shows_tables_and_charts_and_no_controls(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page)
    page.emulate_media(media="print")
    for address in (*PROGRESS, "/progress/plans/seaside-plan/", "/enterprises/"):
        page.goto(site + address)
        assert page.evaluate(CONTROLS) == [], address
        assert page.evaluate(HIDDEN_TABLES) == [], address
    page.goto(f"{site}/progress/charts/")
    page.mouse.move(5, 5)
    for area in page.locator(".chart-area").all():
        expect(area.locator("svg path").first).to_be_attached()
        expect(area.locator("svg")).to_be_visible()


def long(*, zh: bool) -> str:
    """A name of 200 characters; an English one has a word that nothing breaks."""
    words = (
        "青岛国际招商产业园新能源汽车动力电池（集团）股份有限公司"
        if zh
        else "Joint venture for batteries "
    )
    return (words * 9 if zh else words * 4 + "Unternehmensgruppe" * 9)[:200].strip()


@pytest.fixture
def long_names(fates: None) -> None:
    """Everything that has a name has the longest."""
    named = (Park, Plan, Cluster, Region, Sector, InvestorGroup, Enterprise, Project)
    for rows in (model._default_manager for model in named):
        for pk in rows.values_list("pk", flat=True):
            rows.filter(pk=pk).update(
                name_en=f"{pk} {long(zh=False)}"[:200], name_zh=f"{pk}{long(zh=True)}"[:200]
            )


@pytest.mark.usefixtures("long_names")
def test_the_longest_names_stay_in_their_boxes(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page)
    enterprise = Enterprise.objects.filter(projects__entries__gt=0).first()
    group = InvestorGroup.objects.first()
    assert enterprise is not None
    assert group is not None
    addresses = [
        *PROGRESS,
        "/progress/clusters/nev/",
        "/progress/plans/seaside-plan/",
        f"/progress/groups/{group.pk}/",
        f"/enterprises/{enterprise.pk}/",
        "/enterprises/",
        "/projects/",
    ]
    broken = []
    for language in ("en", "zh-hans"):
        page.goto(f"{site}/inbox/?language={language}")
        for address in addresses:
            page.goto(site + address)
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                found = page.evaluate(BREAKING_OUT)
                if page.evaluate(SIDEWAYS) > 0:
                    found.append("scrolls sideways")
                broken += [f"{language} {width} {address} {one}" for one in found]
    assert not broken, "\n".join(broken)
