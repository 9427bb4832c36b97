"""The pages of a sector and of an investor group."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.scopes import scope_of
from clusters.models import Cluster, Plan, Region, Sector
from clusters.vocabulary import Measure
from enterprises.models import Enterprise, InvestorGroup
from progress.charts import OF_PARTS, Reading
from progress.finding import find_group, find_sector
from progress.links import Links
from progress.measuring.investment import Amount
from progress.measuring.parts import Part, PartFigures, Row
from progress.results import Progress, ScopeFigures
from progress.views.scopes import ScopePage

SHOWN = (Measure.CONTRACTED, Measure.PAID_IN)


@dataclass(frozen=True)
class Line:
    """A row of a table of amounts: contracted and paid in, each with the address of its entries."""

    label: str
    page_url: str
    cells: tuple[tuple[int | None, str], ...]


class PartView(ScopePage):
    """One part of the park that no plan sets a goal."""

    def named(self, plan: Plan) -> Sector | InvestorGroup:
        """Return the row of the address."""
        raise NotImplementedError

    def page(self, plan: Plan) -> dict[str, Any]:
        progress = self.measure(plan)
        named = self.named(plan)
        reading = Reading.of_part(progress, named, self.request.user)
        assert reading.part is not None  # noqa: S101 a reading of one has it
        part = reading.part.measured()
        return {
            **self.reading_page(reading, OF_PARTS),
            "years": by_year(self.links, part),
            "places": self.places(progress, part),
            "part": named,
            "spec": spec_of(named),
        }

    def places(self, progress: Progress, part: PartFigures) -> list[Line]:
        """Return the amounts by where they are."""
        raise NotImplementedError


class SectorView(PartView):
    """One sector of a cluster."""

    template_name = "progress/sector.html"

    def named(self, plan: Plan) -> Sector:
        try:
            return find_sector(plan, "{cluster}/{sector}".format(**self.kwargs))
        except ValidationError as refusal:
            raise Http404(refusal.messages[0]) from None

    def places(self, progress: Progress, part: PartFigures) -> list[Line]:
        regions = [scope.scope for scope in progress.regions]
        return by_place(self.links, part, regions, "region", lambda row: row.region_id)


class GroupView(PartView):
    """What the enterprises bring that an investor group leads, inside the reader's scope."""

    template_name = "progress/group.html"

    def named(self, plan: Plan) -> InvestorGroup:
        try:
            return find_group(self.request.user, str(self.kwargs["pk"]))
        except ValidationError as refusal:
            raise Http404(refusal.messages[0]) from None

    def places(self, progress: Progress, part: PartFigures) -> list[Line]:
        clusters = [scope.scope for scope in progress.clusters]
        return by_place(self.links, part, clusters, "cluster", lambda row: row.cluster_id)

    def page(self, plan: Plan) -> dict[str, Any]:
        context = super().page(plan)
        behind = Enterprise.objects.visible_to(self.request.user).filter(groups=context["part"])
        beside = behind.exclude(lead_group=context["part"])
        return {
            **context,
            "is_limited": scope_of(self.request.user).is_limited,
            "beside": beside.count(),
        }


def spec_of(named: Sector | InvestorGroup) -> str:
    """Return how the page that compares calls a sector or a group."""
    if isinstance(named, Sector):
        return f"sector:{named.cluster.slug}/{named.slug}"
    return f"group:{named.pk}"


def not_known(key: str, known: Any) -> Http404:
    """Return the refusal of a name that there is not, with those that there are."""
    return Http404(
        _("“%(key)s” is not known here. There are: %(known)s.")
        % {"key": key[:40], "known": ", ".join(known)}
    )


def by_year(links: Links, part: PartFigures) -> list[Line]:
    """Return what each year brought, the latest first; "" of a year without any entry."""
    read = {measure: part.by(lambda row: row.year, measure) for measure in SHOWN}
    on = links.progress.as_of
    years = sorted({year for found in read.values() for year in found}, reverse=True)

    def url(measure: Measure, year: int) -> str:
        first, last = date(year, 1, 1), min(date(year, 12, 31), on)
        return links.entries(part.figures, measure, last, since=first)

    return [
        Line(
            str(year),
            "",
            tuple(
                (read[measure].get(year, Amount()).reported_fen, url(measure, year))
                for measure in SHOWN
            ),
        )
        for year in years
    ]


def by_place(
    links: Links,
    part: PartFigures,
    places: list[Any],
    name: str,
    key: Callable[[Row], int],
) -> list[Line]:
    """Return what each place of the park has, those without any left out; `name` is the filter."""
    read = {measure: part.by(key, measure) for measure in SHOWN}
    found = []
    for place in places:
        amounts = [read[measure].get(place.pk, Amount()).reported_fen for measure in SHOWN]
        if any(fen is not None for fen in amounts):
            more: Any = {name: code_of(place)}
            urls = (links.entries(part.figures, measure, **more) for measure in SHOWN)
            page = links.carry(place.get_absolute_url())
            found.append(Line(place.name, page, tuple(zip(amounts, urls, strict=True))))
    return found


def code_of(place: Cluster | Region) -> str:
    """Return the key of a place in addresses."""
    return place.code if isinstance(place, Region) else place.slug


def compared_figures(progress: Progress, named: Any, user: Any) -> ScopeFigures:
    """Return the figures of a sector or a group, as its page has them for `user`."""
    return Part(progress, named, reader=scope_of(user)).measured().figures
