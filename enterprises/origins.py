"""Where enterprises come from: the countries with their names in the language of the page."""

from collections.abc import Mapping
from functools import cache

from django.utils.translation import get_language
from django_countries import countries


@cache
def _named(language: str) -> dict[str, str]:
    # Sorting the names takes a while.
    return {code: str(name) for code, name in countries}


def origins() -> Mapping[str, str]:
    """Return every country's name by its code, sorted by name."""
    return _named(get_language() or "")
