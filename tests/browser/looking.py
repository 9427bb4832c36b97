"""Tests of how pages look, which is the same whatever database they are made from."""

import pytest
from django.db import connection

ONE_ENGINE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the look of pages is tested on SQLite"
)
