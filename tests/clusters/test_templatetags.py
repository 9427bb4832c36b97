"""What the tags and filters of every template show."""

import re
import runpy
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

from clusters.templatetags import controls, marks, numbers, park

YEAR_END = date(2025, 12, 31)
FEN_PER_BN = 10**11
BOTH = SimpleNamespace(name_zh="奇瑞青岛超级工厂", name_en="Chery Qingdao Super Factory")
CHINESE_ONLY = SimpleNamespace(name_zh="青岛万合山", name_en="")


def render(source: str, **context: object) -> str:
    """Render a template; the tags are builtins, so it loads nothing."""
    return engines["django"].from_string(source).render(context)


def test_amounts_have_the_precision_of_their_place() -> None:
    fen = 144 * FEN_PER_BN // 10

    assert numbers.bn(fen) == "14.4\u00a0bn yuan"
    assert numbers.bn_number(fen) == "14.4"
    assert numbers.bn_change(fen) == "+14.4\u00a0bn yuan"
    assert numbers.goal_amount(270 * FEN_PER_BN) == "270\u00a0bn yuan"
    assert numbers.exact_yuan(fen) == "14,400,000,000.00\u00a0yuan"
    assert "14.40</span>" in numbers.table_amount(fen)
    assert "14,400,000,000.00" in numbers.table_amount(fen)


def test_amounts_of_chinese_pages_are_in_their_unit() -> None:
    with translation.override("zh-hans"):
        assert numbers.bn_number(2375 * FEN_PER_BN // 10) == "2,375"
        assert "144.0</span>" in numbers.table_amount(144 * FEN_PER_BN // 10)


@pytest.mark.parametrize(
    "written",
    [
        numbers.bn,
        numbers.bn_number,
        numbers.bn_change,
        numbers.goal_amount,
        numbers.table_amount,
        numbers.table_change,
        numbers.exact_yuan,
        numbers.count,
        numbers.count_change,
        numbers.percent,
        numbers.whole_percent,
        numbers.points,
    ],
)
def test_what_was_not_reported_is_said_and_never_a_zero(written: object) -> None:
    assert callable(written)
    assert "not reported" in written(None)
    assert "not reported" not in written(0)


def test_shares_and_distances_are_rounded_half_up_with_a_true_minus() -> None:
    assert numbers.percent(Decimal("0.87945")) == "87.9%"
    assert numbers.percent(0.23846) == "23.8%"
    assert numbers.percent(1.736) == "173.6%"
    assert numbers.points(-0.032) == "\u22123.2\u00a0pp"
    assert numbers.points(Decimal("0.1")) == "+10.0\u00a0pp"
    assert numbers.count_change(-99) == "\u221299"


def test_a_whole_percent_is_not_rounded_to_none_or_all() -> None:
    assert numbers.whole_percent(Decimal("0.001")) == "<1%"
    assert numbers.whole_percent(Decimal("0.999")) == ">99%"
    assert numbers.whole_percent(1) == "100%"
    assert numbers.whole_percent(0) == "0%"


def test_days_are_written_as_each_language_does() -> None:
    assert numbers.date_short(YEAR_END) == "31 Dec 2025"
    assert numbers.date_long(YEAR_END) == "31 December 2025"
    assert numbers.quarter(YEAR_END) == "Q4 2025"
    with translation.override("zh-hans"):
        assert numbers.date_long(YEAR_END) == "2025年12月31日"
        assert numbers.quarter(YEAR_END) == "2025年四季度"
    assert numbers.date_long(None) == numbers.quarter(None) == ""


def test_the_name_of_the_page_s_language_is_on_top_and_the_other_one_marked() -> None:
    assert park.bilingual(BOTH) == (
        '<span class="names"><span class="name">Chery Qingdao Super Factory</span>'
        '<span class="name-other" lang="zh-Hans">奇瑞青岛超级工厂</span></span>'
    )
    with translation.override("zh-hans"):
        assert '<span class="name-other" lang="en">Chery' in park.bilingual(BOTH)


def test_a_name_that_is_absent_is_not_made_up() -> None:
    assert park.bilingual(CHINESE_ONLY).count("青岛万合山") == 1
    assert park.one_name(CHINESE_ONLY) == '<span lang="zh-Hans">青岛万合山</span>'
    assert park.one_name(BOTH) == "Chery Qingdao Super Factory"


def test_names_cannot_bring_markup() -> None:
    evil = SimpleNamespace(name_zh="", name_en="<script>")
    assert "<script>" not in park.bilingual(evil)
    assert "<script>" not in render("{{ thing|one_name }}", thing=evil)


@pytest.mark.parametrize("status", ["met late", "met_late", "met-late"])
def test_a_pill_has_words_icon_and_tone(status: str) -> None:
    drawn = render("{% pill status %}", status=status)
    assert "pill-warn" in drawn
    assert "#clock-check" in drawn
    assert "Met late" in drawn


def test_a_pill_takes_a_whole_phrase_or_a_tone() -> None:
    assert "Missed, 99 short" in render('{% pill "missed" "Missed, 99 short" %}')
    drawn = render('{% pill "neutral" "Jimo" "map-pin" %}')
    assert "pill-neutral" in drawn
    assert "#map-pin" in drawn


def test_stage_blocks_count_up_to_the_stage_and_say_a_standing() -> None:
    assert "blocks-4" in render('{% stage_blocks "construction" %}')
    withdrawn = render('{% stage_blocks "signed" "withdrawn" %}')
    assert "blocks-withdrawn" in withdrawn
    assert "Signed, Withdrawn" in withdrawn
    assert "not reported" in render('{% stage_blocks "" %}')


def test_the_stage_line_tells_a_passed_stage_without_a_date_from_one_to_come() -> None:
    steps = marks.stage_steps("construction", {"construction": YEAR_END, "production": YEAR_END})[
        "steps"
    ]
    assert [step.passed for step in steps] == [True, True, True, True, False, False]
    assert steps[0].note == "date not reported"
    assert steps[3].day == YEAR_END
    assert steps[4].day is None  # not reached, so its date is no fact yet


def test_a_goal_bar_shows_what_stood_before_inside_what_is_there() -> None:
    bar = marks.goal_bar(31, 130, 8)
    assert bar["before"] == marks.Length("0.000%", "6.154%")  # 8 / 130
    assert bar["since"] == marks.Length("6.154%", "17.692%")  # to 31 / 130 = 23.846 %
    assert bar["target"] == "100.000%"


def test_past_the_target_the_tick_of_a_goal_bar_moves_inside() -> None:
    bar = marks.goal_bar(80, 50)
    assert bar["target"] == "62.500%"  # 50 / 80
    assert bar["since"] == marks.Length("0.000%", "100.000%")


@pytest.mark.parametrize(
    ("actual", "target"), [(None, None), (None, 130), (0, 130), (5, None), (-3, 10), (5, 0)]
)
def test_a_goal_bar_draws_whatever_it_is_given(actual: int | None, target: int | None) -> None:
    drawn = render("{% goal_bar actual target %}", actual=actual, target=target)
    assert "<svg" in drawn
    assert "-" not in re.sub(r"[a-z]-[a-z]", "", "".join(re.findall(r'(?:x|width)="[^"]*"', drawn)))


def test_an_evidence_bar_grades_by_share_of_the_whole() -> None:
    sizes = {"verified": 40, "documented": 25, "sourced": 30, "unsupported": 5}
    for evidence in (sizes, SimpleNamespace(**sizes)):
        grades = marks.evidence_bar(evidence)["grades"]
        assert isinstance(grades, list)
        assert [grade.share for grade in grades] == [
            Decimal("0.4"),
            Decimal("0.25"),
            Decimal("0.3"),
            Decimal("0.05"),
        ]
        assert grades[3].length == marks.Length("95.000%", "5.000%")


@pytest.mark.parametrize("evidence", [None, {}, {"verified": 0, "sourced": None}])
def test_an_evidence_bar_of_nothing_says_so(evidence: dict[str, int] | None) -> None:
    assert "not reported" in render("{% evidence_bar evidence %}", evidence=evidence)


def test_an_evidence_bar_names_all_four_shares_zeros_too() -> None:
    drawn = render("{% evidence_bar evidence %}", evidence={"sourced": 7})
    assert "Link only <strong>100%</strong>" in drawn
    assert "Verified <strong>0%</strong>" in drawn
    assert drawn.count('class="zero"') == 3


def test_a_repost_and_what_is_no_web_address_never_become_links() -> None:
    template = '{% include "partials/source_link.html" with url=url repost=repost only %}'
    assert "<a " in render(template, url="https://www.example.org/a", repost=False)
    repost = render(template, url="https://www.example.org/a", repost=True)
    assert "<a " not in repost
    assert "example.org, repost" in repost
    assert "<a " not in render(template, url="javascript:alert(1)", repost=False)


class SampleForm(forms.Form):
    """One field of each kind."""

    amount = forms.CharField(help_text="3亿, 3000万 and 300m are read too.")
    note = forms.CharField(required=False)
    sure = forms.BooleanField(required=False)
    measure = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


def test_a_control_names_its_help_and_its_error() -> None:
    drawn = controls.control(SampleForm({})["amount"])
    assert 'class="form-control"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_amount_help id_amount_error"' in drawn


def test_a_form_tells_each_error_on_top_and_beside_its_field() -> None:
    drawn = render('{% include "partials/form.html" with form=form only %}', form=SampleForm({}))
    assert 'href="#id_amount"' in drawn
    assert 'id="id_amount_error"' in drawn
    assert "(optional)" in drawn
    assert drawn.count("This field is required.") == 4  # amount and measure, each twice


@pytest.mark.parametrize(
    ("path", "current"), [("/projects/", "page"), ("/projects/7/", "true"), ("/ledger/", "")]
)
def test_the_navigation_marks_the_page_and_what_lies_under_it(path: str, current: str) -> None:
    request = RequestFactory().get(path)
    context = Context({"request": request})
    assert park.nav_link(context, "enterprises:project-list", "Projects")["current"] == current


def test_the_overview_is_not_marked_on_every_page_although_each_lies_under_it() -> None:
    def current(path: str) -> object:
        context = Context({"request": RequestFactory().get(path)})
        return park.nav_link(context, "progress:overview", "Overview")["current"]

    assert current("/") == "page"
    assert current("/progress/clusters/nev/") == "true"
    assert current("/enterprises/") == ""


def test_nothing_in_a_template_needs_an_inline_style_or_script() -> None:
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']", source), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", source), path


def test_the_sprite_has_every_icon_that_is_drawn() -> None:
    """A name that the sprite lacks would draw nothing, and say nothing."""
    root = Path(settings.BASE_DIR)
    built = set(runpy.run_path(str(root / "scripts" / "build_assets.py"))["ICONS"].split())
    used = {symbol for symbol, _tone, _words in marks.STATUSES.values()}
    for path in (root / "templates").rglob("*.html"):
        used |= set(re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8")))
    assert used <= built, sorted(used - built)


def test_no_style_sheet_but_the_tokens_names_a_colour() -> None:
    for path in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css"):
        if path.name != "tokens.css":
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", path.read_text(encoding="utf-8"))
            assert not found, (path.name, found)
