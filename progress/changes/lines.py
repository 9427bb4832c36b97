"""What changed, in words: each line with its count and sum as the way to what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import format_dashboard, format_dashboard_number
from clusters.templatetags.numbers import date_short, missing
from clusters.vocabulary import Measure, Stage, Standing
from progress.changes.links import ChangeLinks
from progress.changes.results import RUNNING, Changes, Found
from progress.links import Links
from progress.moments import months_before
from progress.named import Named
from progress.results import ScopeFigures
from progress.templatetags.goals import count_link, fen_link

STAGES = list(Stage)
# Years of output are not added up, so what came in some days has no sum.
SUMMED = (Measure.CONTRACTED, Measure.PAID_IN)


@dataclass(frozen=True)
class Line:
    """One thing that changed: its words, its amount, who is named, and how many more there are."""

    kind: str
    icon: str
    text: SafeString
    value: str = ""
    named: tuple[Named, ...] = ()
    more: int = 0
    url: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """A change of one of the figures on top of the page."""

    text: str
    label: str


class ChangeLines(ChangeLinks):
    """The lines of one scope; `by_date` and `by_recording` say by which clock they go."""

    def __init__(self, links: Links, scope: ScopeFigures, changes: Changes) -> None:
        super().__init__(links, scope, changes.since)
        self.changes = changes

    @property
    def last_on(self) -> date | None:
        return self.changes.last_on

    @property
    def silent_days(self) -> int | None:
        """How long before the end of the days the last was heard; None where nothing ever was."""
        return None if self.last_on is None else (self.as_of - self.last_on).days

    @property
    def starts(self) -> list[tuple[str, date]]:
        """The days to begin from that people ask for, with their words, those before the end."""
        due = self.links.progress.plan.ends_on
        offered = [
            (_("a quarter before"), months_before(self.as_of)),
            (_("a year before"), months_before(self.as_of, 12)),
            (_("the end of the plan"), due),
        ]
        return [(words, day) for words, day in offered if day < self.as_of]

    @property
    def has_happened(self) -> bool:
        return self.changes.has_happened

    # Figures.

    @property
    def figures(self) -> list[KeyFigure]:
        """The change of what is contracted, of leading enterprises, and of what is paid in."""
        contracted, paid_in = (
            KeyFigure(self.amount(measure, figure), label)
            for measure, figure, label in (
                (Measure.CONTRACTED, self.scope.contracted, _("bn yuan contracted")),
                (Measure.PAID_IN, self.scope.paid_in, _("bn yuan paid in")),
            )
        )
        came, gone = self.changes.of("counts").count, self.changes.of("counts_no_more").count
        text: str = f"{came - gone:+,}".replace("-", "−") if came != gone else "0"
        if came and not gone:
            text = count_link(came, self.came_url, text)
        leading = missing() if self.scope.leading is None else text
        return [contracted, KeyFigure(leading, _("leading enterprises")), paid_in]

    def amount(self, measure: Measure, figure: Any) -> str:
        """Write what came of a measure; "not reported" where it never was."""
        if figure.fen is None:
            return missing()
        fen = self.changes.of("dated").fen.get(measure, 0)
        text = format_dashboard_number(fen, signed=True) if fen else "0"
        return fen_link(fen, self.entries("dated", measure) if fen else "", text)

    # Lines.

    @cached_property
    def by_date(self) -> list[Line]:
        """What happened in the days, by the date that it has."""
        return [
            *self.amounts("dated", "plus"),
            *self.leading(),
            *self.new(),
            *self.moved(),
            *self.stood(),
        ]

    @cached_property
    def by_recording(self) -> list[Line]:
        """What became known in the days, by the day of recording."""
        return [
            *self.amounts("late", "clock-check"),
            *self.amounts("taken_back", "arrow-back-up"),
            *self.amounts("verified", "shield-check"),
            *self.amounts("returned", "message-reply"),
        ]

    def amounts(self, kind: str, icon: str) -> Iterator[Line]:
        """Yield a line for each measure that entries of a kind are of."""
        found = self.changes.of(kind)
        for measure in Measure:
            number = found.rows.get(measure, 0)
            if not number:
                continue
            url = self.entries(kind, measure)
            named = tuple(one for one in found.named if one.measure == measure)
            fen = found.fen[measure]
            text = format_html(
                self.words(kind, number),
                measure=measure.label,
                n=count_link(number, url),
                day=date_short(self.since),
            )
            is_change = kind in {"dated", "late", "taken_back"}
            value = format_dashboard(fen, signed=is_change)
            yield Line(
                kind,
                icon,
                text,
                fen_link(fen, url, value) if measure in SUMMED else "",
                named,
                number - len(named),
                url,
            )

    @staticmethod
    def words(kind: str, number: int) -> str:
        """Return what a line of entries says."""
        if kind == "dated":
            return ngettext("{measure}: {n} entry", "{measure}: {n} entries", number)
        if kind == "late":
            return ngettext(
                "{measure}: {n} entry, dated until {day}",
                "{measure}: {n} entries, dated until {day}",
                number,
            )
        if kind == "taken_back":
            return ngettext(
                "{measure}: {n} entry taken back or corrected that was known on {day}",
                "{measure}: {n} entries taken back or corrected that were known on {day}",
                number,
            )
        if kind == "verified":
            return ngettext(
                "{measure}: {n} entry verified", "{measure}: {n} entries verified", number
            )
        return ngettext(
            "{measure}: {n} entry returned to who recorded it",
            "{measure}: {n} entries returned to who recorded them",
            number,
        )

    def leading(self) -> Iterator[Line]:
        """Yield which enterprises began and ceased to count."""
        found, gone = self.changes.of("counts"), self.changes.of("counts_no_more")
        if found.count:
            words = ngettext(
                "{n} enterprise now counts as leading",
                "{n} enterprises now count as leading",
                found.count,
            )
            yield self.line("counts", "award", words, found, self.came_url)
        if gone.count:
            words = ngettext(
                "{n} enterprise no longer counts as leading",
                "{n} enterprises no longer count as leading",
                gone.count,
            )
            url = self.links.leading(self.scope, self.since, gone_by=self.as_of.isoformat())
            yield self.line("counts_no_more", "circle-minus", words, gone, url)

    def new(self) -> Iterator[Line]:
        """Yield how many projects are new, and how many of their enterprises."""
        found, newcomers = self.changes.of("new"), self.changes.of("newcomers").count
        if not found.count:
            return
        query: dict[str, Any] = {"standing": [*map(str, RUNNING)], "was_stage": "none"}
        words = ngettext("{n} new project", "{n} new projects", found.count)
        line = self.line("new", "building-factory-2", words, found, self.projects(**query))
        if newcomers:
            url = self.projects("enterprises:enterprise-list", **query, newcomer="yes")
            of_new = format_html(
                ngettext("{n} enterprise is new", "{n} enterprises are new", newcomers),
                n=count_link(newcomers, url),
            )
            line = replace(
                line,
                text=format_html(
                    _("{projects}; {enterprises}"), projects=line.text, enterprises=of_new
                ),
            )
        yield line

    def moved(self) -> Iterator[Line]:
        """Yield how many projects stand at a further stage, and how many at which."""
        of_stage = [(stage, self.changes.of(f"moved:{stage}")) for stage in STAGES]
        of_stage = [(stage, found) for stage, found in of_stage if found.count]
        number = sum(found.count for _stage, found in of_stage)
        if not number:
            return
        urls = {
            stage: self.projects(
                stage=stage.value,
                was_stage=[one.value for one in STAGES[: stage.rank]],
                was_standing=[*map(str, RUNNING)],
            )
            for stage, _found in of_stage
        }
        parts = format_html_join(
            _(", "),
            "{} {}",
            ((stage.label, count_link(found.count, urls[stage])) for stage, found in of_stage),
        )
        words = ngettext("{n} project moved on: {parts}", "{n} projects moved on: {parts}", number)
        named = [one for _stage, found in reversed(of_stage) for one in found.named][:3]
        # Which list the rest stands in, only its own stage says.
        yield Line(
            "moved", "arrow-right", format_html(words, n=number, parts=parts), "", tuple(named)
        )

    def stood(self) -> Iterator[Line]:
        """Yield which projects were paused, resumed or withdrawn."""
        paused, active, withdrawn = (
            str(one) for one in (Standing.PAUSED, Standing.ACTIVE, Standing.WITHDRAWN)
        )
        every = [*(stage.value for stage in STAGES), "none"]
        for kind, icon, query in (
            ("paused", "player-pause", {"standing": paused, "was_standing": active}),
            (
                "resumed",
                "player-play",
                {"standing": active, "was_standing": [paused, withdrawn]},
            ),
            (
                "withdrawn",
                "ban",
                {"standing": withdrawn, "was_standing": [active, paused], "was_stage": every},
            ),
        ):
            found = self.changes.of(kind)
            if not found.count:
                continue
            words = {
                "paused": ngettext("{n} project paused", "{n} projects paused", found.count),
                "resumed": ngettext("{n} project resumed", "{n} projects resumed", found.count),
                "withdrawn": ngettext(
                    "{n} project withdrawn", "{n} projects withdrawn", found.count
                ),
            }[kind]
            yield self.line(kind, icon, words, found, self.projects(**query))

    @staticmethod
    def line(kind: str, icon: str, words: str, found: Found, url: str) -> Line:
        """Return a line about rows that are counted."""
        text = format_html(words, n=count_link(found.count, url))
        return Line(kind, icon, text, "", found.named, found.count - len(found.named), url)
