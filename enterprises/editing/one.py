"""Edits of one enterprise or one project."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.editing.tags import made_tags
from enterprises.editing.words import (
    ENTERPRISE_COLUMNS,
    NAMES,
    PROJECT_COLUMNS,
    check_reason,
    clashing,
    differing,
    last_changes,
    revisions_of,
    standing_words,
    words_of,
)
from enterprises.exceptions import AssigneeOutsideError, StaleVersionError
from enterprises.models import (
    Enterprise,
    FormerName,
    InvestorGroup,
    Project,
    Revision,
    Shareholding,
)
from enterprises.searching import keep_enterprises, keep_projects


@transaction.atomic
def create_enterprise(*, created_by: User, values: Mapping[str, Any]) -> Enterprise:
    """Add an enterprise; its first revision says who did and what was entered.

    `values` as in `edit_enterprise()`. Raises ValidationError and writes nothing then.
    """
    columns = {name: value for name, value in values.items() if name in ENTERPRISE_COLUMNS}
    enterprise = Enterprise(**columns)
    enterprise.full_clean()
    enterprise.save()
    write_relations(enterprise, values, edited_by=created_by)
    note_creation(enterprise, created_by=created_by)
    return enterprise


def note_creation(enterprise: Enterprise, *, created_by: User) -> None:
    """Write the first revision of an enterprise that was just added with all that belongs to it."""
    entered = {name: ["", words] for name, words in standing_words(enterprise).items() if words}
    Revision(enterprise=enterprise, version=1, changes=entered, recorded_by=created_by).save()
    keep_enterprises([enterprise.pk])


def edit_enterprise(
    *,
    enterprise: Enterprise,
    seen_version: int,
    edited_by: User,
    values: Mapping[str, Any],
    reason: str = "",
    keeps_old_name: bool = False,
) -> Revision | None:
    """Write what a person changed about an enterprise; None when that changes nothing.

    `values` holds only the changed fields: name_zh, name_en, origin (code), credit_code,
    credit_code_reason, note, groups (InvestorGroups, the first leads), tags (all of their names),
    former_names (names to add to those that stand). `keeps_old_name` adds a name that is replaced
    to the former ones.

    `seen_version` is the one that the person saw. Raises StaleVersionError when a field of `values`
    says something else by now, ValidationError keyed by field when a value cannot be; nothing is
    written then.
    """
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        asked = dict(values)
        former = [*asked.get("former_names", ())]
        if keeps_old_name:
            old = {name: getattr(locked, name) for name in NAMES if name in asked}
            former += [name for field, name in old.items() if name and name != asked[field]]
        if former:
            asked["former_names"] = former
        revision = edit(
            locked, asked, seen_version=seen_version, edited_by=edited_by, reason=reason
        )
        if revision is not None:
            keep_enterprises([locked.pk])
    if revision is not None:
        enterprise.refresh_from_db()
    return revision


def edit_project(
    *,
    project: Project,
    seen_version: int,
    edited_by: User,
    values: Mapping[str, Any],
    reason: str = "",
) -> Revision | None:
    """Write what a person changed about a project; None when that changes nothing.

    `values` holds only the changed fields: name_zh, name_en, assignee (a User or None), tags (all
    of their names). The rest is as with `edit_enterprise()`.
    """
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        assignee = values.get("assignee")
        if assignee is not None and not may_look_after(assignee, [locked.pk]):
            raise AssigneeOutsideError(assignee)
        revision = edit(
            locked, values, seen_version=seen_version, edited_by=edited_by, reason=reason
        )
        if revision is not None:
            keep_projects([locked.pk])
    if revision is not None:
        project.refresh_from_db()
    return revision


def may_look_after(person: User, projects: Sequence[int]) -> set[int]:
    """Return those of the projects (keys) that `person` may record for."""
    found = Project.objects.editable_by(person).filter(pk__among=projects)
    return set(found.order_by().values_list("pk", flat=True))


def edit(
    row: Enterprise | Project,
    values: Mapping[str, Any],
    *,
    seen_version: int,
    edited_by: User,
    reason: str,
) -> Revision | None:
    """Write the values that differ to a locked row, with its revision."""
    check_reason(reason)
    before = standing_words(row)
    columns: tuple[str, ...] = PROJECT_COLUMNS if isinstance(row, Project) else ENTERPRISE_COLUMNS
    for name in columns:
        if name in values:
            setattr(row, name, values[name])
    check(row, values)
    after = before | {name: words_of(name, getattr(row, name)) for name in columns}
    for name in {"groups", "tags"} & values.keys():
        after[name] = words_of(name, values[name])
    if "former_names" in values:
        after["former_names"] = words_of("former_names", all_former_names(row, values))
    changes = differing(before, after)
    if not changes:
        return None
    if row.version > seen_version:
        since = revisions_of(row).filter(version__gt=seen_version).order_by("version")
        if clash := sorted(clashing(before, changes, since)):
            raise StaleVersionError(last_changes(row, clash))
    row.version += 1
    row.save(update_fields=[*(name for name in columns if name in changes), "version"])
    write_relations(row, {name: values[name] for name in changes if name in values}, edited_by)
    revision = Revision(
        **{row._meta.model_name or "": row},
        version=row.version,
        changes=changes,
        reason=reason,
        recorded_by=edited_by,
    )
    revision.save()
    return revision


def check(row: Enterprise | Project, values: Mapping[str, Any]) -> None:
    """Refuse what a field or the row as a whole cannot hold; what stays is not asked again."""
    stays = {field.name for field in row._meta.get_fields()} - values.keys() - {"enterprise"}
    row.full_clean(exclude=stays)


def write_relations(row: Enterprise | Project, values: Mapping[str, Any], edited_by: User) -> None:
    """Write what stands in tables of its own: groups, tags, former names."""
    if "tags" in values:
        row.tags.set(made_tags(values["tags"]))
    if not isinstance(row, Enterprise):
        return
    if "groups" in values:
        write_groups(row, values["groups"])
    if "former_names" in values:
        known = set(row.former_names.values_list("name", flat=True))
        FormerName.objects.bulk_create(
            FormerName(enterprise=row, name=name, recorded_by=edited_by)
            for name in all_former_names(row, values)
            if name not in known
        )


def write_groups(enterprise: Enterprise, groups: Sequence[InvestorGroup]) -> None:
    """Put these groups behind the enterprise, in this order."""
    held = {one.group_id: one for one in enterprise.shareholdings.all()}
    gone = held.keys() - {group.pk for group in groups}
    enterprise.shareholdings.filter(group__in=gone).delete()
    for position, group in enumerate(groups):
        if (share := held.get(group.pk)) is None:
            Shareholding.objects.create(enterprise=enterprise, group=group, position=position)
        elif share.position != position:
            share.position = position
            share.save(update_fields=["position"])


def all_former_names(enterprise: Any, values: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the former names that stand and those to add, each once and none that is in use."""
    found = list(enterprise.former_names.values_list("name", flat=True))
    longest = FormerName._meta.get_field("name").max_length or 0
    for name in (" ".join(one.split()) for one in values["former_names"]):
        if len(name) > longest:
            told = _("A name has at most %(most)s signs; “%(name)s…” has more.")
            raise ValidationError(
                {"former_names": told % {"most": longest, "name": name[:40]}},
            )
        if name and name not in {*found, enterprise.name_zh, enterprise.name_en}:
            found.append(name)
    return found
