"""The pages of imports, seen from outside."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import RECORDER
from imports.models import HeldRow, Upload
from tests.data_entry import browser_of
from tests.make import make_cluster, make_entry, make_recorder, make_region, make_user

pytestmark = pytest.mark.django_db


def make_upload(**fields: Any) -> Upload:
    """A file of five rows of which one was held back."""
    values = {"rows": 5, "rows_posted": 3, "rows_known": 1, "rows_held": 1, "sha256": "ab" * 32}
    return Upload.objects.create(
        name="record.csv", recorded_by=make_recorder(), **{**values, **fields}
    )


def make_held(upload: Upload, **fields: Any) -> HeldRow:
    """A row that was held back."""
    values = {
        "enterprise_zh": "融合装备",
        "project_en": "Second fab",
        "amount_yuan": "3000000000.5",
    }
    return HeldRow.objects.create(
        upload=upload,
        line=fields.pop("line", 2),
        cluster=make_cluster(),
        region=fields.pop("region", None) or make_region(),
        values={**values, "note": "month only", "sector": ""},
        reason="It repeats an amount from another source.",
        **fields,
    )


def test_no_file_yet_says_what_to_do(viewer_client: Client) -> None:
    text = viewer_client.get("/imports/").content.decode()
    assert "No file has been imported yet" in text
    assert "import_record" in text


def test_list_has_the_newest_file_first(viewer_client: Client) -> None:
    make_upload()
    newer = make_upload(rows=1204)
    response = viewer_client.get("/imports/")
    text = response.content.decode()
    assert response.context["object_list"][0] == newer
    assert "1,204" in text
    assert "recorder" in text


@pytest.mark.parametrize("page", ["abc", "-1", "0", "99", "1.5", "9" * 5000])
def test_page_that_there_is_not(page: str, viewer_client: Client) -> None:
    make_upload()
    response = viewer_client.get("/imports/", {"page": page})
    assert response.status_code == 400
    assert "pages run from 1 to 1" in response.content.decode()
    assert "record.csv" not in response.content.decode()


def test_held_row_shows_why_and_what_it_repeats(viewer_client: Client) -> None:
    upload, entry = make_upload(), make_entry()
    make_held(upload, entry=entry)
    text = viewer_client.get(upload.get_absolute_url()).content.decode()
    for said in (
        "ab" * 32,
        "融合装备",
        "Second fab",
        "3,000,000,000.5 yuan",
        "It repeats an amount from another source.",
        f'href="{entry.get_absolute_url()}"',
        "<code>note</code>",
        "month only",
    ):
        assert said in text, said
    # Empty columns say nothing.
    assert "<code>sector</code>" not in text


def test_file_without_held_rows_says_so(viewer_client: Client) -> None:
    upload = make_upload(rows_held=0)
    assert (
        "No row of this file was held back."
        in viewer_client.get(upload.get_absolute_url()).content.decode()
    )


def test_held_rows_end_at_the_scope() -> None:
    upload = make_upload()
    make_held(upload, region=make_region("370212"))
    client = browser_of(make_user(RECORDER, regions=[make_region("370215")]))
    text = client.get(upload.get_absolute_url()).content.decode()
    assert "融合装备" not in text
    assert "outside the regions and clusters that you see" in text


def test_import_that_there_is_not(viewer_client: Client) -> None:
    assert viewer_client.get("/imports/99999999/").status_code == 404
