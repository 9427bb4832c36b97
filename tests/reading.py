"""What tests read off a page."""

from typing import Any


def sums_of(response: Any) -> dict[str, str]:
    """The sums below a list, each as the page writes it."""
    return {total.label: total.text for total in response.context["totals"]}
