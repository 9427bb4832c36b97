"""Evidence seen from outside: the list, a page of it, the file itself, and how it comes in."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import RECORDER, VERIFIER, VIEWER
from clusters.uploads import MAX_FILE_BYTES
from clusters.vocabulary import Measure
from ledger.documents import path_of
from ledger.models import Attachment, Entry, Evidence
from ledger.posting import cite, reverse
from tests.data_entry import browser_of, errors_of, page, shown, told
from tests.ledger.files_of_all_kinds import FALSE, TRUE
from tests.make import (
    PDF,
    make_document,
    make_entry,
    make_evidence,
    make_project,
    make_recorder,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


def keys(client: Client, **query: Any) -> list[int]:
    """The evidence that the list shows, in its order."""
    response = client.get("/evidence/", query)
    assert response.status_code == 200
    return [row.record.pk for row in response.context["table"].paginated_rows]


def file_of(evidence: Evidence) -> str:
    return f"/evidence/{evidence.pk}/file/"


def chosen(content: bytes = PDF, name: str = "contract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


# The list


def test_the_list_filters(viewer_client: Client) -> None:
    pdf = make_document("合同.pdf", title="Contract of 2021", issuer="Qingdao Bureau")
    table = make_document("A.csv", content=TRUE["csv"], issuer="China Daily")
    news = cite(
        url="https://news.example.org/vw", recorded_by=make_recorder(), issuer="China Daily"
    )
    assert keys(viewer_client) == [news.pk, table.pk, pdf.pk]
    assert keys(viewer_client, kind="page") == [news.pk]
    assert keys(viewer_client, kind=["pdf", "spreadsheet"]) == [table.pk, pdf.pk]
    assert keys(viewer_client, issuer="daily") == [news.pk, table.pk]
    assert keys(viewer_client, q="合同") == [pdf.pk]
    assert keys(viewer_client, q="contract qingdao") == [pdf.pk]
    assert keys(viewer_client, q="/vw") == [news.pk]
    assert keys(viewer_client, sort="title")[0] == table.pk
    for column in ("kind", "issuer", "dated_on", "size", "entries", "recorded_at"):
        assert len(keys(viewer_client, sort=f"-{column}")) == 3
    assert viewer_client.get("/evidence/?kind=film").status_code == 400


def test_the_list_counts_the_standing_entries_that_the_user_may_see() -> None:
    contract, here = make_document(), make_region("370285")
    make_entry(make_project(region=here), evidence=contract)
    make_document(entry=make_entry(make_project(region=here)))
    reverse(
        entry=make_entry(make_project(region=here), evidence=contract),
        recorded_by=make_recorder(),
        reason="Signed twice",
    )
    make_entry(make_project(region=make_region("370215")), evidence=contract)
    for regions, count in ((), 3), ([here], 2):
        client = browser_of(make_user(VIEWER, regions=regions))
        (row,) = client.get("/evidence/").context["table"].paginated_rows
        assert row.record.entries_count == count


def test_the_list_goes_out_as_a_file(viewer_client: Client) -> None:
    make_document("合同.pdf", issuer="China Daily")
    rows = viewer_client.get("/evidence/?_export=csv").getvalue().decode("utf-8-sig")
    assert "合同.pdf,application/pdf,China Daily" in rows


def query_count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_takes_as_many_queries_for_twenty_entries_as_for_two(
    viewer_client: Client,
) -> None:
    contract, counts = make_document(), []
    for number in (2, 18):
        for _ in range(number):
            make_entry(evidence=contract)
        counts.append(query_count(viewer_client, f"/evidence/{contract.pk}/"))
    assert counts[0] == counts[1]


# The page


def test_the_page_says_what_it_is_and_what_rests_on_it(viewer_client: Client) -> None:
    contract = make_document("合同.pdf", title="Contract", issuer="Bureau")
    entry = make_entry(evidence=contract, amount_fen=12_345_678_900)
    response = viewer_client.get(f"/evidence/{contract.pk}/")
    html = response.content.decode()
    for expected in ("合同.pdf", "Bureau", contract.sha256, "recorder", "123,456,789"):
        assert expected in html
    assert f'href="/ledger/{entry.pk}/"' in html
    assert f'<iframe class="evidence-shown evidence-paper" src="{file_of(contract)}"' in html
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "frame-src" not in viewer_client.get("/evidence/")["Content-Security-Policy"]


def test_a_picture_is_shown_and_a_table_is_not(viewer_client: Client) -> None:
    picture = make_document("a.png", content=TRUE["png"])
    table = make_document("a.csv", content=TRUE["csv"])
    assert f'<img class="evidence-shown" src="{file_of(picture)}"' in str(
        viewer_client.get(f"/evidence/{picture.pk}/").content
    )
    assert "evidence-shown" not in str(viewer_client.get(f"/evidence/{table.pk}/").content)


def test_a_page_elsewhere_is_linked_and_a_repost_is_cited_only(viewer_client: Client) -> None:
    news = make_evidence("https://news.example.org/1")
    repost = cite(url="https://copy.example.org/1", recorded_by=make_recorder(), is_repost=True)
    link = 'href="https://{}.example.org/1"'
    assert link.format("news") in viewer_client.get(f"/evidence/{news.pk}/").content.decode()
    assert link.format("copy") not in viewer_client.get(f"/evidence/{repost.pk}/").content.decode()
    assert viewer_client.get(file_of(news)).status_code == 404


def test_the_title_of_a_document_cannot_bring_markup(viewer_client: Client) -> None:
    contract = make_document('<img src=x onerror="a()">.pdf', title="<script>a()</script>")
    for address in ("/evidence/", f"/evidence/{contract.pk}/"):
        html = viewer_client.get(address).content.decode()
        assert "<script>a()" not in html
        assert "<img src=x" not in html


# The file


def test_a_file_is_served_safely(viewer_client: Client) -> None:
    contract = make_document("合同 1.pdf", content=PDF)
    response = viewer_client.get(file_of(contract))
    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"] == f'"{contract.sha256}"'
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert response["Content-Disposition"] == (
        "inline; filename*=utf-8''%E5%90%88%E5%90%8C%201.pdf"
    )


@pytest.mark.parametrize("kind", TRUE)
def test_only_what_browsers_show_safely_is_shown_by_them(kind: str, viewer_client: Client) -> None:
    document = make_document(f"a.{kind}", content=TRUE[kind])
    shown_here = kind in {"pdf", "png", "jpg", "webp"}
    response = viewer_client.get(file_of(document))
    response.close()
    disposition = response["Content-Disposition"]
    assert disposition.partition(";")[0] == ("inline" if shown_here else "attachment")


def test_a_name_cannot_break_out_of_its_header(viewer_client: Client) -> None:
    document = make_document('a"; filename=b.html\r\nX-Bad: 1\\.pdf', content=PDF)
    response = viewer_client.get(file_of(document))
    response.close()
    assert "X-Bad" not in response.headers
    assert "\n" not in response["Content-Disposition"]


def test_an_unchanged_file_is_not_sent_again(viewer_client: Client) -> None:
    contract = make_document()
    again = viewer_client.get(file_of(contract), headers={"if-none-match": f'"{contract.sha256}"'})
    assert (again.status_code, again.content) == (304, b"")
    other = viewer_client.get(file_of(contract), headers={"if-none-match": '"other"'})
    assert other.status_code == 200
    other.close()


def test_a_missing_file_is_told_and_logged(
    viewer_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    contract = make_document()
    path_of(contract.sha256).unlink()
    response = viewer_client.get(file_of(contract))
    assert response.status_code == 404
    assert "its file is not on this machine" in response.content.decode()
    assert contract.sha256 in caplog.text
    html = viewer_client.get(f"/evidence/{contract.pk}/").content.decode()
    assert "missing on this machine" in html
    assert "<iframe" not in html


def test_nobody_outside_the_scope_gets_anything_of_it() -> None:
    contract = make_document()
    make_entry(make_project(region=make_region("370215")), evidence=contract)
    client = browser_of(make_user(RECORDER, regions=[make_region("370285")]))
    for address in (f"/evidence/{contract.pk}/", file_of(contract)):
        assert client.get(address).status_code == 404
    assert keys(client) == []
    make_document(entry=make_entry(make_project(region=make_region("370285"))))
    response = client.get(file_of(contract))
    response.close()
    assert response.status_code == 200


def test_without_a_login_there_is_the_login(client: Client) -> None:
    contract = make_document()
    for address in ("/evidence/", f"/evidence/{contract.pk}/", file_of(contract)):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_somebody_without_a_role_gets_nothing() -> None:
    client = browser_of(make_user())
    assert client.get(file_of(make_document())).status_code == 403


# Added to an entry


def attach_address(entry: Entry) -> str:
    return f"/ledger/{entry.pk}/attach/"


def test_a_file_is_added_to_an_entry(recorder_client: Client) -> None:
    entry = make_entry()
    assert recorder_client.get(attach_address(entry)).status_code == 200
    response = recorder_client.post(
        attach_address(entry),
        {
            "file": chosen(),
            "title": "Contract",
            "issuer": "Bureau",
            "dated_on": "2021-03-01",
            "note": "Page 3",
        },
    )
    assert response["Location"] == f"/ledger/{entry.pk}/"
    assert told(recorder_client, response) == [f"“Contract” stands beside entry {entry.pk} now."]
    attachment = Attachment.objects.get()
    assert (attachment.entry, attachment.note) == (entry, "Page 3")
    document = attachment.evidence
    assert (document.title, document.issuer, document.dated_on, document.file_name) == (
        "Contract",
        "Bureau",
        date(2021, 3, 1),
        "contract.pdf",
    )


def test_a_verifier_may_add_a_page() -> None:
    entry = make_entry()
    client = browser_of(make_user(VERIFIER))
    client.post(attach_address(entry), {"url": "news.example.org/2", "is_repost": "on"})
    page_added = Attachment.objects.get().evidence
    assert (page_added.url, page_added.is_repost) == ("https://news.example.org/2", True)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "file"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "http://localhost/"}, "url"),
        ({"url": "https://user:pass@news.example.org/"}, "url"),
        ({"url": "https://news.example.org/", "dated_on": "2999-01-01"}, "dated_on"),
        ({"url": "https://news.example.org/", "dated_on": "yesterday"}, "dated_on"),
        ({"url": "https://news.example.org/", "dated_on": "1899-12-31"}, "dated_on"),
        ({"url": "https://news.example.org/", "title": "a" * 301}, "title"),
        ({"is_repost": "on", "file": True}, "url"),
        ({"url": "https://news.example.org/", "file": True}, "url"),
        ({"file-kept": "forged"}, "file"),
    ],
)
def test_bad_evidence_is_refused_beside_its_field_and_what_was_typed_stays(
    sent: dict[str, Any], field: str, recorder_client: Client
) -> None:
    entry = make_entry()
    filled = {"note": "Typed with care", **sent}
    if sent.get("file"):
        filled["file"] = chosen()
    response = recorder_client.post(attach_address(entry), filled)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "Typed with care" in response.content.decode()
    assert not Attachment.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("what", FALSE)
def test_a_file_that_lies_is_refused_on_the_page(what: str, recorder_client: Client) -> None:
    name, content = FALSE[what]
    response = recorder_client.post(
        attach_address(make_entry()), {"file": chosen(content, name), "title": "Contract"}
    )
    assert response.status_code == 200
    assert "Accepted are PDF" in response.context["form"].errors["file"][0]
    assert "Contract" in response.content.decode()


def test_a_file_that_is_too_large_is_refused_on_the_page(recorder_client: Client) -> None:
    large = chosen(PDF + b"%" * (MAX_FILE_BYTES + 200_000))
    response = recorder_client.post(attach_address(make_entry()), {"file": large, "note": "Typed"})
    assert "20 MB" in response.context["form"].errors["file"][0]
    assert "Typed" in response.content.decode()
    # No more of it was let in than tells that it is too large.
    assert 0 < large_part(response) <= MAX_FILE_BYTES + 2 * 64 * 1024


def large_part(response: Any) -> int:
    size: int = response.wsgi_request.FILES["file"].size
    return size


def test_a_request_that_is_far_too_large_is_refused_at_once(recorder_client: Client) -> None:
    response = recorder_client.post(
        attach_address(make_entry()), {"note": "x"}, headers={"content-length": str(10**10)}
    )
    assert response.status_code == 400


def test_the_same_evidence_twice_is_told(recorder_client: Client) -> None:
    entry = make_entry(evidence=make_document(content=PDF))
    response = recorder_client.post(attach_address(entry), {"file": chosen()})
    assert "stands beside the entry already" in response.content.decode()
    assert not Attachment.objects.exists()


def test_nothing_is_added_to_what_was_reversed(recorder_client: Client) -> None:
    entry = make_entry()
    reverse(entry=entry, recorded_by=make_recorder(), reason="Signed twice")
    response = recorder_client.post(attach_address(entry), {"file": chosen(), "note": "Typed"})
    assert "was reversed" in response.content.decode()
    assert "Typed" in response.content.decode()
    assert not Evidence.objects.exists()


def test_the_first_day_of_all_is_not_taken_for_no_day(recorder_client: Client) -> None:
    without_day = make_evidence("https://news.example.org/1")
    sent = {"url": without_day.url, "dated_on": "0001-01-01"}
    response = recorder_client.post(attach_address(make_entry()), sent)
    assert list(response.context["form"].errors) == ["dated_on"]
    with pytest.raises(ValidationError, match="cannot be meant"):
        cite(url=without_day.url, dated_on=date.min, recorded_by=make_recorder())
    with pytest.raises(ValidationError, match="cannot be meant"):
        make_document(dated_on=date.min)
    assert Evidence.objects.get() == without_day


def test_a_file_stays_chosen_when_the_form_comes_back(recorder_client: Client) -> None:
    entry = make_entry()
    response = recorder_client.post(
        attach_address(entry), {"file": chosen(), "dated_on": "2999-01-01"}
    )
    assert "“contract.pdf” stays chosen" in response.content.decode()
    kept = kept_in(response, "file")
    recorder_client.post(attach_address(entry), {"file-kept": kept, "dated_on": "2021-01-01"})
    assert Attachment.objects.get().evidence.file_name == "contract.pdf"


def kept_in(response: Any, name: str) -> str:
    """The word of a stored file that a page carries."""
    html = response.content.decode()
    return str(html.partition(f'name="{name}-kept" value="')[2].partition('"')[0])


def test_a_file_that_was_cleared_away_meanwhile_is_asked_for_again(
    recorder_client: Client,
) -> None:
    entry = make_entry()
    sent = {"file": chosen(b"a;b\nonly here\n"), "dated_on": "2999-01-01"}
    kept = kept_in(recorder_client.post(attach_address(entry), sent), "file")
    for path in path_of("").parent.rglob("*"):
        if path.is_file() and path.read_bytes() == b"a;b\nonly here\n":
            path.unlink()
    response = recorder_client.post(attach_address(entry), {"file-kept": kept})
    assert response.context["form"].errors["file"] == ["Choose the file again."]


# With a new entry


def filled(client: Client, project: Any, **changed: Any) -> dict[str, Any]:
    """The form of a new entry, filled in."""
    return {
        **shown(client, page("ledger_entry_add")),
        "project": project.pk,
        "measure": Measure.CONTRACTED,
        "effective_on": "2021-03-01",
        "amount": "3亿",
        **changed,
    }


def test_an_entry_is_recorded_with_its_file(recorder_client: Client) -> None:
    address, project = page("ledger_entry_add"), make_project()
    assert 'enctype="multipart/form-data"' in recorder_client.get(address).content.decode()
    sent = filled(
        recorder_client,
        project,
        evidence_file=chosen(),
        evidence_title="Contract",
        evidence_issuer="Bureau",
        evidence_on="2021-02-28",
    )
    assert recorder_client.post(address, sent).status_code == 302
    evidence = Entry.objects.get().evidence
    assert evidence is not None
    assert (evidence.is_document, evidence.title, evidence.issuer, evidence.dated_on) == (
        True,
        "Contract",
        "Bureau",
        date(2021, 2, 28),
    )
    assert not Attachment.objects.exists()


def test_with_a_file_and_a_page_the_entry_rests_on_both_and_posts_once(
    recorder_client: Client,
) -> None:
    address, project = page("ledger_entry_add"), make_project()
    sent = filled(recorder_client, project, evidence_url="https://news.example.org/7")
    for _ in range(2):
        recorder_client.post(address, {**sent, "evidence_file": chosen()})
    entry = Entry.objects.get()
    assert entry.evidence is not None
    assert entry.evidence.is_document
    assert [a.evidence.url for a in entry.attachments.all()] == ["https://news.example.org/7"]


def test_a_project_page_takes_the_file_too(recorder_client: Client) -> None:
    project = make_project()
    address = page("enterprises_project_change", project.pk)
    assert 'enctype="multipart/form-data"' in recorder_client.get(address).content.decode()
    sent = shown(recorder_client, address)
    prefix = next(name for name in sent if name.endswith("-0-amount")).removesuffix("amount")
    sent |= {
        f"{prefix}measure": Measure.CONTRACTED,
        f"{prefix}effective_on": "2021-03-01",
        f"{prefix}amount": "3亿",
        f"{prefix}evidence_file": chosen(),
    }
    assert recorder_client.post(address, sent).status_code == 302
    evidence = Entry.objects.get().evidence
    assert evidence is not None
    assert evidence.file_name == "contract.pdf"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://127.0.0.1/",
        "http://10.0.0.1/",
        "http://localhost/",
        "https://user:pass@news.example.org/",
    ],
)
def test_an_entry_cannot_rest_on_an_address_that_others_cannot_open(
    url: str, recorder_client: Client
) -> None:
    address = page("ledger_entry_add")
    sent = filled(recorder_client, make_project(), evidence_url=url)
    errors = errors_of(recorder_client.post(address, sent))
    assert list(errors) == ["evidence_url"]
    assert len(errors["evidence_url"]) == 1
    assert not Entry.objects.exists()
    assert not Evidence.objects.exists()


def test_what_is_said_of_no_evidence_is_refused(recorder_client: Client) -> None:
    address, project = page("ledger_entry_add"), make_project()
    for name, value in (("evidence_title", "Contract"), ("evidence_is_repost", "on")):
        sent = filled(recorder_client, project, **{name: value})
        assert list(errors_of(recorder_client.post(address, sent))) == ["evidence_url"]


def test_a_refused_entry_keeps_its_file_for_the_second_try(recorder_client: Client) -> None:
    address, project = page("ledger_entry_add"), make_project()
    make_entry(project, amount_fen=3 * 10**10)
    sent = filled(recorder_client, project, evidence_file=chosen(), evidence_title="Contract")
    response = recorder_client.post(address, sent)
    assert "amount" in errors_of(response)
    assert not Evidence.objects.exists()
    again = {name: value for name, value in sent.items() if name != "evidence_file"}
    again |= {"allow_double": "on", "evidence_file-kept": kept_in(response, "evidence_file")}
    assert recorder_client.post(address, again).status_code == 302
    assert Entry.objects.filter(evidence__file_name="contract.pdf").count() == 1


def test_a_file_that_lies_is_refused_with_the_entry(recorder_client: Client) -> None:
    address = page("ledger_entry_add")
    sent = filled(
        recorder_client,
        make_project(),
        evidence_file=chosen(FALSE["a page as a PDF"][1], "a.pdf"),
        note="Typed",
    )
    response = recorder_client.post(address, sent)
    assert "Accepted are PDF" in errors_of(response)["evidence_file"][0]
    assert "Typed" in response.content.decode()
    assert not Entry.objects.exists()


def test_the_data_entry_pages_list_documents_beside_pages(admin_client: Client) -> None:
    document = make_document("合同.pdf")
    make_evidence()
    html = admin_client.get(page("ledger_evidence_changelist")).content.decode()
    assert f'href="/evidence/{document.pk}/"' in html
    assert 'href="https://news.example.org/1"' in html
    assert admin_client.get(page("ledger_evidence_change", document.pk)).status_code == 200
