"""Bringing a plan file into the database: what is new is added, what differs is changed.

Names, dates, areas and the like follow the file. Goals and the counting rule are facts: where one
differs from the file, another row is added beside it, so that what was promised before stays
readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.exceptions import PlanFileError
from clusters.facts import DatedFact
from clusters.models import Cluster, CountingRule, Goal, Park, Plan, Region, Sector, Site
from clusters.planfile import ClusterPart, Names, PlanFile

Row = TypeVar("Row", bound=models.Model)
# Two facts that are equal in these say the same.
RULE_SAYS = ("counting_stage", "investment_measure", "reason", "source_url", "source_on", "note")
GOAL_SAYS = ("target_count", "target_fen", "wording", "source_url", "source_on", "note")


@dataclass
class Loaded:
    """What a load did: counts of rows, and the names of what the file no longer has."""

    slug: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return what was done as one paragraph."""
        counts = {"added": self.added, "changed": self.changed, "unchanged": self.unchanged}
        sentences = [
            _("Plan %(slug)s: %(added)s added, %(changed)s changed, %(unchanged)s as they were.")
            % {"slug": self.slug, **counts}
        ]
        gone = {
            _("Goals ended, as the file no longer has them: %s."): self.ended,
            _("Removed, as the file no longer has them: %s."): self.removed,
            _("Kept, though the file no longer has them: %s."): self.kept,
        }
        sentences += [sentence % "; ".join(names) for sentence, names in gone.items() if names]
        return " ".join(sentences)


@transaction.atomic
def load(plan_file: PlanFile, *, recorded_by: AbstractBaseUser) -> Loaded:
    """Bring a plan file into the database, all of it or nothing; a second time changes nothing.

    Raises PlanFileError where the file contradicts what the database has: a region, cluster or plan
    of another park, or a fact dated before the one that it would replace.
    """
    return Loading(plan_file, recorded_by).run()


class Loading:
    """One load, with what it did and found so far."""

    def __init__(self, plan_file: PlanFile, recorded_by: AbstractBaseUser) -> None:
        self.file = plan_file
        self.recorded_by = recorded_by
        self.loaded = Loaded(plan_file.plan.slug)
        self.problems: list[tuple[str, str]] = []
        self.park = self.bring_park()

    def run(self) -> Loaded:
        regions = self.bring_regions()
        clusters = self.bring_clusters(regions)
        plan = self.bring_plan()
        self.record_counting_rule(plan)
        self.record_goals(plan, clusters)
        if self.problems:
            raise PlanFileError(self.problems)
        return self.loaded

    def bring_park(self) -> Park:
        part = self.file.park
        values = {**columns(part.names), **columns(part.parent, "parent")}
        # The lock makes two loads of one park come one after the other.
        park, made = Park.objects.select_for_update().get_or_create(slug=part.slug, defaults=values)
        if made:
            self.loaded.added += 1
            return park
        return self.bring(park, values)

    def bring_regions(self) -> dict[str, Region]:
        """Bring the regions; those of the park that the file lacks are kept.

        Much refers to them. A user's scope does, and without its last region it limits nothing.
        """
        codes = [part.code for part in self.file.regions]
        regions = Region.objects.filter(code__in=codes).select_related("park")
        known = {region.code: region for region in regions}
        found = {}
        for position, part in enumerate(self.file.regions):
            region = known.get(part.code) or Region(park=self.park, code=part.code)
            self.check_park(f"regions[{position}].code", part.code, region.park)
            values = {
                "position": position,
                "tile_column": part.tile_column,
                "tile_row": part.tile_row,
                **columns(part.names),
            }
            found[part.code] = self.bring(region, values)
        self.keep(self.park.regions.exclude(code__in=codes))
        return found

    def bring_clusters(self, regions: dict[str, Region]) -> dict[str, Cluster]:
        """Bring the clusters with their sites and sectors; other clusters of the park are kept."""
        slugs = [part.slug for part in self.file.clusters]
        clusters = Cluster.objects.filter(slug__in=slugs).select_related("park")
        known = {cluster.slug: cluster for cluster in clusters}
        found = {}
        for position, part in enumerate(self.file.clusters):
            cluster = known.get(part.slug) or Cluster(park=self.park, slug=part.slug)
            self.check_park(f"clusters[{position}].slug", part.slug, cluster.park)
            values = {
                "position": position,
                **columns(part.names),
                **columns(part.short, "short"),
                **columns(part.remark, "remark"),
            }
            found[part.slug] = self.bring(cluster, values)
            self.bring_sites(cluster, part, regions)
            self.bring_sectors(cluster, part)
        self.keep(self.park.clusters.exclude(slug__in=slugs))
        return found

    def bring_sites(self, cluster: Cluster, part: ClusterPart, regions: dict[str, Region]) -> None:
        known = {site.region.code: site for site in cluster.sites.select_related("region")}
        for site_part in part.sites:
            site = known.pop(site_part.region, None) or Site(
                cluster=cluster, region=regions[site_part.region]
            )
            self.bring(site, {"area_km2": site_part.area_km2})
        self.remove(known.values())

    def bring_sectors(self, cluster: Cluster, part: ClusterPart) -> None:
        known = {sector.slug: sector for sector in cluster.sectors.all()}
        for position, sector_part in enumerate(part.sectors):
            sector = known.pop(sector_part.slug, None) or Sector(
                cluster=cluster, slug=sector_part.slug
            )
            values = {
                "position": position,
                "in_plan": sector_part.in_plan,
                **columns(sector_part.names),
            }
            self.bring(sector, values)
        self.remove(known.values())

    def bring_plan(self) -> Plan:
        part = self.file.plan
        plan = Plan.objects.filter(slug=part.slug).first() or Plan(park=self.park, slug=part.slug)
        self.check_park("plan.slug", part.slug, plan.park)
        values = {
            **columns(part.names),
            "starts_on": part.starts_on,
            "ends_on": part.ends_on,
            "source_title": part.source_title,
            "source_url": part.source.url,
            "source_on": part.source.on,
        }
        return self.bring(plan, values)

    def record_counting_rule(self, plan: Plan) -> None:
        part = self.file.plan.counting_rule
        rule = CountingRule(
            plan=plan,
            recorded_by_id=self.recorded_by.pk,
            counting_stage=part.counting_stage,
            investment_measure=part.investment_measure,
            reason=part.reason,
            source_url=part.source.url,
            source_on=part.source.on,
            note=part.note,
        )
        before = CountingRule.objects.filter(plan=plan).latest_per("plan").first()
        self.record(rule, before, RULE_SAYS, plan, part.effective_on, "plan.counting_rule")

    def record_goals(self, plan: Plan, clusters: dict[str, Cluster]) -> None:
        """Record goals that are new or say something new, and end those that the file lacks."""
        known = {
            promise(goal): goal
            for goal in Goal.objects.filter(plan=plan)
            .latest_per("cluster", "measure", "due_on")
            .select_related("cluster", "plan__park")
        }
        for position, part in enumerate(self.file.goals):
            goal = Goal(
                plan=plan,
                cluster=clusters.get(part.cluster),
                measure=part.measure,
                due_on=part.due_on,
                recorded_by_id=self.recorded_by.pk,
                target_count=part.target_count,
                target_fen=part.target_fen,
                wording=part.wording,
                reason=part.reason,
                source_url=part.source.url,
                source_on=part.source.on,
                note=part.note,
            )
            before = known.pop(promise(goal), None)
            key = f"goals[{position}]"
            self.record(goal, before, GOAL_SAYS, plan, part.effective_on, key)
        for goal in known.values():
            if goal.target is not None:
                self.end(goal)

    def record(
        self,
        fact: DatedFact,
        before: DatedFact | None,
        says: Iterable[str],
        plan: Plan,
        effective_on: date | None,
        key: str,
    ) -> None:
        """Save a fact that says something new.

        A first one holds from the plan's first day, one that replaces another from today, unless
        the file says from when.
        """
        if before is None:
            fact.effective_on = effective_on or plan.starts_on
            self.loaded.added += 1
        elif all(getattr(before, name) == getattr(fact, name) for name in says):
            self.loaded.unchanged += 1
            return
        else:
            fact.effective_on = effective_on or follows(before)
            self.loaded.changed += 1
            if fact.effective_on < before.effective_on:
                reason = _("%(day)s is refused; what it replaces holds from %(before)s") % {
                    "day": fact.effective_on,
                    "before": before.effective_on,
                }
                self.problems.append((f"{key}.effective_on", reason))
                return
        fact.save()

    def end(self, goal: Goal) -> None:
        """Record that a goal is promised no more."""
        Goal.objects.create(
            plan=goal.plan,
            cluster=goal.cluster,
            measure=goal.measure,
            due_on=goal.due_on,
            effective_on=follows(goal),
            recorded_by_id=self.recorded_by.pk,
            reason=_("The plan file no longer has this goal."),
        )
        self.loaded.ended.append(str(goal))

    def bring(self, row: Row, values: dict[str, object]) -> Row:
        """Give a row these values and save it if that changes anything."""
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if row._state.adding:
            row.save()
            self.loaded.added += 1
        elif differing:
            row.save(update_fields=differing)
            self.loaded.changed += 1
        else:
            self.loaded.unchanged += 1
        return row

    def remove(self, rows: Iterable[Site | Sector]) -> None:
        """Delete rows that nothing refers to; the others are kept."""
        for row in rows:
            name = f"{row._meta.verbose_name} {row}"
            try:
                row.delete()
            except ProtectedError:
                self.loaded.kept.append(name)
            else:
                self.loaded.removed.append(name)

    def keep(self, rows: Iterable[Region | Cluster]) -> None:
        self.loaded.kept += [f"{row._meta.verbose_name} {row}" for row in rows]

    def check_park(self, key: str, value: str, park: Park) -> None:
        if park != self.park:
            reason = _("“%(value)s” belongs to another park, %(park)s (%(slug)s)")
            self.problems.append((key, reason % {"value": value, "park": park, "slug": park.slug}))


def columns(names: Names, prefix: str = "name") -> dict[str, object]:
    """Return the two columns of a name."""
    return {f"{prefix}_zh": names.zh, f"{prefix}_en": names.en}


def promise(goal: Goal) -> tuple[int | None, str, date]:
    """Return what two rows have in common when one replaces the other; the plan is the same."""
    return goal.cluster_id, goal.measure, goal.due_on


def follows(before: DatedFact) -> date:
    """Return the first day, from today, on which another fact can replace this one."""
    return max(timezone.localdate(), before.effective_on)
