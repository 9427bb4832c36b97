"""How the table of a chart is written."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from clusters.amounts import format_exact
from clusters.templatetags.numbers import dash
from progress.charts.chart import Cell, Chart, Column, Kind, Row
from progress.templatetags.goals import count_link, fen_link

register = template.Library()


@register.filter
def pairs(chart: Chart, row: Row) -> Iterable[tuple[Column, Cell]]:
    """Yield each cell of a row with its column."""
    return zip(chart.columns, row, strict=True)


class Compact(DjangoJSONEncoder):
    """JSON without blanks, in which letters stand as they are: a page has many drawings."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


@register.simple_tag
def drawing_script(chart: Chart) -> SafeString:
    """Put what a script draws of a chart into the page."""
    return json_script(chart.picture, chart.script_id, encoder=Compact)


@register.simple_tag
def chart_rows(chart: Chart, is_brief: bool) -> tuple[Row, ...]:
    """Return the rows that the table of a page has."""
    return chart.year_rows if is_brief else chart.quarter_rows


@register.simple_tag
def chart_cell(column: Column, cell: Cell, is_head: bool) -> SafeString:
    """Draw a cell: a number leads to its list, amounts carry the exact yuan, and what was not
    reported says so when heard."""
    if is_head and cell.url:
        return format_html('<th scope="row"><a href="{}">{}</a></th>', cell.url, cell.text)
    if is_head:
        return format_html('<th scope="row">{}</th>', cell.text)
    css = SafeString(' class="num"') if column.is_number else ""
    if column.is_number and not column.has_lists:
        css += SafeString(" data-derived")
    if cell.value is None:
        return format_html("<td{}>{}</td>", css, dash())
    if column.kind not in {Kind.FEN, Kind.COUNT}:
        return format_html("<td{}>{}</td>", css, cell.text)
    number = int(cell.value)  # type: ignore[arg-type]
    if cell.url:
        draw = fen_link if column.kind == Kind.FEN else count_link
        return format_html("<td{}>{}</td>", css, draw(number, cell.url, cell.text))
    if column.kind == Kind.COUNT:
        return format_html("<td{}>{}</td>", css, cell.text)
    return format_html('<td{} title="{}">{}</td>', css, format_exact(number), cell.text)
