"""CSV files for tests: one good row, changed where a test needs it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import CommandError, call_command

from imports.tables import COLUMNS

GOOD = {
    "enterprise_zh": "甲公司",
    "enterprise_en": "Company A",
    "project_zh": "甲项目",
    "project_en": "Project A",
    "cluster": "nev",
    "region": "Laixi",
    "sector": "vehicles",
    "stage": "signed",
    "stage_date": "2021-03-01",
    "amount_kind": "contracted",
    "amount_yuan": "1000000",
    "source_url": "https://news.example.org/1",
    "source_date": "2021-03-02",
}


def row(**changes: str) -> dict[str, str]:
    """Return the good row with changes."""
    return {**GOOD, **changes}


def as_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write(tmp_path: Path, content: bytes, name: str = "record.csv") -> Path:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def import_json(path: Path, **options: Any) -> tuple[int, dict[str, Any]]:
    """Run the command with --json; returns the exit code and the object."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_record", path, json=True, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def row_counts() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
