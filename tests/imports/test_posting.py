"""All or nothing, once and not twice, within one's rights; and the real record."""

import random
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from clusters.models import Region
from clusters.vocabulary import Stage
from enterprises.models import Enterprise, LeadingClaim, Project, ProjectState
from imports import applying
from imports.models import HeldRow, Upload
from imports.posting import import_file
from imports.rows import Row
from ledger.models import Entry
from ledger.posting import reverse
from tests.imports.by_hand import contracted_fen, leading_enterprises
from tests.imports.files import as_csv, import_json, row, row_counts, write
from tests.imports.places import KNOWN_DOUBLES, RECORD, make_places
from tests.make import PLAN_END, make_recorder, make_user

pytestmark = pytest.mark.django_db

AT_END = PLAN_END.isoformat()


@pytest.fixture(autouse=True)
def _places() -> None:
    make_places()


def contracted_in_ledger() -> int:
    """What is contracted up to the plan's end."""
    entries = Entry.objects.filter(measure="contracted", effective_on__lte=PLAN_END)
    return int(entries.aggregate(total=Sum("amount_fen"))["total"])


def leading_in_record(counting_stage: str) -> int:
    """How many enterprises with a claim have a project that far at the plan's end."""
    states = ProjectState.objects.standing(PLAN_END, None).filter(
        stage__in=list(Stage)[Stage(counting_stage).rank :]
    )
    projects = Project.objects.filter(pk__in=states.values("project"))
    claims = LeadingClaim.objects.standing(PLAN_END, None)
    return (
        Enterprise.objects.filter(pk__in=projects.values("enterprise"))
        .filter(pk__in=claims.values("enterprise"))
        .count()
    )


# --- the real record -----------------------------------------------------------------------------


def test_the_public_record_loads_and_comes_to_what_a_hand_count_gives() -> None:
    code, report = import_json(RECORD)
    assert (code, report["rows"], report["problems"]) == (0, 140, [])
    assert report["posted"] + report["known"] == 140
    assert contracted_in_ledger() == contracted_fen(RECORD, AT_END)
    assert f"{contracted_in_ledger() / 10**11:.2f}" == "237.46"
    for stage in Stage.values:
        assert leading_in_record(stage) == leading_enterprises(RECORD, AT_END, stage)


def test_the_record_imported_twice_is_posted_once() -> None:
    import_json(RECORD)
    before = row_counts()
    code, report = import_json(RECORD)
    assert (code, report["posted"], report["known"]) == (0, 0, 140)
    assert row_counts() == before


def test_the_known_doubles_are_told_and_held_back_and_counted_nowhere() -> None:
    import_json(RECORD)
    total = contracted_in_ledger()
    before = row_counts()
    code, report = import_json(KNOWN_DOUBLES)
    assert (code, report["posted"], len(report["doubles"])) == (1, 0, 4)
    assert row_counts() == before
    for held in (4, 0):
        code, report = import_json(KNOWN_DOUBLES, hold_doubles=True)
        assert (code, report["held"], report["known"]) == (0, held, 4 - held)
    assert contracted_in_ledger() == total
    assert HeldRow.objects.count() == 4
    assert {held.entry.amount_fen for held in HeldRow.objects.all() if held.entry} == {
        16 * 10**11,
        13 * 10**11,
    }


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],  # a smaller seed is no simpler order, and each trial loads the record
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(), share=st.floats(0, 1))
def test_the_order_of_rows_and_the_split_over_files_change_no_figure(
    seed: int, share: float
) -> None:
    header, *lines = RECORD.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(seed).shuffle(lines)  # noqa: S311
    cut = int(len(lines) * share)
    with transaction.atomic():
        for part in (lines[:cut], lines[cut:]):
            content = "".join([header, *part]).encode()
            assert import_file(content, name="part.csv").problems == []
        assert contracted_in_ledger() == contracted_fen(RECORD, AT_END)
        for stage in Stage.values:
            assert leading_in_record(stage) == leading_enterprises(RECORD, AT_END, stage)
        transaction.set_rollback(True)


# --- all or nothing ------------------------------------------------------------------------------


def test_one_bad_row_keeps_all_out(tmp_path: Path) -> None:
    before = row_counts()
    code, report = import_json(write(tmp_path, as_csv(row(), row(stage="begun"))))
    assert (code, report["posted"]) == (1, 0)
    assert row_counts() == before


def test_a_dry_run_says_what_an_import_would_do_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv(row(), row(), row(amount_yuan="7")))
    before = row_counts()
    code, dry = import_json(path, dry_run=True)
    assert (code, dry.pop("dry_run"), dry["posted"], dry["known"]) == (0, True, 2, 1)
    assert row_counts() == before
    _code, done = import_json(path)
    assert done.pop("dry_run") is False
    assert done == dry


def test_an_import_that_is_broken_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = iter(range(3))
    apply = applying.Importer.apply

    def break_off(importer: applying.Importer, row: Row) -> None:
        if next(applied) == 2:
            importer.write()
            raise KeyboardInterrupt
        apply(importer, row)

    monkeypatch.setattr(applying.Importer, "apply", break_off)
    before = row_counts()
    rows = [row(project_zh=f"项目{number}", project_en="") for number in range(5)]
    with pytest.raises(KeyboardInterrupt):
        call_command("import_record", write(tmp_path, as_csv(*rows)))
    assert row_counts() == before


# --- once and not twice --------------------------------------------------------------------------


def test_the_same_row_in_another_file_is_posted_once(tmp_path: Path) -> None:
    import_json(write(tmp_path, as_csv(row()), "one.csv"))
    other = row(project_zh="乙项目", project_en="")
    code, report = import_json(write(tmp_path, as_csv(row(), other), "two.csv"))
    assert (code, report["posted"], report["known"]) == (0, 1, 1)
    assert Entry.objects.count() == 2


def test_the_same_row_twice_in_a_file_is_posted_once(tmp_path: Path) -> None:
    _code, report = import_json(write(tmp_path, as_csv(row(), row())))
    assert (report["posted"], report["known"], Entry.objects.count()) == (1, 1, 1)


def test_a_row_whose_entry_was_reversed_stays_reversed(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv(row()))
    import_json(path)
    reverse(entry=Entry.objects.get(), recorded_by=make_recorder(), reason="Signed by another")
    code, report = import_json(path)
    assert (code, report["known"], Entry.objects.count()) == (0, 1, 2)


def test_an_upload_is_recorded_once_for_what_it_brought(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv(row()))
    for _again in range(2):
        import_json(path)
    upload = Upload.objects.get()
    assert (upload.name, upload.rows, upload.rows_posted) == ("record.csv", 1, 1)
    import_json(write(tmp_path, as_csv(row(), row()), "new.csv"))
    assert Upload.objects.filter(name="new.csv", rows_known=2).exists()


# --- doubles -------------------------------------------------------------------------------------

OTHER_SOURCE = {"source_url": "https://other.example.org/1", "stage_date": "2021-04-01"}
OTHER_ENTERPRISE = {"enterprise_zh": "乙公司", "enterprise_en": "B", **OTHER_SOURCE}


@pytest.fixture(params=["one file", "two files"])
def doubled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file whose last row repeats an amount of the file, or of the ledger."""
    if request.param == "one file":
        yield write(tmp_path, as_csv(row(), row(**OTHER_SOURCE)))
    else:
        import_json(write(tmp_path, as_csv(row()), "first.csv"))
        yield write(tmp_path, as_csv(row(stage=""), row(**OTHER_SOURCE)))


def test_a_possible_double_is_told_and_nothing_is_posted(doubled: Path) -> None:
    before = row_counts()
    code, report = import_json(doubled)
    assert (code, report["posted"], report["problems"]) == (1, 0, [])
    (double,) = report["doubles"]
    assert (double["line"], double["column"]) == (3, "amount_yuan")
    assert (double["repeats_line"] == 2) is (double["repeats_entry"] is None)
    assert "https://news.example.org/1" in double["reason"]
    assert row_counts() == before


def test_doubles_can_be_allowed_and_then_stand(doubled: Path) -> None:
    assert import_json(doubled, allow_doubles=True)[0] == 0
    assert Entry.objects.count() == 2
    code, report = import_json(doubled)
    assert (code, report["known"], report["doubles"]) == (0, 2, [])


def test_doubles_can_be_held_back_once(doubled: Path) -> None:
    code, report = import_json(doubled, hold_doubles=True)
    assert (code, report["held"], Entry.objects.count()) == (0, 1, 1)
    held = HeldRow.objects.get()
    assert (held.line, held.entry, held.values["stage_date"]) == (
        3,
        Entry.objects.get(),
        "2021-04-01",
    )
    code, report = import_json(doubled, hold_doubles=True)
    assert (code, report["held"], report["known"]) == (0, 0, 2)
    assert HeldRow.objects.count() == 1


def test_the_same_project_under_two_enterprises_is_a_possible_double(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv(row(), row(**OTHER_ENTERPRISE)))
    code, report = import_json(path)
    assert (code, len(report["doubles"])) == (1, 1)
    code, report = import_json(path, hold_doubles=True)
    assert (code, report["held"], Enterprise.objects.count()) == (0, 1, 1)


def test_the_same_amount_of_another_measure_or_from_the_same_page_is_no_double(
    tmp_path: Path,
) -> None:
    rows = [row(), row(amount_kind="paid_in", **OTHER_SOURCE), row(stage_date="2021-06-01")]
    code, report = import_json(write(tmp_path, as_csv(*rows)))
    assert (code, report["doubles"], Entry.objects.count()) == (0, [], 3)


def test_a_reversed_amount_is_repeated_by_nothing(tmp_path: Path) -> None:
    import_json(write(tmp_path, as_csv(row())))
    reverse(entry=Entry.objects.get(), recorded_by=make_recorder(), reason="Wrong page")
    code, report = import_json(write(tmp_path, as_csv(row(**OTHER_SOURCE))))
    assert (code, report["doubles"]) == (0, [])


def test_a_row_that_names_what_it_doubles_is_one_even_without_that_project(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv(row(double_of="无此项目")))
    assert import_json(path)[0] == 1
    assert import_json(path, hold_doubles=True)[0] == 0
    assert HeldRow.objects.get().entry is None


# --- whose import it is --------------------------------------------------------------------------


def test_a_recorder_imports_in_their_own_scope_only(tmp_path: Path) -> None:
    laixi = Region.objects.get(code="370285")
    make_user(RECORDER, username="ling", regions=[laixi])
    path = write(tmp_path, as_csv(row(), row(region="Jimo", project_zh="乙", project_en="")))
    code, report = import_json(path, as_user="ling")
    assert code == 1
    assert [(p["line"], p["column"]) for p in report["problems"]] == [(3, "region")]
    code, _report = import_json(write(tmp_path, as_csv(row())), as_user="ling")
    assert code == 0
    assert Entry.objects.get().recorded_by.username == "ling"


def test_an_enterprise_outside_the_scope_is_not_changed_by_a_row_without_a_project(
    tmp_path: Path,
) -> None:
    import_json(write(tmp_path, as_csv(row(region="Jimo"))))
    make_user(RECORDER, username="ling", regions=[Region.objects.get(code="370285")])
    of_project = ("project_zh", "project_en", "stage", "sector", "amount_kind", "amount_yuan")
    claim = row(leading_basis="industry_leader", **dict.fromkeys(of_project, ""))
    code, report = import_json(write(tmp_path, as_csv(claim)), as_user="ling")
    assert (code, report["problems"][0]["column"]) == (1, "enterprise_zh")
    assert not LeadingClaim.objects.exists()


def test_a_project_outside_the_scope_is_not_reached_by_naming_ones_own_region(
    tmp_path: Path,
) -> None:
    import_json(write(tmp_path, as_csv(row(region="Jimo", amount_kind="", amount_yuan=""))))
    make_user(RECORDER, username="ling", regions=[Region.objects.get(code="370285")])
    code, report = import_json(write(tmp_path, as_csv(row())), as_user="ling")
    assert (code, report["problems"][0]["column"]) == (1, "project_zh")


@pytest.mark.parametrize("name", ["viewer", "nobody", "gone"])
def test_who_may_not_import_is_refused(tmp_path: Path, name: str) -> None:
    make_user(VIEWER, username="viewer")
    make_user(RECORDER, username="gone", is_active=False)
    before = row_counts()
    code, report = import_json(write(tmp_path, as_csv(row())), as_user=name)
    assert code == 1
    assert name in report["problems"][0]["reason"]
    assert row_counts() == before


def test_the_program_itself_cannot_log_in(tmp_path: Path) -> None:
    import_json(write(tmp_path, as_csv(row())))
    user = User.objects.get(username="parktracker")
    assert not user.is_active
    assert not user.has_usable_password()


# --- what people read ----------------------------------------------------------------------------


def test_without_json_each_bad_cell_is_a_line(tmp_path: Path) -> None:
    err = StringIO()
    with pytest.raises(CommandError, match=r"1 bad row of 2; nothing was posted\."):
        call_command(
            "import_record",
            write(tmp_path, as_csv(row(), row(stage_date="2020-02-30"))),
            stderr=err,
            no_color=True,
        )
    assert err.getvalue() == (
        "line 3, stage_date, “2020-02-30”: This is no day; write YYYY-MM-DD, as in 2020-07-20.\n"
    )


def test_without_json_a_dry_run_says_that_nothing_changed(tmp_path: Path) -> None:
    out = StringIO()
    call_command("import_record", write(tmp_path, as_csv(row())), dry_run=True, stdout=out)
    assert out.getvalue() == (
        "1 row read. Would be new: 1; stand already: 0; would be held back: 0. "
        "Nothing was changed.\n"
    )
