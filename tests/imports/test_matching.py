"""Which enterprise and project a row means, and what a second row about them adds."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clusters.models import Region
from enterprises.models import Enterprise, InvestorGroup, LeadingClaim, Project, ProjectState
from ledger.models import Entry, Evidence
from ledger.withdrawal import withdraw
from tests.imports.files import as_csv, import_json, row, write
from tests.imports.places import make_places
from tests.make import make_cluster, make_enterprise, make_project, make_recorder

pytestmark = pytest.mark.django_db

CODE = "91350100M000100Y43"
OTHER_CODE = "91110000600037341L"
ONLY_ENTERPRISE = {
    "project_zh": "",
    "project_en": "",
    "stage": "",
    "sector": "",
    "amount_kind": "",
    "amount_yuan": "",
}


@pytest.fixture(autouse=True)
def _places() -> None:
    make_places()


def refusal(tmp_path: Path, *rows: dict[str, str]) -> tuple[int, str, str]:
    """Import rows of which one is refused; returns its line, column and reason."""
    code, report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 1
    (problem,) = report["problems"]
    return problem["line"], problem["column"], problem["reason"]


def test_an_enterprise_is_filled_in_and_never_overwritten(tmp_path: Path) -> None:
    make_enterprise("Company A", name_zh="甲公司", origin="DE")
    changes = {"origin_country": "CN", "credit_code": CODE, "enterprise_en": "A Company"}
    code, _report = import_json(write(tmp_path, as_csv(row(**changes))))
    assert code == 0
    kept = Enterprise.objects.get()
    assert (kept.name_en, kept.origin.code, kept.credit_code) == ("Company A", "DE", CODE)


def test_an_enterprise_is_found_by_code_then_chinese_then_english_name(tmp_path: Path) -> None:
    rows = [
        row(credit_code=CODE),
        row(credit_code=CODE, enterprise_zh="", enterprise_en="", stage_date="2021-04-01")
        | {"enterprise_zh": "甲集团公司"},
        row(enterprise_en="", stage_date="2021-05-01"),
        row(enterprise_zh="", stage_date="2021-06-01"),
    ]
    code, report = import_json(write(tmp_path, as_csv(*rows)))
    assert (code, report["problems"]) == (0, [])
    assert Enterprise.objects.count() == Project.objects.count() == 1


def test_a_name_that_is_found_later_in_the_file_is_filled_in(tmp_path: Path) -> None:
    rows = [row(enterprise_zh="", project_zh=""), row(stage="production", stage_date="2022-01-01")]
    code, _report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 0
    assert Enterprise.objects.get().name_zh == "甲公司"
    assert Project.objects.get().name_zh == "甲项目"


def test_an_enterprise_has_one_credit_code(tmp_path: Path) -> None:
    rows = [row(credit_code=CODE), row(credit_code=OTHER_CODE, stage_date="2021-04-01")]
    line, column, reason = refusal(tmp_path, *rows)
    assert (line, column) == (3, "credit_code")
    assert CODE in reason


def test_a_code_and_a_name_of_two_enterprises_are_refused(tmp_path: Path) -> None:
    make_enterprise("B", name_zh="乙公司", credit_code=CODE)
    make_enterprise("Company A", name_zh="甲公司")
    assert refusal(tmp_path, row(credit_code=CODE))[:2] == (2, "credit_code")


def test_names_of_two_enterprises_are_refused(tmp_path: Path) -> None:
    make_enterprise("B", name_zh="甲公司")
    make_enterprise("Company A", name_zh="乙公司")
    line, column, reason = refusal(tmp_path, row())
    assert (line, column) == (2, "enterprise_en")
    assert "乙公司" in reason


def test_an_english_name_with_another_chinese_name_is_refused_unless_codes_tell_them_apart(
    tmp_path: Path,
) -> None:
    make_enterprise("Company A", name_zh="乙公司", credit_code=CODE)
    assert refusal(tmp_path, row())[1] == "enterprise_en"
    code, _report = import_json(write(tmp_path, as_csv(row(credit_code=OTHER_CODE))))
    assert code == 0
    assert Enterprise.objects.filter(name_en="Company A").count() == 2


def test_an_english_name_of_several_enterprises_says_too_little(tmp_path: Path) -> None:
    for name_zh in ("乙公司", "丙公司"):
        make_enterprise("Company A", name_zh=name_zh)
    assert "2 enterprises have this name" in refusal(tmp_path, row(enterprise_zh=""))[2]


def test_names_of_two_projects_are_refused(tmp_path: Path) -> None:
    enterprise = make_enterprise("Company A", name_zh="甲公司")
    for zh, en in (("甲项目", "One"), ("乙项目", "Project A")):
        make_project(enterprise, name_zh=zh, name_en=en)
    assert refusal(tmp_path, row())[1] == "project_en"


def test_groups_come_in_order_once_and_in_their_language(tmp_path: Path) -> None:
    groups = "Volkswagen Group; 中国一汽; Volkswagen Group"
    code, _report = import_json(write(tmp_path, as_csv(row(investor_group=groups))))
    assert code == 0
    names = [str(share.group) for share in Enterprise.objects.get().shareholdings.all()]
    assert names == ["Volkswagen Group", "中国一汽"]
    assert InvestorGroup.objects.get(name_zh="中国一汽").name_en == ""


def test_a_leading_claim_is_made_once_for_each_basis_and_list_year(tmp_path: Path) -> None:
    def leading(day: str, year: str = "") -> dict[str, str]:
        return row(stage_date=day, leading_basis="fortune_global_500", leading_year=year)

    rows = [leading("2021-03-01"), leading("2021-05-01"), leading("2022-01-01", "2021")]
    code, _report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 0
    claims = LeadingClaim.objects.order_by("effective_on").values_list("list_year", flat=True)
    assert [*claims] == [None, 2021]
    assert Enterprise.objects.get().leading_basis == "fortune_global_500"


def test_a_state_is_added_only_where_it_says_something_new(tmp_path: Path) -> None:
    rows = [
        row(),
        row(stage_date="2021-04-01"),
        row(stage_date="2021-05-01", stage="construction"),
        row(stage_date="2021-06-01", stage="construction", sector="batteries"),
        row(stage_date="2021-02-01", stage="negotiating"),
    ]
    code, _report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 0
    states = ProjectState.objects.order_by("effective_on").values_list("stage", "sector__slug")
    assert [*states] == [
        ("negotiating", "vehicles"),
        ("signed", "vehicles"),
        ("construction", "vehicles"),
        ("construction", "batteries"),
    ]
    assert Project.objects.get().stage == "construction"


def test_a_row_without_stage_or_sector_keeps_those_that_stand(tmp_path: Path) -> None:
    rows = [
        row(),
        row(stage_date="2021-05-01", stage="construction", sector="batteries"),
        row(stage_date="2021-06-01", stage="production", sector=""),
        row(stage_date="2021-07-01", stage="", sector=""),
    ]
    code, _report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 0
    project = Project.objects.select_related("sector").get()
    assert (project.stage, project.sector and project.sector.slug) == ("production", "batteries")
    assert project.states.count() == 3


def test_a_row_about_a_withdrawn_project_is_refused_its_stage(tmp_path: Path) -> None:
    bare = {"amount_kind": "", "amount_yuan": ""}
    import_json(write(tmp_path, as_csv(row(**bare))))
    withdraw(
        project=Project.objects.get(),
        withdrawn_on=date(2022, 1, 1),
        recorded_by=make_recorder(),
        reason="Left",
    )
    late = row(**bare, stage="production", stage_date="2023-01-01")
    assert refusal(tmp_path, late)[1] == "stage"
    early = row(**bare, stage="signed", stage_date="2021-06-01")
    assert import_json(write(tmp_path, as_csv(early)))[0] == 0
    assert Project.objects.get().standing == "withdrawn"


@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_step_back_is_a_bad_row_even_with_a_note(tmp_path: Path, in_one_file: bool) -> None:
    rows = [
        row(stage="production"),
        row(stage="construction", stage_date="2022-01-01", note="Line moved", amount_yuan="5"),
    ]
    if in_one_file:
        assert refusal(tmp_path, *rows)[:2] == (3, "stage")
        return
    assert import_json(write(tmp_path, as_csv(rows[0])))[0] == 0
    line, column, reason = refusal(tmp_path, rows[1])
    assert (line, column) == (2, "stage")
    assert "data entry page" in reason


def test_a_state_before_a_lower_later_one_is_a_bad_row(tmp_path: Path) -> None:
    assert import_json(write(tmp_path, as_csv(row(stage_date="2022-01-01"))))[0] == 0
    assert refusal(tmp_path, row(stage="production", amount_yuan="5"))[1] == "stage"


def test_a_project_with_entries_does_not_move(tmp_path: Path) -> None:
    rows = [row(), row(region="Jimo", stage_date="2022-01-01", amount_yuan="5")]
    assert refusal(tmp_path, *rows)[:2] == (3, "cluster")


def test_a_project_without_entries_moves_from_a_day_on(tmp_path: Path) -> None:
    bare = {"amount_kind": "", "amount_yuan": ""}
    rows = [row(**bare), row(region="Jimo", stage_date="2022-01-01")]
    code, _report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 0
    assert Project.objects.get().region == Region.objects.get(code="370215")
    assert Entry.objects.get().region == Region.objects.get(code="370215")


def test_a_region_of_another_park_is_refused(tmp_path: Path) -> None:
    make_cluster("ships")
    region = Region.objects.get(code="370285")
    park = type(region.park).objects.create(slug="other", name_en="Other Park")
    Region.objects.create(park=park, code="110101", name_en="Elsewhere")
    assert refusal(tmp_path, row(region="Elsewhere"))[1] == "region"


def test_a_row_without_a_project_records_the_enterprise_alone(tmp_path: Path) -> None:
    code, _report = import_json(write(tmp_path, as_csv(row(**ONLY_ENTERPRISE, note="Visited"))))
    assert code == 0
    assert Enterprise.objects.get().note == "Visited"
    assert not Project.objects.exists()


def test_what_a_row_says_is_kept_with_its_source(tmp_path: Path) -> None:
    note = "[mirror] of the Daily; [rate: CNY per USD from the ECB reference rates of 2021-02-26]"
    changes = {"amount_yuan": "", "amount_original": "4000万", "currency": "USD", "rate": "6.5"}
    code, _report = import_json(write(tmp_path, as_csv(row(**changes, note=note))))
    assert code == 0
    entry = Entry.objects.get()
    # 40,000,000 USD × 6.5 = 260,000,000 yuan
    assert entry.amount_fen == 260_000_000 * 100
    assert entry.original_amount == Decimal(40_000_000)
    assert entry.note == note
    assert str(entry.rate_on) == "2021-02-26"
    assert entry.rate_source == "CNY per USD from the ECB reference rates of 2021-02-26"
    assert Evidence.objects.get().is_repost
    assert ProjectState.objects.get().source_url == "https://news.example.org/1"
    assert entry.recorded_by.username == "parktracker"
