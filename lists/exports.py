"""Lists as files: every row and column, with exact values, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import django_tables2 as tables
import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

KINDS = ("csv", "xlsx")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this runs as a formula in a spreadsheet, full-width signs included.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Spreadsheets calculate with this many digits; a longer amount is written as text, to stay exact.
SPREADSHEET_DIGITS = 15


class Echo:
    """A file that hands back what is written, so that rows are sent as they are made."""

    def write(self, text: str) -> str:
        return text


def file_response(
    kind: str, table: tables.Table, name: str
) -> HttpResponse | StreamingHttpResponse:
    """Return all rows of `table` as a file called `name` of a kind of KINDS."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(
            csv_lines(exported(table)), content_type=CSV_TYPE, headers=headers
        )
    return HttpResponse(xlsx(exported(table)), content_type=XLSX_TYPE, headers=headers)


def csv_lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file of rows, the head first."""
    writer = csv.writer(Echo())
    return marked(writer.writerow(map(csv_cell, row)) for row in rows)


def exported(table: tables.Table) -> Iterator[list[Any]]:
    """Yield the head and then each row; one column may be several in a file."""
    columns = list(table.columns)
    yield [head for column in columns for head in heads_of(column)]
    for row in table.rows:
        yield [value for column in columns for value in values_of(column, row)]


def heads_of(column: Any) -> list[str]:
    """Return the heads of a column in a file."""
    parts = getattr(column.column, "file_heads", None)
    return parts(str(column.header)) if parts else [str(column.header)]


def values_of(column: Any, row: Any) -> list[Any]:
    """Return the cells of a column in a file."""
    parts = getattr(column.column, "file_values", None)
    if parts:
        return list(parts(row.record))
    value = row.get_cell_value(column.name)
    return ["" if value is None else value]


def marked(lines: Iterable[str]) -> Iterator[str]:
    """Put the byte order mark first: with it, spreadsheets read the file as UTF-8."""
    yield "\ufeff"
    yield from lines


def csv_cell(value: Any) -> str:
    """Return a cell as text; one that a spreadsheet would run as a formula gets an apostrophe."""
    text = str(value)
    if isinstance(value, int | Decimal):
        return text
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA_SIGNS) else text


def xlsx(rows: Iterable[list[Any]]) -> bytes:
    """Return a workbook of one sheet, written row by row in constant memory."""
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        yuan = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, Decimal):
                    fits = len(value.as_tuple().digits) <= SPREADSHEET_DIGITS
                    write = sheet.write_number if fits else sheet.write_string
                    write(number, place, value if fits else str(value), yuan)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value)
                elif value:
                    sheet.write_string(number, place, str(value))
    return file.getvalue()
