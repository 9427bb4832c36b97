"""Bulk acts that edit enterprises and projects: who looks after them, and their tags."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from enterprises.bulk_forms import AssignForm, TagForm
from enterprises.editing import Changes, edit_many, label_of
from enterprises.models import Enterprise, Project
from enterprises.project_forms import NOBODY
from lists.acts import Act, Outcome, WayBack


class EditAct(Act):
    """An edit of many rows; each row's mark is its version."""

    model: ClassVar[type[Any]]
    written: Sequence[WayBack] = ()

    def changes(self, asked: Mapping[str, Any]) -> Changes:
        """Return what is done to each row."""
        raise NotImplementedError

    def undone(self, keys: Collection[int], asked: Mapping[str, Any]) -> Mapping[int, Any]:
        """Return by row, as JSON, how it is put back to what it is now."""
        raise NotImplementedError

    def changes_back(self, spec: Any) -> Changes:
        """Return the changes that a part of `undone()` means."""
        raise NotImplementedError

    def rows(self, keys: Collection[int]) -> Any:
        return self.model.objects.filter(pk__among=keys)

    def marks(self, keys: Collection[int]) -> dict[int, int]:
        return dict(self.rows(keys).order_by().values_list("pk", "version"))

    def rehearse(self, keys: Collection[int], asked: Mapping[str, Any]) -> Outcome:
        return self.edit(keys, self.changes(asked), is_rehearsal=True)

    def write(self, marks: Mapping[int, int], asked: Mapping[str, Any]) -> Outcome:
        # What is changed between this look and the edit has another version, and is refused.
        before = self.undone(marks.keys(), asked)
        changes, reason = self.changes(asked), asked["reason"]
        outcome = self.edit(marks.keys(), changes, seen_versions=marks, reason=reason)
        alike: dict[str, tuple[Any, dict[int, int]]] = {}
        for pk, version in self.marks(outcome.changed.keys()).items():
            _spec, rows = alike.setdefault(repr(before[pk]), (before[pk], {}))
            rows[pk] = version
        self.written = [WayBack(spec, rows) for spec, rows in alike.values()]
        return outcome

    def ways_back(self) -> Sequence[WayBack]:
        return self.written

    def undo(self, way: WayBack) -> Outcome:
        return self.edit(way.marks.keys(), self.changes_back(way.spec), seen_versions=way.marks)

    def edit(self, keys: Collection[int], changes: Changes, **how: Any) -> Outcome:
        return edit_many(self.rows(keys), edited_by=self.user, changes=changes, **how)

    def label_of(self, name: str) -> str:
        return label_of(name)


class Assign(EditAct):
    """Projects are given to somebody, or to nobody."""

    name = "assign"
    label = gettext_lazy("Assign …")
    heading = gettext_lazy("Assign projects")
    lead = gettext_lazy("Who looks after the chosen projects from now on.")
    icon_name = "user"
    permission = "enterprises.change_project"
    form_class = AssignForm
    model = Project

    def changes(self, asked: Mapping[str, Any]) -> Changes:
        return Changes(assignee=asked["assignee"])

    def undone(self, keys: Collection[int], asked: Mapping[str, Any]) -> Mapping[int, Any]:
        return dict(self.rows(keys).order_by().values_list("pk", "assignee"))

    def changes_back(self, spec: Any) -> Changes:
        return Changes(assignee=None if spec is None else User.objects.get(pk=spec))

    def words(self, name: str, words: str) -> str:
        return words or str(NOBODY)

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "Assign %(n)s project to %(who)s", "Assign %(n)s projects to %(who)s", number
        )
        return told % {"n": f"{number:,}", "who": asked["assignee"] or NOBODY}

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "%(n)s project is assigned to %(who)s.",
            "%(n)s projects are assigned to %(who)s.",
            number,
        )
        return told % {"n": f"{number:,}", "who": asked["assignee"] or NOBODY}


class TagAct(EditAct):
    """Tags are put on rows, or taken off them."""

    name = "tag"
    label = gettext_lazy("Tag …")
    icon_name = "tag"
    form_class = TagForm

    def changes(self, asked: Mapping[str, Any]) -> Changes:
        return Changes(add_tags=asked["add_tags"], remove_tags=asked["remove_tags"])

    def undone(self, keys: Collection[int], asked: Mapping[str, Any]) -> Mapping[int, Any]:
        adds, removes = set(asked["add_tags"]), set(asked["remove_tags"])
        had: dict[int, set[str]] = defaultdict(set)
        links = self.model.tags.through.objects.filter(tag__name__in=adds | removes)
        key = self.model._meta.model_name
        found = links.filter(**{f"{key}__among": keys}).values_list(f"{key}_id", "tag__name")
        for pk, name in found:
            had[pk].add(name)
        return {pk: [sorted(removes & had[pk]), sorted(adds - had[pk])] for pk in keys}

    def changes_back(self, spec: Any) -> Changes:
        adds, removes = spec
        return Changes(add_tags=adds, remove_tags=removes)

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext("Change the tags of %(n)s row", "Change the tags of %(n)s rows", number)
        return told % {"n": f"{number:,}"}

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "The tags of %(n)s row are changed.", "The tags of %(n)s rows are changed.", number
        )
        return told % {"n": f"{number:,}"}


class TagProjects(TagAct):
    """Tags of projects."""

    heading = gettext_lazy("Tag projects")
    permission = "enterprises.change_project"
    model = Project


class TagEnterprises(TagAct):
    """Tags of enterprises."""

    heading = gettext_lazy("Tag enterprises")
    permission = "enterprises.change_enterprise"
    model = Enterprise
