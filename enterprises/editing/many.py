"""The same edit of many rows, in a handful of statements for each thousand of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.facts import one_moment
from enterprises.editing.one import may_look_after
from enterprises.editing.tags import made_tags, tidy
from enterprises.editing.words import check_reason, first_words, words_of
from enterprises.exceptions import assignee_outside, met
from enterprises.models import Project, Revision, Tag
from lists.acts import Outcome

IN_ONE_GO = 1000
UNCHANGED: Literal["unchanged"] = "unchanged"


@dataclass(frozen=True)
class Changes:
    """What is done to each row: who looks after it (projects only; None: nobody), tags by name."""

    assignee: User | Literal["unchanged"] | None = UNCHANGED
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


def edit_many(
    rows: QuerySet[Any],
    *,
    edited_by: User,
    changes: Changes,
    seen_versions: Mapping[int, int] | None = None,
    reason: str = "",
    is_rehearsal: bool = False,
) -> Outcome:
    """Edit enterprises or projects, all in one transaction; what cannot be is left and told.

    `rows` is a queryset of either. Refused are rows that `edited_by` may not change, projects that
    the assignee may not record for, and those of `seen_versions` (version by key; rows that it does
    not name are not asked) whose edited fields somebody has changed since. With `is_rehearsal`
    nothing is written: the outcome is what it would be now. Raises ValidationError for a tag that
    cannot be.
    """
    model = rows.model
    if changes.assignee != UNCHANGED and model is not Project:
        raise TypeError("Only projects are assigned to somebody.")
    check_reason(reason)
    outcome = Outcome()
    # In their order, so that two at once wait for each other and do not lock crosswise.
    keys = sorted(set(rows.order_by().values_list("pk", flat=True)))
    with transaction.atomic():
        # The tags of all, so that each is looked up once.
        added = Tag.objects.none() if is_rehearsal else made_tags(changes.add_tags)
        removed = list(Tag.objects.filter(name__in=tidy(changes.remove_tags)))
        for start in range(0, len(keys), IN_ONE_GO):
            batch = Batch(model, keys[start : start + IN_ONE_GO], edited_by, changes)
            batch.decide(outcome, seen_versions or {}, is_locked=not is_rehearsal)
            if not is_rehearsal:
                batch.write(added, removed, reason)
    return outcome


class Batch:
    """Some of the rows: read at once, decided one by one, written at once."""

    def __init__(self, model: Any, keys: Sequence[int], edited_by: User, changes: Changes) -> None:
        self.model = model
        self.keys = keys
        self.edited_by = edited_by
        self.changes = changes
        self.name: str = model._meta.model_name
        self.edits: dict[int, dict[str, list[str]]] = {}
        self.versions: dict[int, int] = {}

    def decide(
        self, outcome: Outcome, seen_versions: Mapping[int, int], *, is_locked: bool
    ) -> None:
        """Say of each row what changes, or why not."""
        found = self.model.objects.filter(pk__among=self.keys).order_by("pk")
        columns = ["version", *(["assignee_id"] if self.model is Project else [])]
        standing = {
            pk: rest
            for pk, *rest in (found.select_for_update() if is_locked else found).values_list(
                "pk", *columns
            )
        }
        self.versions = {pk: version for pk, (version, *_rest) in standing.items()}
        refused = self.outside(standing)
        edits = {pk: edit for pk, edit in self.edits_of(standing) if pk not in refused}
        refused |= self.stale(edits, seen_versions)
        for pk in standing:
            if pk in refused:
                outcome.refused[pk] = refused[pk]
            elif edits[pk]:
                self.edits[pk] = edits[pk]
            else:
                outcome.same.append(pk)
        outcome.changed |= self.edits

    def outside(self, standing: Iterable[int]) -> dict[int, str]:
        """Say which rows the person may not change, or the assignee may not record for."""
        mine = self.model.objects.editable_by(self.edited_by).filter(pk__among=self.keys)
        editable = set(mine.order_by().values_list("pk", flat=True))
        told = _("It lies outside of what you may change.")
        refused = {pk: told for pk in standing if pk not in editable}
        assignee = self.changes.assignee
        if isinstance(assignee, User):
            allowed = may_look_after(assignee, self.keys)
            told = assignee_outside(assignee)
            refused |= dict.fromkeys(editable - allowed, told)
        return refused

    def edits_of(self, standing: Mapping[int, Any]) -> Iterator[tuple[int, dict[str, list[str]]]]:
        """Yield each row's key and what would change of it."""
        assignee = self.changes.assignee
        is_assigned = assignee != UNCHANGED
        who = {pk: values[1] for pk, values in standing.items()} if is_assigned else {}
        people = User.objects.in_bulk({key for key in who.values() if key})
        adds, removes = set(tidy(self.changes.add_tags)), set(tidy(self.changes.remove_tags))
        tags = self.tags() if adds or removes else {}
        for pk in standing:
            edit = {}
            if is_assigned and who[pk] != getattr(assignee, "pk", None):
                before = words_of("assignee", people.get(who[pk] or 0))
                edit["assignee"] = [before, words_of("assignee", assignee)]
            has = tags.get(pk, set())
            gets = (has | adds) - removes
            if gets != has:
                edit["tags"] = [words_of("tags", has), words_of("tags", gets)]
            yield pk, edit

    def tags(self) -> dict[int, set[str]]:
        """Return the names of the tags of each row that has any."""
        found: dict[int, set[str]] = defaultdict(set)
        links = self.links().filter(**{f"{self.name}__among": self.keys})
        for pk, name in links.values_list(f"{self.name}_id", "tag__name"):
            found[pk].add(name)
        return found

    def links(self) -> QuerySet[Any]:
        """The rows that tie tags to rows of this model."""
        through: Any = self.model.tags.through
        links: QuerySet[Any] = through._default_manager.all()
        return links

    def stale(
        self, edits: Mapping[int, Mapping[str, Any]], seen_versions: Mapping[int, int]
    ) -> dict[int, str]:
        """Say of which rows an edited field was changed after the version that was seen."""
        newer = [pk for pk in edits if self.versions[pk] > seen_versions.get(pk, 10**9)]
        if not newer:
            return {}
        since: dict[int, list[Revision]] = defaultdict(list)
        rows = Revision.objects.filter(**{f"{self.name}__among": newer}).order_by("version")
        for revision in rows.select_related("recorded_by"):
            pk = getattr(revision, f"{self.name}_id")
            if revision.version > seen_versions[pk]:
                since[pk].append(revision)
        refused = {}
        for pk, revisions in since.items():
            opened_with = first_words(revisions)
            for name, (before, _after) in edits[pk].items():
                if opened_with.get(name, before) != before:
                    last = next(one for one in reversed(revisions) if name in one.changes)
                    refused[pk] = met(name, last)
        return refused

    def write(self, added: Iterable[Tag], removed: Sequence[Tag], reason: str) -> None:
        """Write what was decided: the rows, their tags, one revision of each."""
        keys = [*self.edits]
        if not keys:
            return
        values: dict[str, Any] = {"version": F("version") + 1}
        if self.changes.assignee != UNCHANGED:
            values["assignee"] = self.changes.assignee
        self.model.objects.filter(pk__among=keys).update(**values)
        tagged = [pk for pk, edit in self.edits.items() if "tags" in edit]
        if tagged and removed:
            links = self.links().filter(**{f"{self.name}__among": tagged})
            links.filter(tag__in=removed).delete()
        gone = {tag.pk for tag in removed}
        if tagged:
            link = self.links().model
            link._default_manager.bulk_create(
                (
                    link(**{f"{self.name}_id": pk, "tag_id": tag.pk})
                    for pk in tagged
                    for tag in added
                    if tag.pk not in gone
                ),
                ignore_conflicts=True,
            )
        moment = one_moment(Revision._meta.db_table, User.objects.filter(pk=self.edited_by.pk))
        Revision.objects.bulk_create(
            Revision(
                recorded_at=moment,
                **{f"{self.name}_id": pk},
                version=self.versions[pk] + 1,
                changes=edit,
                reason=reason,
                recorded_by=self.edited_by,
            )
            for pk, edit in self.edits.items()
        )
