"""What the list of project states can be narrowed by; docs/lists.md names each."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.scopes import scope_of
from clusters.vocabulary import Stage, Standing
from enterprises.models import Project, ProjectState
from enterprises.shared_filters import at_stage, enterprise_names, people_rows, project_names
from lists.filter_kinds import ROW, Choices, Day, Keys, People, Place, RecordedDay, Words
from lists.filters import SEARCH_LENGTH, ParkFilterSet, asked_of


class StateFilterSet(ParkFilterSet):
    """Filters of the list of project states; place, stage and standing are those of the state."""

    q = Words(
        label=_("Search"), help_text=_("Project, enterprise, group"), max_length=SEARCH_LENGTH
    )
    park = Place(label=_("Park"), field_name="cluster__park", is_hidden=True)
    cluster = Place(label=_("Cluster"))
    stage = Choices(label=_("Stage"), choices=Stage.choices, condition=at_stage)
    standing = Choices(label=_("Standing"), choices=Standing.choices)
    region = Place(label=_("Region"))
    sector = Place(label=_("Sector"))
    since = Day(label=_("From"), field_name="effective_on", lookup_expr="gte")
    until = Day(label=_("Until"), field_name="effective_on", lookup_expr="lte")
    recorded_since = RecordedDay(
        label=_("Recorded from"), field_name="recorded_at", lookup_expr="gte"
    )
    recorded_until = RecordedDay(
        label=_("Recorded until the day"), field_name="recorded_at", lookup_expr="lte"
    )
    recorded_by = People(label=_("Recorded by"))
    project = Keys(label=_("Project"), names=project_names)
    enterprise = Keys(
        label=_("Enterprise"),
        names=enterprise_names,
        condition=lambda filters, keys, _at: Q(project__enterprise__in=keys),
    )

    folds = (
        (_("Date"), ("since", "until")),
        (_("Recorded"), ("recorded_since", "recorded_until")),
    )

    class Meta:
        model = ProjectState
        fields = ["q"]

    @classmethod
    def name_rows(cls, query: QueryDict, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        asked = asked_of(query, "recorded_by")
        if are_offered or asked:
            # Of the place alone, which an index answers: who recorded something there is no secret.
            rows = ProjectState.objects.filter(scope_of(user).q())
            yield people_rows("recorded_by", rows, asked)
        yield from super().name_rows(query, user)

    def filter_queryset(self, queryset: Any) -> QuerySet[ProjectState]:
        found: QuerySet[ProjectState] = queryset.filter(self.conditions(ROW))
        if words := self.asked("q"):
            found = found.filter(project__in=Project.objects.order_by().search(words))
        return found
