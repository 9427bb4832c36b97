"""The life of a figure in a browser: recorded, returned, corrected, verified, and then counted."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from enterprises.models import Project
from ledger.models import Change, Entry, Verification
from ledger.verifying import problems
from tests.browser.test_journey import headline_bn
from tests.browser.test_pages import axe_source, found_by_axe
from tests.make import FEN_PER_BN, PDF, make_document, make_entry, make_evidence, make_verdict

pytestmark = pytest.mark.usefixtures("park")
Person = Callable[..., Page]
GRADES = ("Verified", "Documented", "Link only", "Unsupported")


def investment(page: Page) -> Locator:
    """The card of the park's investment on the overview."""
    return page.locator("article.goal").filter(has=page.get_by_role("heading", name="Investment"))


def shares(page: Page) -> dict[str, int]:
    """The evidence of the park's investment, in whole percent, as the card shows it."""
    words = investment(page).locator(".evidence-key").inner_text()
    return {
        grade: int(re.search(rf"{grade}\s*(\d+)%", words)[1])  # type: ignore[index]
        for grade in GRADES
    }


def waiting(page: Page) -> int:
    """The count beside the inbox in the header, which the page asks for once it is there."""
    page.wait_for_load_state("networkidle")
    count = page.locator("header .inbox-link .count")
    return int(count.inner_text()) if count.count() else 0


def in_hand(page: Page) -> Locator:
    return page.locator(".in-hand")


def recorded(site: str, page: Page, project: Project, amount: str) -> Entry:
    """Record an amount with a contract as its evidence, on the project's data entry page."""
    page.goto(f"{site}/admin/enterprises/project/{project.pk}/change/")
    page.select_option("#id_entries-0-measure", "contracted")
    page.fill("#id_entries-0-amount", amount)
    page.fill("#id_entries-0-effective_on", "2022-06-01")
    contract = FilePayload(name="contract.pdf", mimeType="application/pdf", buffer=PDF)
    page.set_input_files("#id_entries-0-evidence_file", files=[contract])
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("5,000,000,000")
    return Entry.objects.get(project=project, evidence__file_name="contract.pdf")


def test_a_figure_is_recorded_returned_corrected_and_verified_until_it_counts_as_proven(
    site: str, person: Person
) -> None:
    recorder, verifier, leader = person("wang"), person("li"), person("lin")
    before, total = shares(leader), headline_bn(leader)
    assert (before["Verified"], before["Documented"]) == (0, 0)
    leader.goto(f"{site}/?evidence=verified")
    expect(investment(leader)).not_to_contain_text(f"{total:.1f}")

    # Recorded, with a document: it counts, and says that a file stands behind it.
    project = Project.objects.get(name_en="Works 02")
    entry = recorded(site, recorder, project, "50亿")
    leader.goto(f"{site}/")
    assert headline_bn(leader) == pytest.approx(total + 5)
    documented = shares(leader)
    assert documented["Documented"] == pytest.approx(100 * 5 / (total + 5), abs=1)
    assert documented["Verified"] == 0

    # The verifier finds it in the queue and returns it with a note, without the mouse.
    waited = waiting(recorder)
    verifier.goto(f"{site}/inbox/")
    verifier.get_by_role("link", name="Open the queue").click()
    verifier.get_by_role("link", name="Largest first").click()
    verifier.wait_for_url("**order=largest**")
    expect(in_hand(verifier)).to_contain_text("Works 02")
    expect(in_hand(verifier)).to_contain_text("5,000,000,000.00 yuan")
    expect(in_hand(verifier).get_by_role("link", name="contract.pdf")).to_be_visible()
    # The browser's viewer of PDF has the focus when it has loaded, and gives it back.
    verifier.wait_for_timeout(3000)
    verifier.keyboard.press("r")
    note = in_hand(verifier).locator("textarea")
    expect(note).to_be_focused()
    verifier.keyboard.type("vxjk? Page 3 says 6 bn")
    assert note.input_value() == "vxjk? Page 3 says 6 bn"
    assert not Verification.objects.exists()
    verifier.keyboard.press("Tab")
    verifier.keyboard.press("Tab")
    expect(verifier.get_by_role("button", name="Return with a note")).to_be_focused()
    verifier.keyboard.press("Enter")
    expect(verifier.locator(".messages")).to_contain_text("is returned to Wang Lin")
    expect(in_hand(verifier)).not_to_contain_text("5,000,000,000.00 yuan")

    # It waits in its recorder's inbox, and the header counts it.
    recorder.goto(f"{site}/")
    assert waiting(recorder) == waited + 1
    recorder.locator("header .inbox-link").click()
    row = recorder.locator("#returned li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Page 3 says 6 bn")

    # The recorder corrects it: sees what that would do, and confirms just that.
    row.get_by_role("link", name="Correct").click()
    recorder.fill("#id_amount", "60亿")
    recorder.fill("#id_reason", "Read from page 1 instead of page 3")
    recorder.get_by_role("button", name="Show the effect").click()
    effect = recorder.locator("#effect")
    expect(effect).to_contain_text("+1.00")
    expect(effect).to_contain_text("2 entries are posted")
    assert not Change.objects.exists()
    assert not found_by_axe(recorder, axe_source())
    effect.get_by_role("button", name="Post the correction").click()
    recorder.wait_for_url(f"**/projects/{project.pk}/**")
    expect(recorder.locator("#history .correction").first).to_contain_text("+6.00")
    expect(recorder.locator("#history .correction").first).to_contain_text("+5.00")
    recorder.goto(f"{site}/inbox/")
    expect(recorder.locator("#returned")).to_have_count(0)
    replacement = Entry.objects.get(change__kind="correction", reverses=None)
    assert replacement.evidence == entry.evidence

    # The verifier reads the replacement and verifies it by a key.
    verifier.goto(f"{site}/verify/?order=largest")
    expect(in_hand(verifier)).to_contain_text("6,000,000,000.00 yuan")
    verifier.keyboard.press("v")
    expect(verifier.locator(".messages")).to_contain_text(f"Entry {replacement.pk} is verified.")

    # The grades moved, and what counts when only the verified counts is just this figure.
    leader.goto(f"{site}/")
    after = shares(leader)
    assert headline_bn(leader) == pytest.approx(total + 6)
    assert after["Verified"] == pytest.approx(100 * 6 / (total + 6), abs=1)
    assert after["Documented"] == 0
    assert after["Link only"] < before["Link only"]
    leader.goto(f"{site}/?evidence=verified")
    assert headline_bn(leader) == pytest.approx(6)
    assert shares(leader) == {"Verified": 100, "Documented": 0, "Link only": 0, "Unsupported": 0}
    assert list(problems()) == []


def test_the_queue_is_worked_with_the_keyboard_alone(site: str, person: Person) -> None:
    page = person("li")
    page.goto(f"{site}/verify/")
    title = page.locator("#in-hand")
    first = in_hand(page).inner_text()
    page.keyboard.press("x")
    expect(page.locator("#ticked li.chosen input")).to_be_checked()
    page.keyboard.press("j")
    page.wait_for_url("**entry=*")
    assert in_hand(page).inner_text() != first
    # What was ticked stays so from one entry to the next.
    expect(page.locator("#ticked input[name=entry]:checked")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("#ticked input[name=entry]:checked")).to_have_count(2)
    second = page.url
    page.keyboard.press("k")
    page.wait_for_url(lambda url: url != second)
    assert in_hand(page).inner_text() == first
    for _ in range(2):
        page.keyboard.press("j")
        expect(page.locator("#ticked li.chosen")).to_have_count(1)
        expect(title).to_be_visible()
    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys).to_be_visible()
    page.keyboard.press("v")
    assert not Verification.objects.exists()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    page.get_by_role("button", name="Verify the ticked").click()
    expect(page.locator(".messages")).to_contain_text("2 entries are verified.")
    assert Verification.objects.filter(verdict="verified").count() == 2


def test_single_keys_can_be_switched_off(site: str, person: Person) -> None:
    page = person("li")
    page.goto(f"{site}/verify/")
    page.locator("header details.menu:has(.person) > summary").click()
    page.get_by_role("link", name="Switch single keys off").click()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    shown = page.url
    for key in ("v", "j", "x", "r", "?"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url == shown
    assert not Verification.objects.exists()
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.goto(f"{site}/verify/?keys=on")
    page.keyboard.press("r")
    expect(in_hand(page).locator("textarea")).to_be_focused()


def test_of_two_corrections_at_once_one_wins_and_the_other_keeps_its_text(
    site: str, person: Person, quiet: list[str]
) -> None:
    entry = make_entry(Project.objects.get(name_en="Works 02"), evidence=make_evidence())
    one, other = person("wang"), person("zhao")
    for page, amount, reason in ((one, "20亿", "Page 3"), (other, "30亿", "The annex says so")):
        page.goto(f"{site}/ledger/{entry.pk}/correct/")
        page.fill("#id_amount", amount)
        page.fill("#id_reason", reason)
        page.get_by_role("button", name="Show the effect").click()
    one.get_by_role("button", name="Post the correction").click()
    one.wait_for_url("**/projects/**")
    with other.expect_response(lambda answer: answer.request.method == "POST") as answered:
        other.get_by_role("button", name="Post the correction").click()
    assert answered.value.status == 409
    clash = other.get_by_role("heading", name="Somebody was first").locator("xpath=../../..")
    expect(clash).to_contain_text("Wang Lin")
    expect(clash).to_contain_text("2000000000")
    expect(clash).to_contain_text("30亿")
    assert other.input_value("#id_reason") == "The annex says so"
    assert other.input_value("#id_amount") == "30亿"
    assert Change.objects.count() == 1
    assert not found_by_axe(other, axe_source())

    # What was typed can be posted as a correction of the one that stands now.
    other.get_by_role("button", name="Show the effect").click()
    expect(other.locator("#effect")).to_contain_text("+1.00")
    other.get_by_role("button", name="Post the correction").click()
    other.wait_for_url("**/projects/**")
    stands = Change.objects.latest("pk").entries.get(reverses=None)
    assert stands.amount_fen == 3 * FEN_PER_BN
    # Chromium writes down that the answer was not a success; nothing else was said.
    assert [line for line in quiet if "status of 409" not in line] == []
    quiet.clear()


def test_verdicts_and_corrections_work_without_scripts(site: str, person: Person) -> None:
    entry = make_entry(Project.objects.get(name_en="Works 02"), amount_fen=9 * FEN_PER_BN)
    make_document(entry=entry)
    page = person("zhao", scripts=False)
    page.goto(f"{site}/ledger/{entry.pk}/")
    page.get_by_role("link", name="Correct this entry").first.click()
    page.fill("#id_amount", "80亿")
    page.fill("#id_reason", "Typed wrong")
    page.get_by_role("button", name="Show the effect").click()
    expect(page.locator("#effect")).to_contain_text("−1.00")
    page.get_by_role("button", name="Post the correction").click()
    expect(page.locator("#history .correction").first).to_contain_text("+8.00")

    page = person("li", scripts=False)
    page.goto(f"{site}/verify/?order=largest")
    expect(in_hand(page)).to_contain_text("8,000,000,000.00 yuan")
    page.get_by_role("button", name="Return with a note").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.goto(f"{site}/verify/?order=largest")
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("is verified")
    page.locator("#ticked input[name=entry]").first.check()
    page.fill("#bulk-note", "Which page?")
    page.get_by_role("button", name="Return the ticked").click()
    expect(page.locator(".messages")).to_contain_text("1 entry is returned.")


def test_a_returned_entry_is_answered_and_waits_for_a_verdict_again(
    site: str, person: Person, people: dict[str, object]
) -> None:
    project = Project.objects.get(name_en="Works 02")
    entry = make_entry(project, recorded_by=people["wang"], evidence=make_evidence())
    make_verdict(entry, "returned", note="Which page?")
    page = person("wang")
    page.goto(f"{site}/inbox/")
    page.locator("#returned").get_by_role("link", name="Answer").click()
    page.locator(".turn textarea").fill("Page 7, second line")
    page.get_by_role("button", name="Answer that it stands").click()
    expect(page.locator(".messages")).to_contain_text("waits for a verdict again")
    page = person("li")
    page.goto(f"{site}/verify/?entry={entry.pk}")
    expect(in_hand(page)).to_contain_text("Page 7, second line")
