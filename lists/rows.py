"""The rows of a list as HTML, drawn by plain functions.

A template that is asked for every cell, and django_tables2 with what it looks up for each, take
most of the time of a list of fifty rows. What is the same in every row is found once per column
here; columns and their render methods are django_tables2's.
"""

from collections.abc import Callable, Iterator
from html import escape
from inspect import signature
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

Draw = Callable[[Any], Any]


def lines(table: Any) -> Iterator[SafeString]:
    """Yield the rows of a table's page."""
    drawn = [(opening(column), drawing(table, column)) for column in table.columns]
    tick = ticking() if table.has_ticks else None
    for row in table.paginated_rows:
        record = row.record
        box = tick(record) if tick else ""
        cells = "".join([f"{tag}{shown(draw(record))}</td>" for tag, draw in drawn])
        edit = table.edit_url(record)
        edited = f' data-edit="{escape(edit)}"' if edit else ""
        # Its parts are escaped above, or were made by format_html.
        yield mark_safe(f'<tr id="row-{int(record.pk)}"{edited}>{box}{cells}</tr>')  # noqa: S308


def ticking() -> Draw:
    """Return what makes the cell that chooses a row; its box belongs to the form of the bar."""
    told = gettext("Select %(name)s")

    def draw(record: Any) -> str:
        # "off", so that no browser ticks boxes of its own when a page is loaded again.
        return (
            '<td class="tick"><input class="form-check-input row-tick" type="checkbox" name="row" '
            f'value="{int(record.pk)}" form="bulk" autocomplete="off" '
            f'aria-label="{escape(str(told % {"name": record}))}"></td>'
        )

    return draw


def shown(content: Any) -> str:
    """Return the content of a cell, escaped unless it is markup already."""
    return content if isinstance(content, SafeString) else escape(str(content))


def opening(column: Any) -> SafeString:
    """Return the tag that a cell of the column begins with."""
    css = column.column.attrs.get("td", {}).get("class", "")
    return format_html('<td class="{}">', css) if css else mark_safe("<td>")


def drawing(table: Any, column: Any) -> Draw:
    """Return what makes the content of a cell of the column out of the row's record."""
    render, link = column.render, column.link
    wanted = set(signature(render).parameters) & {"value", "record"}
    empty, default = column.column.empty_values, column.default
    # What is drawn from the record alone may stand for a relation that was not read with it.
    read = reading(table, column) if empty or "value" in wanted or link else nothing
    whole = {"column": column.column, "bound_column": column, "bound_row": None, "table": table}

    def draw(record: Any) -> Any:
        value = read(record)
        if value in empty:
            return default
        content = render(**{name: value if name == "value" else record for name in wanted})
        return link(content, record=record, value=value, **whole) if link else content

    return draw


def nothing(record: Any) -> None:
    """Return no value."""


def reading(table: Any, column: Any) -> Draw:
    """Return what reads the value of the column from a record; None where there is none."""
    accessor = column.accessor
    name = str(accessor)
    if "__" in name or "." in name:
        return lambda record: accessor.resolve(record, quiet=True)
    try:
        labels = {
            key: str(label) for key, label in table._meta.model._meta.get_field(name).flatchoices
        }
    except (FieldDoesNotExist, AttributeError):
        labels = {}
    if labels:
        return lambda record: labels.get(value := getattr(record, name), value)
    return lambda record: getattr(record, name, None)
