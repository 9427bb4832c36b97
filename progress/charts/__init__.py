"""Charts of progress: each one object that the page, its table and its file show."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from progress.charts import region_map
from progress.charts.chart import Chart
from progress.charts.cohorts import cohorts
from progress.charts.concentration import concentration
from progress.charts.funnel import funnel
from progress.charts.leading import leading
from progress.charts.reading import Reading
from progress.charts.tiles import tiles
from progress.charts.trajectory import trajectory
from progress.charts.treemap import treemap
from progress.charts.years import years
from progress.knowledge import remembered, seen_by, versions

__all__ = ["CHARTS", "OF_PARTS", "Chart", "Reading", "charts"]

# By the key that addresses have; in the order of the page of all charts.
CHARTS: dict[str, Callable[[Reading], Chart]] = {
    "trajectory": trajectory,
    "leading": leading,
    "regions": tiles,
    "years": years,
    "funnel": funnel,
    "cohorts": cohorts,
    "concentration": concentration,
    "groups": treemap,
}
# Those that there are of a sector and of an investor group.
OF_PARTS = ("trajectory",)


def charts(reading: Reading, keys: Iterable[str] = CHARTS) -> dict[str, Chart]:
    """Make the charts of `keys`; as long as nothing is recorded they are those of before."""
    progress, known = reading.progress, versions()
    of_page = (
        reading.plan.pk,
        reading.identity,
        progress.as_of,
        progress.known_at,
        progress.verified_only,
        sorted(progress.choice.query.items()),
        reading.is_today,
        get_language(),
        # Names that the reader may not see are not told.
        seen_by(reading.viewer),
        region_map.changed(),
    )
    return {
        key: remembered("chart", key, *of_page, compute=partial(made, key, reading), known=known)
        for key in keys
    }


def made(key: str, reading: Reading) -> Chart:
    """Make one chart; where another definition than the plan's is followed, it says so itself, as
    files go far."""
    chart, progress = CHARTS[key](reading), reading.progress
    more = []
    if reading.part is not None and reading.part.reader.is_limited:
        more.append(_("Only what lies in the regions and clusters of its reader counts."))
    if progress.verified_only:
        more.append(_("Only what is verified counts."))
    if progress.choice.in_sites:
        more.append(_("Only what lies in the planned sites counts."))
    if not progress.choice.is_plans:
        more.append(_("This is not the plan’s own definition."))
    return replace(chart, notes=(*chart.notes, *more)) if more else chart
