"""How a project goes to another cluster or region, and its amounts with it.

From the start: it was recorded in the wrong place, so every entry is reversed and posted again in
the right one, on its own day, and every state recorded again. From a day on: what the project comes
to on that day leaves the old place and is contracted, or paid in, in the new one; entries from that
day on are reversed and posted again. What was produced before stays where it was produced.
"""

from datetime import date

from django.db import transaction

from accounts.models import User
from clusters.models import Cluster, Region, Sector
from clusters.vocabulary import Measure
from enterprises.models import Project, ProjectState
from enterprises.recording import check_date
from ledger.changes import Act, begin_change, is_unnamed, known_change, standing_cuts
from ledger.exceptions import LaterStepError, NowhereToMoveError
from ledger.models import Change, Entry
from ledger.money import Money


@transaction.atomic
def move(
    *,
    project: Project,
    moved_on: date | None,
    recorded_by: User,
    reason: str,
    cluster: Cluster | None = None,
    region: Region | None = None,
    sector: Sector | None = None,
    source_url: str = "",
    source_on: date | None = None,
    note: str = "",
    idempotency_key: str = "",
) -> Change:
    """Move `project` to another cluster, region or both, from `moved_on` on; None: from the start.

    A cluster or region of None stays; a new cluster has its own sectors, so `sector` is then the
    new one or none.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    cluster, region = cluster or locked.cluster, region or locked.region
    change = known_change(
        idempotency_key,
        Change.Kind.MOVE,
        locked,
        is_same=lambda known: (
            moved_on in {None, known.effective_on}
            and known.states.filter(cluster=cluster, region=region).exists()
        ),
    )
    if change is not None:
        return change
    from_the_start = moved_on is None
    states = latest_by_day(locked)
    places = [(state.cluster_id, state.region_id) for state in states.values()]
    were = places if from_the_start else [(locked.cluster_id, locked.region_id)]
    if all(place == (cluster.pk, region.pk) for place in were):
        raise NowhereToMoveError
    if moved_on is None:
        moved_on = min(states)
    else:
        check_date(moved_on)
        later = [day for day in states if day > moved_on]
        if later:
            raise LaterStepError(max(later))
    change = begin_change(
        Change.Kind.MOVE,
        locked,
        effective_on=moved_on,
        recorded_by=recorded_by,
        reason=reason,
        key=idempotency_key,
        source_url=source_url,
        source_on=source_on,
        note=note,
    )
    act = Act(change, recorded_by, reason)
    entries = list(
        locked.entries.standing()
        .filter(lowers=None)
        .select_related("evidence", "lowers", "project", "change")
        .order_by("effective_on", "pk")
    )
    # What leaves the old place, before the project does; it comes to the new one after.
    leaving = [
        plan_of(entry, moved_on, from_the_start=from_the_start)
        for entry in entries
        if from_the_start
        or entry.effective_on >= moved_on
        or entry.measure != Measure.ANNUAL_OUTPUT
    ]
    for entry, cuts, left_fen in leaving:
        for cut in reversed(cuts):
            act.take_back(cut)
        if left_fen is None:
            act.take_back(entry)
        elif left_fen:
            leave = act.write if is_unnamed(entry) else act.post
            leave(
                project=locked,
                measure=entry.measure,
                effective_on=moved_on,
                money=money_left(entry, left_fen).opposite(),
                evidence=entry.evidence,
                lowers=entry,
            )
    place = {"cluster": cluster, "region": region}
    steps: list[tuple[date, ProjectState | Project]] = [(moved_on, locked)]
    if from_the_start:
        steps = [*states.items()]
    for day, state in steps:
        same_cluster = state.cluster_id == cluster.pk
        act.record_state(
            locked,
            effective_on=day,
            stage=state.stage,
            standing=state.standing,
            sector=sector or (state.sector if same_cluster else None),
            source_url=source_url,
            source_on=source_on,
            note=note,
            **place,
        )
    for entry, cuts, left_fen in leaving:
        again = entry
        if left_fen is None:
            again = act.post_again(entry, project=locked, **why(entry))
        elif left_fen:
            again = act.post_again(
                entry,
                project=locked,
                effective_on=moved_on,
                money=money_left(entry, left_fen),
                **why(entry),
            )
        for cut in cuts:
            act.post_again(cut, lowers=again, reason=cut.reason)
    act.finish()
    project.refresh_from_db()
    return change


def why(entry: Entry) -> dict[str, str]:
    """Return the reason that a cut keeps wherever it is counted."""
    return {"reason": entry.reason} if entry.amount_fen < 0 else {}


Leaving = tuple[Entry, list[Entry], int | None]


def plan_of(entry: Entry, moved_on: date, *, from_the_start: bool) -> Leaving:
    """Return an entry, those of its cuts that go with it, and what is left of it on that day.

    None is left of an entry that goes as a whole.
    """
    cuts = list(standing_cuts(entry))
    if from_the_start or entry.effective_on >= moved_on:
        return entry, cuts, None
    late = [cut for cut in cuts if cut.effective_on >= moved_on]
    early_fen = sum(cut.amount_fen for cut in cuts if cut.effective_on < moved_on)
    return entry, late, entry.amount_fen + early_fen


def money_left(entry: Entry, left_fen: int) -> Money:
    """Return what is left of an entry; a whole foreign amount stays as it was stated."""
    return entry.money if left_fen == entry.amount_fen else Money(left_fen)


def latest_by_day(project: Project) -> dict[date, ProjectState]:
    """Return the state that counts from each day on which one was recorded."""
    return {
        state.effective_on: state
        for state in project.states.select_related("sector", "cluster").order_by(
            "effective_on", "recorded_at", "pk"
        )
    }
