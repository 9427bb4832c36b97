"""Each bad cell is named by line, column and value, with what is accepted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from enterprises.credit_codes import check_sign
from tests.imports.files import as_csv, import_json, row, row_counts, write
from tests.imports.places import make_places

pytestmark = pytest.mark.django_db

TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
LAST_YEAR = str(timezone.localdate().year)
NO_AMOUNT = {"amount_kind": "", "amount_yuan": ""}
DOLLARS = {"amount_yuan": "", "amount_original": "100", "currency": "USD", "rate": "7.1"}


@pytest.fixture(autouse=True)
def _places() -> None:
    make_places()


@pytest.mark.parametrize(
    ("changes", "column", "says"),
    [
        ({"enterprise_zh": "", "enterprise_en": ""}, "enterprise_zh", "Name the enterprise"),
        ({"enterprise_en": "A" * 201}, "enterprise_en", "200 are possible"),
        ({"project_zh": "甲" * 201}, "project_zh", "200 are possible"),
        ({"project_zh": "", "project_en": ""}, "project_zh", "Name the project"),
        ({"cluster": "ships"}, "cluster", "appliances, digital, nev"),
        ({"cluster": ""}, "cluster", "appliances, digital, nev"),
        ({"region": "Atlantis"}, "region", "370211 West Coast New Area"),
        ({"sector": "robots"}, "sector", "vehicles"),
        ({"stage": "begun"}, "stage", "negotiating, signed, registered"),
        ({"stage": ""}, "stage", "The project is new"),
        ({"stage_date": "2020-02-30"}, "stage_date", "YYYY-MM-DD"),
        ({"stage_date": "1/3/2021"}, "stage_date", "YYYY-MM-DD"),
        ({"stage_date": "20210301"}, "stage_date", "YYYY-MM-DD"),
        ({"stage_date": "0021-03-01"}, "stage_date", "year cannot be right"),
        ({"stage_date": TOMORROW}, "stage_date", "future"),
        ({"source_date": TOMORROW}, "source_date", "future"),
        ({"stage_date": "", "source_date": ""}, "stage_date", "Give the day"),
        ({"leading_basis": "famous"}, "leading_basis", "fortune_global_500, industry_leader"),
        ({"leading_year": "2020"}, "leading_year", "fortune_global_500 only"),
        (
            {"leading_basis": "industry_leader", "leading_year": "2020"},
            "leading_year",
            "fortune_global_500 only",
        ),
        ({"leading_basis": "fortune_global_500", "leading_year": "1994"}, "leading_year", "1995"),
        (
            {"leading_basis": "fortune_global_500", "leading_year": "3000"},
            "leading_year",
            LAST_YEAR,
        ),
        ({"origin_country": "XX"}, "origin_country", "two letters"),
        ({"origin_country": "CHN"}, "origin_country", "two letters"),
        ({"credit_code": "91350100"}, "credit_code", "18 signs"),
        ({"credit_code": "91350100M000100Y44"}, "credit_code", "should be 3"),
        ({"source_url": "ftp://example.org/a"}, "source_url", "http:// or https://"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "http:// or https://"),
        ({"source_url": "https://example.org/" + "a" * 1000}, "source_url", "1000"),
        ({"investor_group": "A" * 201}, "investor_group", "200 are possible"),
        ({"amount_kind": ""}, "amount_kind", "contracted, paid_in, annual_output"),
        ({"amount_kind": "promised"}, "amount_kind", "contracted, paid_in, annual_output"),
        ({"amount_yuan": ""}, "amount_kind", "Give the amount"),
        *(
            ({"amount_yuan": amount}, "amount_yuan", "above 0")
            for amount in (
                "abc",
                "-5",
                "0",
                "1e400",
                "NaN",
                "Infinity",
                "0.001",
                "10万亿1",
                "1000万亿",
            )
        ),
        ({"amount_original": "900000", "currency": "CNY"}, "amount_original", "are the same"),
        ({"rate": "1"}, "rate", "Yuan need no rate"),
        ({**NO_AMOUNT, "rate": "7.1"}, "rate", "There is no amount"),
        ({**NO_AMOUNT, "currency": "USD"}, "currency", "There is no amount"),
        ({"amount_yuan": "", "amount_original": "100"}, "currency", "three capitals"),
        ({**DOLLARS, "currency": "usd"}, "currency", "three capitals"),
        ({**DOLLARS, "rate": ""}, "rate", "yuan per USD"),
        ({**DOLLARS, "rate": "0"}, "rate", "yuan per USD"),
        ({**DOLLARS, "rate": "-7"}, "rate", "yuan per USD"),
        ({**DOLLARS, "rate": "7.123456789"}, "rate", "eight decimals"),
        ({**DOLLARS, "amount_original": ""}, "amount_kind", "Give the amount"),
        ({**DOLLARS, "amount_original": "1.005"}, "amount_original", "two decimals"),
        ({**DOLLARS, "amount_original": "-100"}, "amount_original", "two decimals"),
        ({**DOLLARS, "amount_original": "900万亿"}, "amount_original", "ten trillion"),
        ({**DOLLARS, "amount_yuan": "800"}, "amount_yuan", "comes to 710.00 yuan"),
        ({"currency": "USD", "rate": "7"}, "amount_original", "Give the amount in USD"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_posted(
    tmp_path: Path, changes: dict[str, str], column: str, says: str
) -> None:
    before = row_counts()
    bad = row(**changes)
    code, report = import_json(
        write(tmp_path, as_csv(row(project_zh="乙项目", project_en=""), bad))
    )
    assert code == 1
    named = [problem for problem in report["problems"] if problem["column"] == column]
    assert [(problem["line"], problem["value"]) for problem in named] == [(3, bad.get(column, ""))]
    assert says in named[0]["reason"]
    assert row_counts() == before


def test_every_bad_cell_of_every_row_is_listed_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [
        row(stage="begun", amount_yuan="abc"),
        row(),
        row(region="Atlantis", stage_date="2020-02-30"),
        row(project_zh="丙", project_en="", stage="", origin_country="XX"),
    ]
    code, report = import_json(write(tmp_path, as_csv(*rows)))
    assert code == 1
    assert [(problem["line"], problem["column"]) for problem in report["problems"]] == [
        (2, "amount_yuan"),
        (2, "stage"),
        (4, "region"),
        (4, "stage_date"),
        (5, "origin_country"),
        (5, "stage"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "370285"},
        {"region": "莱西市"},
        {"amount_yuan": "3亿"},
        {"amount_yuan": "14,400,000.50"},
        {"amount_original": "1000000", "currency": "CNY"},
        {"amount_yuan": "", "amount_original": "1000000", "currency": "CNY"},
        {**DOLLARS, "amount_yuan": "710"},
        {"leading_basis": "fortune_global_500", "leading_year": "2020"},
        {"credit_code": "9135 0100 M000 100Y 43"},
        {"stage_date": ""},
        {"source_date": ""},
        {"source_url": ""},
        {"sector": ""},
        {"origin_country": "de"},
        NO_AMOUNT,
        {**NO_AMOUNT, "project_zh": "", "project_en": "", "stage": "", "sector": ""},
    ],
)
def test_what_the_format_accepts_is_posted(tmp_path: Path, changes: dict[str, str]) -> None:
    code, report = import_json(write(tmp_path, as_csv(row(**changes))))
    assert report["problems"] == []
    assert (code, report["posted"]) == (0, 1)


def test_both_valid_letter_prefixes_of_credit_codes_are_accepted() -> None:
    for code in ("91350100M000100Y43", "91110000600037341L"):
        assert check_sign(code) == code[-1]
