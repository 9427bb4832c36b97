"""Whether grades, cuts, acts and verdicts are true to each other; each check yields lines."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from clusters.amounts import plain_yuan
from clusters.vocabulary import Grade
from ledger.models import Change, Entry, ProjectTotal, Verification


def false_assessments() -> Iterator[str]:
    """Yield a line for each entry whose kept grade or last word is not what was said and added."""
    words = Verification.objects.filter(entry=OuterRef("pk")).order_by("-pk")
    entries: QuerySet[Any, Any] = Entry.objects.order_by("pk").graded_at(None)
    found = entries.annotate(
        word=Coalesce(Subquery(words.values("verdict")[:1]), Value("")),
        kept_grade=Coalesce("assessment__grade", Value("")),
        kept_word=Coalesce("assessment__verdict", Value("")),
    ).exclude(graded=F("kept_grade"), word=F("kept_word"))
    for pk, *values in found.values_list("pk", "kept_grade", "kept_word", "graded", "word"):
        kept, kept_word, grade, word = (value or "none" for value in values)
        yield (
            f"entry {pk} is kept as {kept}, last word {kept_word}; "
            f"what was said and added makes it {grade}, last word {word}"
        )


def false_parts() -> Iterator[str]:
    """Yield a line for each project total whose parts by grade are not those of its entries."""
    names = [f"{grade}_fen" for grade in Grade.values]
    computed = {
        (project, measure): [int(fen) for fen in parts]
        for project, measure, *parts in Entry.objects.order_by()
        .graded()
        .values_list("project", "measure")
        .annotate(
            **{
                name: Sum("amount_fen", filter=Q(assessment__grade=grade), default=0)
                for name, grade in zip(names, Grade.values, strict=True)
            }
        )
    }
    for project, measure, *kept in ProjectTotal.objects.order_by("pk").values_list(
        "project", "measure", *names
    ):
        parts = computed.get((project, measure), [0] * len(names))
        for grade, have, should in zip(Grade.values, kept, parts, strict=True):
            if have != should:
                yield (
                    f"project total project={project}, measure={measure}: kept {plain_yuan(have)} "
                    f"yuan {grade}, the ledger has {plain_yuan(should)} yuan"
                )


def false_cuts() -> Iterator[str]:
    """Yield a line for each cut that does not fit the entry it names, or that goes too deep."""
    cuts = Entry.objects.exclude(lowers=None).order_by("pk")
    fits = Q(
        project=F("lowers__project"),
        measure=F("lowers__measure"),
        cluster=F("lowers__cluster"),
        region=F("lowers__region"),
        effective_on__gte=F("lowers__effective_on"),
        lowers__lowers=None,
        lowers__reverses=None,
    )
    for pk, root in cuts.filter(~fits).values_list("pk", "lowers"):
        yield f"entry {pk} does not fit entry {root}, which it cuts"
    for pk, root in cuts.standing().exclude(lowers__reversal=None).values_list("pk", "lowers"):
        yield f"entry {pk} cuts entry {root}, which is reversed"
    roots = (
        Entry.objects.exclude(lowerings=None)
        .order_by("pk")
        .annotate(left_fen=F("amount_fen") + Sum("lowerings__amount_fen"))
    )
    too_deep = Q(amount_fen__gt=0, left_fen__lt=0) | Q(amount_fen__lt=0, left_fen__gt=0)
    for pk, left_fen in roots.filter(too_deep).values_list("pk", "left_fen"):
        yield f"entry {pk} is cut by more than it is: {plain_yuan(left_fen)} yuan are left"


def false_acts() -> Iterator[str]:
    """Yield a line for each act with rows of another project, or whose undoing leaves something."""
    for pk, change in (
        Entry.objects.exclude(change=None)
        .exclude(project=F("change__project"))
        .order_by("pk")
        .values_list("pk", "change")
    ):
        yield f"entry {pk} is of another project than act {change}, which posted it"
    named = Change.states.through._default_manager
    for pk, change in (
        named.exclude(projectstate__project=F("change__project"))
        .order_by("pk")
        .values_list("projectstate", "change")
    ):
        yield f"state {pk} is of another project than act {change}, which recorded it"
    undoings = Change.objects.filter(kind=Change.Kind.UNDOING)
    for pk, undone in (
        undoings.exclude(project=F("undoes__project"), undoes__undoes=None)
        .order_by("pk")
        .values_list("pk", "undoes")
    ):
        yield f"act {pk} undoes act {undone}, which is an undoing or of another project"
    both = Entry.objects.exclude(change__undoing=None, change__undoes=None).exclude(change=None)
    left = (
        both.order_by()
        .values_list(
            Coalesce("change__undoes", "change"),
            "measure",
            "cluster",
            "region",
            "effective_on",
        )
        .annotate(fen=Sum("amount_fen"))
        .exclude(fen=0)
    )
    for undone in sorted({undone for undone, *_ in left}):
        yield f"act {undone} is undone, but with what undid it does not come to nothing"


def own_verdicts() -> Iterator[str]:
    """Yield a line for each verdict of somebody on an entry that they recorded."""
    for pk, entry in (
        Verification.objects.exclude(verdict=Verification.Verdict.DEFENDED)
        .filter(recorded_by=F("entry__recorded_by"))
        .order_by("pk")
        .values_list("pk", "entry")
    ):
        yield f"verdict {pk} on entry {entry} is by who recorded the entry"
