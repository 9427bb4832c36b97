"""The query string of a list, as a saved filter keeps it."""

from urllib.parse import parse_qsl, urlencode

# What is of one look at the list, or of one reader, and not of what is asked for.
PASSING = {"page", "per_page", "view", "_export", "_part"}


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return what a query string asks for; what is empty asks for nothing."""
    return [pair for pair in parse_qsl(query) if pair[0] and pair[0] not in PASSING]


def kept_query(query: str) -> str:
    """Return what of a query string is worth keeping; "" when it asks for nothing."""
    return urlencode(pairs_of(query))


def meaning(query: str) -> list[tuple[str, str]]:
    """Return the same list for query strings that ask the same; the order says nothing."""
    return sorted(pairs_of(query))
