"""What an office should know before the site is served."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 Django's name for it

from progress.charts import region_map


def check_region_map(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a map of the regions that cannot be used; tiles are drawn instead."""
    try:
        region_map.read(settings.REGIONS_GEOJSON)
    except region_map.BadMapError as problem:
        return [
            Warning(
                f"The map of the regions cannot be used: {problem}",
                hint="Mend the file or take it away; tiles are drawn instead. "
                "docs/deploying.md says what it has to hold.",
                id="progress.W001",
            )
        ]
    return []
