"""Enterprises, projects and groups are found by whatever somebody remembers of their names."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.scopes import scope_of
from enterprises import finding
from enterprises.models import Enterprise, FormerName, InvestorGroup, Project, SearchEntry
from enterprises.search_text import lines_of, words_of
from enterprises.searching import keep_enterprises, keep_groups, keep_projects, rebuild
from ledger import triggers
from tests.imports.files import as_csv, import_json, row, write
from tests.make import (
    make_cluster,
    make_enterprise,
    make_entry,
    make_group,
    make_project,
    make_recorder,
    make_region,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db
EVERY = Q()


def found(words: str, projects: Q = EVERY) -> set[str]:
    """The English names of the enterprises that are found."""
    return set(Enterprise.objects.search(words, projects).values_list("name_en", flat=True))


@pytest.fixture
def hisense() -> Enterprise:
    """One that is found, beside one that is not."""
    make_enterprise("Haier Biomedical", name_zh="青岛海尔生物医疗股份有限公司")
    return make_enterprise(
        "Hisense Visual Technology",
        name_zh="海信视像科技股份有限公司",
        groups=[make_group("Hisense Group", name_zh="海信集团")],
        credit_code="913702002646371260"[:18],
    )


# --- by what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "海信",
        "视像",
        "视",  # one sign
        "海信 科技",
        "海 信视像",
        "HISENSE",
        "hisense vis",
        "visual hisense",  # in whatever order
        "ＨＩＳＥＮＳＥ",  # wide letters
        "haixinshixiang",
        "haixin shixiang",
        "hxsx",
        "hxjt",  # its group
        "海信集团",
        "9137020026",
        "2646371260",
        "海信 hisense hx",
    ],
)
def test_an_enterprise_is_found_by(words: str, hisense: Enterprise) -> None:
    assert found(words) == {hisense.name_en}


@pytest.mark.parametrize(
    "words", ["海尔 视像", "信海", "xinhai", "hisense haier", "%", "_", "海%像"]
)
def test_an_enterprise_is_not_found_by(words: str, hisense: Enterprise) -> None:
    assert found(words) == set()


def test_nothing_but_spaces_finds_everything(hisense: Enterprise) -> None:
    assert len(found("  \t ")) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("100% Sun_Energy", "100%"),
        ("100% Sun_Energy", "n_e"),
        ('"Bright" \\ Co.', '"bright"'),
        ('"Bright" \\ Co.', "\\"),
        ("A* (B) OR C^2", "a*"),
        ("A* (B) OR C^2", "(b)"),
        ("A* (B) OR C^2", "c^2"),
        ("it's", "t'"),
        ("x\x1fyz", "yz"),
        ("ab⏎cd", "cd"),
    ],
)
def test_signs_stand_for_themselves(name: str, words: str) -> None:
    make_enterprise(name)
    make_enterprise("100 SunXEnergy", name_zh="旁")
    assert found(words) == {name}


def test_a_name_of_two_signs_across_two_lines_is_not_found() -> None:
    make_enterprise("End a", name_zh="末")
    assert found("a末") == found("末m") == set()


def test_chinese_in_many_readings_is_spelled_as_people_say_it() -> None:
    assert lines_of(["重庆长安"])[1:] == ["chongqingchangan", "cqca"]
    assert lines_of(["绿地"])[1] == "lvdi"


def test_latin_letters_between_chinese_stay_whole_in_the_initials() -> None:
    assert lines_of(["TCL华星（莱西）3厂"]) == [
        "tcl华星(莱西)3厂",
        "tclhuaxinglaixi3chang",
        "tclhxlx3c",
    ]


def test_the_words_of_a_query_are_told_once() -> None:
    assert words_of(" Ab\x00ab  ＡＢ c") == ["ab", "c"]


def test_a_former_name_still_finds() -> None:
    enterprise = make_enterprise("Hisense Visual", name_zh="海信视像")
    FormerName(enterprise=enterprise, name="青岛海信电器", recorded_by=make_recorder()).save()
    keep_enterprises([enterprise.pk])
    assert found("海信电器") == found("hxdq") == {"Hisense Visual"}


def test_a_project_finds_its_enterprise_and_an_enterprise_its_projects(hisense: Enterprise) -> None:
    project = make_project(hisense, name_zh="莱西液晶工厂", name_en="Panel works")
    make_project(name_en="Other works")
    assert found("液晶") == found("lxyj") == found("海信 panel") == {hisense.name_en}
    for words in ("液晶", "panel 海信", "hisense group", "9137020026"):
        assert [*Project.objects.search(words)] == [project]


def test_a_group_is_found_by_its_names() -> None:
    make_group("Haier Group")
    group = make_group("Hisense Group", name_zh="海信集团")
    for words in ("hisense", "海信", "hxjt", "haixin"):
        assert [*InvestorGroup.objects.search(words)] == [group]


# --- what may be seen ----------------------------------------------------------------------------


def of_laixi() -> User:
    return make_user("viewer", regions=[make_region("370285")])


def test_the_name_of_a_hidden_project_finds_nothing() -> None:
    enterprise = make_enterprise("Both places")
    make_project(enterprise, region=make_region("370285"), name_en="Seen works", name_zh="")
    make_project(enterprise, region=make_region("370215"), name_en="Secret works", name_zh="机密")
    projects = scope_of(of_laixi()).q()
    for words in ("secret", "机密", "jimi", "jm", "机", "seen secret", "se cr"):
        assert found(words, projects) == set(), words
        assert found(words) == {"Both places"} or words == "se cr"
    assert found("seen", projects) == found("seen both", projects) == {"Both places"}


def test_words_may_stand_in_different_projects_that_may_be_seen() -> None:
    enterprise = make_enterprise("Both places")
    for name in ("First", "Second"):
        make_project(enterprise, region=make_region("370285"), name_en=name)
    assert found("first second", scope_of(of_laixi()).q()) == {"Both places"}


def test_hidden_amounts_do_not_move_a_match_up() -> None:
    for name, place in (("Alike A", "370285"), ("Alike B", "370215")):
        enterprise = make_enterprise(name)
        make_project(enterprise, region=make_region("370285"))
        make_entry(make_project(enterprise, region=make_region(place)))
    projects = scope_of(of_laixi()).q()
    ranked = Enterprise.objects.search("alike", projects).by_match("alike", projects)
    assert [e.name_en for e in ranked] == ["Alike A", "Alike B"]


# --- what is kept --------------------------------------------------------------------------------


def test_a_renamed_group_is_known_to_its_enterprises_and_their_projects(
    hisense: Enterprise,
) -> None:
    project = make_project(hisense)
    InvestorGroup.objects.update(name_zh="新名集团")
    keep_groups(InvestorGroup.objects.values_list("pk", flat=True))
    assert found("新名") == {hisense.name_en}
    assert found("海信集团") == set()
    assert Project.objects.search("新名").get() == project
    assert InvestorGroup.objects.search("xinming").exists()


def test_a_renamed_project_is_known_to_its_enterprise(hisense: Enterprise) -> None:
    project = make_project(hisense, name_zh="旧厂")
    Project.objects.filter(pk=project.pk).update(name_zh="新厂")
    keep_projects([project.pk])
    assert found("新厂") == {hisense.name_en}
    assert found("旧厂") == set()


def test_only_entries_that_changed_are_written(hisense: Enterprise) -> None:
    make_project(hisense)
    Enterprise.objects.filter(pk=hisense.pk).update(name_zh="新名")
    keys = [*Enterprise.objects.values_list("pk", flat=True)]
    assert keep_enterprises(keys) == 2  # it and its project
    assert keep_enterprises(keys) == 0


def test_an_import_makes_what_it_brings_findable(tmp_path: Path) -> None:
    make_region("370285", name_en="Laixi")
    make_sector(cluster=make_cluster("nev"))
    brought = row(
        enterprise_zh="蔚来汽车",
        enterprise_en="NIO",
        investor_group="蔚来集团",
        project_zh="电池项目",
    )
    code, report = import_json(write(tmp_path, as_csv(brought)))
    assert code == 0, report
    assert found("蔚来") == found("dianchi") == found("wljt") == {"NIO"}
    assert Project.objects.search("nio 电池").exists()
    assert InvestorGroup.objects.search("蔚来").exists()


def test_the_data_entry_pages_refresh_the_search(admin_client: Client, hisense: Enterprise) -> None:
    group = InvestorGroup.objects.get()
    admin_client.post(
        f"/admin/enterprises/investorgroup/{group.pk}/change/",
        {"name_zh": "海信控股", "name_en": "Hisense Holding"},
    )
    assert found("hxkg") == {hisense.name_en}


def test_a_deleted_enterprise_leaves_nothing_behind() -> None:
    enterprise = make_enterprise("Gone Ltd")
    enterprise.delete()
    assert found("gone") == set()
    assert not SearchEntry.objects.exists()


def test_rebuild_search_puts_right_what_was_written_past_the_program(
    hisense: Enterprise, capsys: pytest.CaptureFixture[str]
) -> None:
    SearchEntry.objects.filter(enterprise=hisense).delete()
    Enterprise.objects.exclude(pk=hisense.pk).update(name_en="Renamed")
    SearchEntry.objects.filter(group__isnull=False).update(text="\nwrong\n")
    call_command("rebuild_search")
    assert "3 entries were not" in capsys.readouterr().out
    assert found("视像") == {hisense.name_en}
    assert found("renamed") == {"Renamed"}
    assert InvestorGroup.objects.search("wrong").count() == 0
    assert rebuild() == 0


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its index itself")
def test_an_index_that_missed_something_is_filled_with_its_triggers(hisense: Enterprise) -> None:
    triggers.remove(connection)
    SearchEntry.objects.filter(enterprise=hisense).update(text="\nunheard\n")
    make_enterprise("Unseen Ltd")
    assert found("unseen") == set()
    triggers.install(connection)
    assert found("unseen") == {"Unseen Ltd"}
    assert found("unheard") == {hisense.name_en}
    assert found("视像") == set()


# --- in what order -------------------------------------------------------------------------------


@pytest.fixture
def ranked() -> list[str]:
    """Names in the order in which "works" should find them."""
    names = {
        "Works": None,
        "Works of gold": 30,
        "Works of iron": 10,
        "Works of tin": None,
        "Steelworks": 900,
        "Ironworks": 20,
        "Woodworks": None,
    }
    for name, yuan in reversed(names.items()):
        project = make_project(make_enterprise(name), on=date(2021, 1, 1), name_en="", name_zh="厂")
        if yuan is not None:
            make_entry(project, amount_fen=yuan * 100)
    return [*names]


def test_the_best_match_comes_first_then_the_largest_amount(ranked: list[str]) -> None:
    rows: Any = Enterprise.objects.search("works").by_match("works")
    assert [row.name_en for row in rows] == ranked
    assert [row.match_rank for row in rows] == [0, 1, 1, 1, 2, 2, 2]


def test_a_page_of_the_best_is_the_same_with_and_without_the_shortcut(
    ranked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_enterprise("Nothing of it")
    rows = Enterprise.objects.all()
    names = dict(rows.values_list("pk", "name_en"))
    for few, looked_at in product((4000, 0), (1000, 3)):
        monkeypatch.setattr(finding, "FEW", few)
        monkeypatch.setattr(finding, "FIRST", looked_at)
        for start, stop in ((0, 1), (0, 3), (2, 5), (0, 50), (5, 9)):
            for total in (len(ranked), None):
                with CaptureQueriesContext(connection) as queries:
                    keys = rows.best_keys("works", start, stop, total=total)
                assert [names[key] for key in keys] == ranked[start:stop]
                assert len(queries) == 1


def test_a_match_in_projects_only_comes_last() -> None:
    by_project = make_project(make_enterprise("Aaa"), name_en="Panel")
    make_entry(by_project)
    by_name = make_enterprise("Panel makers")
    rows = Enterprise.objects.search("panel").by_match("panel")
    assert [*rows] == [by_name, by_project.enterprise]


def test_the_number_of_all_matches_is_read_from_the_entries(ranked: list[str]) -> None:
    for words in ("works", "wo", "w", "iron works", "nothing"):
        assert Enterprise.objects.count_of_all(words) == len(found(words))
