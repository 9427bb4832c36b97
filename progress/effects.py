"""What an act would do to the figures, before it is done: measured, done, measured, taken back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Plan
from clusters.names import Bilingual
from clusters.vocabulary import Grade, Measure
from ledger.models import Change, Entry
from progress.figures import measure_progress
from progress.results import Progress, ScopeFigures


@dataclass(frozen=True)
class Line:
    """One figure of one scope before and after; fen when `is_money`, None: not reported."""

    label: str
    before: int | None
    after: int | None
    is_money: bool

    @property
    def change(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class ScopeEffect:
    """The figures of the park, a cluster or a region that an act changes."""

    scope: Bilingual
    lines: Sequence[Line]


@dataclass(frozen=True)
class Effect:
    """What an act would post, and what that does to the figures; no scopes: they all stay."""

    posted: Sequence[Entry]
    scopes: Sequence[ScopeEffect]


def effect_of(plan: Plan | None, act: Callable[[], Change | Entry]) -> Effect:
    """Return what `act` would do; nothing of it stays. Raises what the act raises.

    Both measurements and the act see one moment of the database, so that nobody else's entry is
    taken for an effect of this one; PostgreSQL raises OperationalError when somebody else changed
    the same project meanwhile.
    """
    today = timezone.localdate()
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = measure_progress(plan, today) if plan else None
        done = act()
        after = measure_progress(plan, today) if plan else None
        effect = Effect(
            posted=posted_by(done),
            scopes=list(changed_scopes(before, after)) if before and after else [],
        )
        transaction.set_rollback(True)
    return effect


def posted_by(act: Change | Entry) -> list[Entry]:
    """Return the entries of an act, in the order of posting; of a new entry only itself."""
    own = Entry.objects.filter(pk=act.pk) if isinstance(act, Entry) else act.entries.all()
    rows = own.select_related("cluster", "region", "project", "reverses")
    return list(rows.order_by("pk"))


def changed_scopes(before: Progress, after: Progress) -> Iterator[ScopeEffect]:
    """Yield each scope with a figure that differs, the park first."""
    pairs = [
        (before.park, after.park),
        *zip(before.clusters, after.clusters, strict=True),
        *zip(before.regions, after.regions, strict=True),
    ]
    for old, new in pairs:
        lines = [line for line in lines_of(old, new) if line.before != line.after]
        if lines:
            yield ScopeEffect(new.scope, lines)


def lines_of(old: ScopeFigures, new: ScopeFigures) -> Iterator[Line]:
    """Yield the figures of a scope that an act can change."""
    yield Line(str(Measure.CONTRACTED.label), old.contracted.fen, new.contracted.fen, True)
    yield Line(str(Measure.PAID_IN.label), old.paid_in.fen, new.paid_in.fen, True)
    yield Line(str(Measure.ANNUAL_OUTPUT.label), old.annual_output_fen, new.annual_output_fen, True)
    yield Line(_("Leading enterprises"), old.leading, new.leading, False)
    yield Line(_("Projects"), old.projects, new.projects, False)
    grades = (old.contracted.evidence_fen, new.contracted.evidence_fen)
    was_verified, is_verified = (grade[Grade.VERIFIED] for grade in grades)
    yield Line(_("Contracted, verified only"), was_verified, is_verified, True)
    for label, was, becomes in (
        (_("Investment on the due date"), old.investment_goal, new.investment_goal),
        (_("Leading enterprises on the due date"), old.leading_goal, new.leading_goal),
    ):
        if was and becomes and becomes.is_over:
            yield Line(label, was.headline, becomes.headline, becomes.is_money)
