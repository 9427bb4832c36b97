"""Bulk acts that record a step of projects: their stage, or their sector."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from clusters.vocabulary import Stage
from enterprises.bulk_forms import SectorForm, StageForm
from enterprises.stepping import Step, last_states, step_many
from lists.acts import Act, Outcome


class StepAct(Act):
    """A step of many projects; each project's mark is its last recorded state."""

    permission = "enterprises.add_projectstate"
    labels = {"stage": gettext_lazy("Stage"), "sector": gettext_lazy("Sector")}

    def marks(self, keys: Collection[int]) -> dict[int, int]:
        return last_states(keys)

    def rehearse(self, keys: Collection[int], asked: Mapping[str, Any]) -> Outcome:
        step = Step(**asked)
        return step_many(keys, recorded_by=self.user, step=step, is_rehearsal=True)

    def write(self, marks: Mapping[int, int], asked: Mapping[str, Any]) -> Outcome:
        step = Step(**asked)
        return step_many(marks.keys(), recorded_by=self.user, step=step, seen_states=marks)


class SetStage(StepAct):
    """Projects have reached a stage."""

    name = "stage"
    label = gettext_lazy("Record a stage …")
    heading = gettext_lazy("Record a stage of projects")
    lead = gettext_lazy(
        "One step for all of them; what the stage asks for is checked of each project."
    )
    icon_name = "stairs-up"
    form_class = StageForm

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "Record “%(stage)s” of %(n)s project from %(day)s on",
            "Record “%(stage)s” of %(n)s projects from %(day)s on",
            number,
        )
        return told % told_of_stage(asked, number)

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "Recorded: %(n)s project is at “%(stage)s” from %(day)s on.",
            "Recorded: %(n)s projects are at “%(stage)s” from %(day)s on.",
            number,
        )
        return told % told_of_stage(asked, number)


def told_of_stage(asked: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return the words that tell of a stage."""
    return {
        "n": f"{number:,}",
        "stage": Stage(asked["stage"]).label,
        "day": date_format(asked["effective_on"]),
    }


class SetSector(StepAct):
    """Projects belong to a sector of their cluster."""

    name = "sector"
    label = gettext_lazy("Set the sector …")
    heading = gettext_lazy("Set the sector of projects")
    lead = gettext_lazy("Only projects of the cluster that the sector lies in can belong to it.")
    icon_name = "sitemap"
    form_class = SectorForm

    def verb(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "Put %(n)s project into “%(sector)s”", "Put %(n)s projects into “%(sector)s”", number
        )
        return told % {"n": f"{number:,}", "sector": asked["sector"]}

    def told(self, asked: Mapping[str, Any], number: int) -> str:
        told = ngettext(
            "Recorded: %(n)s project belongs to “%(sector)s”.",
            "Recorded: %(n)s projects belong to “%(sector)s”.",
            number,
        )
        return told % {"n": f"{number:,}", "sector": asked["sector"]}
