"""What an import says in the history of enterprises and projects: who filled in what."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from enterprises.editing import ENTERPRISE_COLUMNS, words_of
from enterprises.models import Enterprise, InvestorGroup, Project, Revision


@dataclass
class Notes:
    """The revisions of one import, written in sets; each raises the version as an edit does."""

    recorder: User
    revisions: list[Revision] = field(default_factory=list)
    # Those of new enterprises, as long as they are not written, by enterprise.
    firsts: dict[int, Revision] = field(default_factory=dict)

    def made(self, enterprise: Enterprise) -> None:
        """Note that an enterprise is new, and what is known of it."""
        values = {name: getattr(enterprise, name) for name in ENTERPRISE_COLUMNS}
        known = {name: value for name, value in values.items() if value}
        self.firsts[enterprise.pk] = self.note(enterprise, known)

    def fill(self, instance: Enterprise | Project, **values: str) -> bool:
        """Set the fields that are empty and have a value now; returns whether there were any."""
        empty = {name: new for name, new in values.items() if new and not getattr(instance, name)}
        if not empty:
            return False
        for name, value in empty.items():
            setattr(instance, name, value)
        instance.version += 1
        instance.full_clean()
        instance.save(update_fields=[*empty, "version"])
        self.note(instance, {name: getattr(instance, name) for name in empty})
        return True

    def groups(self, enterprise: Enterprise, groups: list[InvestorGroup]) -> None:
        """Note which groups came; with the enterprise itself, when it is new."""
        if first := self.firsts.get(enterprise.pk):
            first.changes["groups"] = ["", words_of("groups", groups)]
            return
        enterprise.version += 1
        enterprise.save(update_fields=["version"])
        self.note(enterprise, {"groups": groups})

    def note(self, instance: Enterprise | Project, values: dict[str, Any]) -> Revision:
        """Add a revision of what was empty before."""
        revision = Revision(
            **{str(instance._meta.model_name): instance},
            version=instance.version,
            changes={name: ["", words_of(name, value)] for name, value in values.items()},
            recorded_by=self.recorder,
        )
        self.revisions.append(revision)
        return revision

    def write(self) -> None:
        """Write what was noted."""
        Revision.objects.bulk_create(self.revisions, batch_size=500)
        self.revisions.clear()
        self.firsts.clear()
