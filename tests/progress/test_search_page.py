"""The search of everything, and the suggestions under its box."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.roles import RECORDER, VIEWER
from enterprises.models import Enterprise
from ledger.models import Entry
from progress import searching
from tests.make import (
    make_cluster,
    make_document,
    make_enterprise,
    make_entry,
    make_group,
    make_project,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db


def searched(client: Client, words: str, status: int = 200) -> str:
    """The page of what is found."""
    response = client.get("/search/", {"q": words})
    assert response.status_code == status
    return str(response.content.decode()).partition('id="content"')[2]


def suggested(client: Client, words: str, kind: str = "enterprise", **more: str) -> list[Any]:
    """The suggestions."""
    response = client.get("/enterprises/suggest/", {"q": words, "kind": kind, **more})
    assert response.status_code == 200
    found: list[Any] = response.json()
    return found


@pytest.fixture
def entry() -> Entry:
    """An enterprise, a project, a group and all that can hang on them."""
    make_sector("panels", cluster=make_cluster("display", name_en="Display industry"))
    group = make_group("Hisense Group", name_zh="海信集团")
    enterprise = make_enterprise("Hisense Visual", name_zh="海信视像", groups=[group])
    project = make_project(enterprise, name_en="Panel works", name_zh="面板工厂")
    found = make_entry(project, note="First instalment by letter of credit")
    make_document("panel-contract.pdf", entry=found, title="Panel contract", issuer="Laixi office")
    return found


def test_one_answer_holds_all_kinds(viewer_client: Client, entry: Entry) -> None:
    page = searched(viewer_client, "panel")
    for title in ("Projects", "Sectors", "Evidence"):
        assert f">{title}</h2>" in page
    assert "Panel works" in page
    assert "面板工厂" in page
    assert "Panel contract" in page
    assert 'href="/enterprises/?sector=panels"' in page
    assert 'href="/evidence/?q=panel"' in page
    # Found by the name of its project.
    assert entry.project.enterprise.get_absolute_url() in page


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("display", "/progress/clusters/display/"),
        ("region 370285", "/progress/regions/370285/"),
        ("hxjt", "/enterprises/?group="),
        ("letter of credit", "/ledger/"),
    ],
)
def test_places_groups_and_notes_lead_to_their_pages(
    viewer_client: Client, entry: Entry, words: str, address: str
) -> None:
    assert f'href="{address}' in searched(viewer_client, words)


@pytest.mark.parametrize("words", ["shijiazhuang", "sjz", "Shijia zhuang", "石家", "sjzgxq"])
def test_places_are_found_by_pinyin_and_initials(viewer_client: Client, words: str) -> None:
    make_region("130100", name_en="Northern District", name_zh="石家庄高新区")
    make_region("370285")
    page = searched(viewer_client, words)
    assert 'href="/progress/regions/130100/"' in page
    assert "370285" not in page


def test_the_page_says_when_it_did_not_look_through_all(
    viewer_client: Client, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "were looked through" not in searched(viewer_client, "letter of credit")
    make_entry(note="Second instalment")
    monkeypatch.setattr(searching, "NEWEST", 1)
    page = searched(viewer_client, "instalment")
    assert "Second instalment" in page
    assert "First instalment" not in page
    assert "Only the notes of the newest 1 entries were looked through." in page
    # Where nothing is found it matters most.
    page = searched(viewer_client, "letter of credit")
    assert "Nothing that you may see has" in page
    assert "Only the notes of the newest 1 entries were looked through." in page
    assert 'href="/ledger/?q=letter+of+credit"' in page


@pytest.mark.parametrize("sign", ["", "#", " "])
def test_an_entry_is_found_by_its_number(viewer_client: Client, entry: Entry, sign: str) -> None:
    assert entry.get_absolute_url() in searched(viewer_client, f"{sign}{entry.pk}")


@pytest.mark.parametrize("number", ["9" * 18, "9" * 30, "٣", "-1", "1e3", "0x1"])
def test_a_number_that_no_entry_has_finds_none(viewer_client: Client, number: str) -> None:
    assert "Nothing that you may see has" in searched(viewer_client, number)


def test_more_than_five_lead_to_the_list_that_has_them_all(viewer_client: Client) -> None:
    for number in range(7):
        make_enterprise(f"Maker {number} & Co", name_zh=f"造{number}")
    page = searched(viewer_client, "maker &")
    assert page.count("/enterprises/") == 6
    assert '<a href="/enterprises/?q=maker+%26">All 7 enterprises in the list</a>' in page
    listed = viewer_client.get("/enterprises/?q=maker+%26").content.decode()
    assert listed.count("Maker ") >= 7


def test_nothing_found_says_what_else_to_try(viewer_client: Client) -> None:
    page = searched(viewer_client, "<b>nobody")
    assert "Nothing that you may see has “&lt;b&gt;nobody”" in page
    assert "Fewer words find more" in page


@pytest.mark.parametrize("words", ["", "  ", "\x01", "⏎"])
def test_without_a_word_the_page_says_what_can_be_found(viewer_client: Client, words: str) -> None:
    assert "Names are found in Chinese and English" in searched(viewer_client, words)


@pytest.mark.parametrize("words", ["x" * 201, "青" * 10_000])
def test_too_long_a_search_says_what_to_do(viewer_client: Client, words: str) -> None:
    assert "at most 200 signs" in searched(viewer_client, words, 400)
    answer = viewer_client.get("/enterprises/suggest/", {"q": words, "kind": "any"})
    assert answer.status_code == 400
    assert answer.json() == {"problems": ["A search has at most 200 signs."]}


@pytest.mark.parametrize(
    "words",
    ["%", "_", "\\", '"', "'", "* OR 1", "(", "a\x01b", "\ud800".encode("utf-8", "replace")],
)
def test_odd_signs_are_looked_for_and_break_nothing(viewer_client: Client, words: str) -> None:
    make_enterprise("Plain")
    assert "Plain" not in searched(viewer_client, words)
    assert suggested(viewer_client, words, "any") == []


def limited(*roles: str) -> Client:
    """A browser of somebody who answers for Laixi alone."""
    client = Client()
    client.force_login(make_user(*roles, regions=[make_region("370285")]))
    return client


def test_what_lies_outside_the_scope_is_not_found(entry: Entry) -> None:
    outside = make_project(
        entry.project.enterprise, region=make_region("370215"), name_en="Secret works"
    )
    hidden = make_entry(outside, note="Secret note")
    make_document("secret.pdf", entry=hidden, title="Secret paper")
    client = limited(VIEWER)
    for words in ("secret", f"#{hidden.pk}"):
        page = searched(client, words)
        assert "Nothing that you may see has" in page, words
        for kind in ("any", "enterprise", "project"):
            assert suggested(client, words, kind) == []
    assert hidden.get_absolute_url() not in searched(client, str(hidden.pk))
    assert [one["text"] for one in suggested(client, "works", "project")] == ["Panel works"]
    assert [one["text"] for one in suggested(client, "works hisense")] == ["Hisense Visual"]


# --- suggestions ---------------------------------------------------------------------------------


def test_a_suggestion_has_what_tells_rows_apart(viewer_client: Client, entry: Entry) -> None:
    enterprise = entry.project.enterprise
    assert suggested(viewer_client, "hisense v") == [
        {
            "value": enterprise.pk,
            "text": "Hisense Visual",
            "other": "海信视像",
            "note": "Hisense Group",
            "url": enterprise.get_absolute_url(),
            "kind": "enterprise",
        }
    ]
    (project,) = suggested(viewer_client, "mbgc", "project")
    assert (project["text"], project["note"]) == ("Panel works", "Hisense Visual")
    (group,) = suggested(viewer_client, "hxjt", "group")
    assert (group["text"], group["other"], group["note"]) == ("Hisense Group", "海信集团", "")
    kinds = [one["kind"] for one in suggested(viewer_client, "hisense", "any")]
    assert kinds == ["enterprise", "project", "investor group"]


def test_at_most_ten_come_the_best_first(viewer_client: Client) -> None:
    for number in range(11):
        make_enterprise(f"Great works {number:02}")
    make_enterprise("Works")
    names = [one["text"] for one in suggested(viewer_client, "works")]
    assert len(names) == 10
    assert names[0] == "Works"
    inside = [one["text"] for one in suggested(limited(VIEWER), "works")]
    assert inside == ["Works", *(f"Great works {number:02}" for number in range(9))]


def test_only_what_may_be_changed_is_suggested_where_that_is_asked(entry: Entry) -> None:
    make_project(make_enterprise("Hisense Elsewhere"), region=make_region("370215"))
    asked = {"words": "hisense", "editable": "1"}
    assert [one["text"] for one in suggested(limited(RECORDER), **asked)] == ["Hisense Visual"]
    assert suggested(limited(VIEWER), **asked) == []


def test_an_empty_search_suggests_nothing(viewer_client: Client, entry: Entry) -> None:
    assert suggested(viewer_client, " ", "any") == []


def test_an_unknown_kind_is_answered_with_those_there_are(viewer_client: Client) -> None:
    answer = viewer_client.get("/enterprises/suggest/?kind=person&q=x")
    assert answer.status_code == 400
    assert "Accepted: enterprise, project, group, any" in answer.json()["problems"][0]


def test_answers_are_kept_by_nobody_between(viewer_client: Client) -> None:
    answer = viewer_client.get("/enterprises/suggest/?kind=any&q=x")
    assert answer["Cache-Control"] == "private, no-store"


def test_as_many_queries_for_many_matches_as_for_few(
    viewer_client: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        make_project(make_enterprise(f"Works {number}"), name_en=f"Works {number}")
    assert Enterprise.objects.count() == 30
    with django_assert_max_num_queries(8):
        suggested(viewer_client, "works")
    with django_assert_max_num_queries(18):
        searched(viewer_client, "works")
