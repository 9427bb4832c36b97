"""The pages of bulk acts: what an act is told, what would become of the rows, and who was first.

Each page holds, signed, the rows for its next step.
"""

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.models import User
from lists.acts import Act, ActForm, Outcome
from lists.preview import Preview, Rows, Shown, first
from lists.selection import Selection, seal
from lists.views import FilteredListView

# The steps of an act beside its preview, as its pages send them; the list itself sends none.
CHANGE, WRITE = "change", "write"


class BulkPages(PermissionRequiredMixin, TemplateView):
    """The pages of the acts of one list; their address has the filters of the list."""

    list_view: ClassVar[type[FilteredListView]]
    list_name: ClassVar[str]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]
        self.list = self.list_view()
        self.list.setup(request)
        self.list.take_choices(self.list_name)

    def has_permission(self) -> bool:
        return self.list.has_permission() and bool(self.list.offered_acts())

    def back(self) -> str:
        """Return the list as it was filtered, on its first page."""
        query = self.request.GET.copy()
        query.pop("page", None)
        address = reverse(self.list_name)
        return f"{address}?{query.urlencode()}" if query else address

    def purpose(self, act: Act, step: str) -> str:
        # Only what a preview has frozen is written.
        return f"{self.list_name}.{act.name}.{WRITE if step == WRITE else CHANGE}"

    def show_form(self, act: Act, form: ActForm, selection: Selection) -> HttpResponse:
        """Ask what the act has to be told."""
        return self.page(
            "generic/bulk_form.html",
            act,
            form,
            rows=Rows(len(selection.marks), [*self.named(first(selection.marks)).values()]),
            selection=seal(selection.pack(), self.purpose(act, CHANGE), self.user),
        )

    def show_met(
        self, act: Act, form: ActForm, selection: Selection, outcome: Outcome
    ) -> HttpResponse:
        """Say that nothing is written, why, and offer to do it to the rest."""
        gone = outcome.misses(selection.marks)
        rest = selection.only(selection.marks.keys() - outcome.refused.keys() - {*gone})
        refused = Outcome(refused=outcome.refused)
        return self.show(
            act,
            form,
            refused,
            rest,
            selection,
            gone=len(gone),
            template="generic/bulk_met.html",
            status=409,
        )

    def show(
        self,
        act: Act,
        form: ActForm,
        outcome: Outcome,
        frozen: Selection,
        whole: Selection,
        *,
        gone: int,
        template: str = "generic/bulk_preview.html",
        status: int = 200,
    ) -> HttpResponse:
        """Show what becomes of rows; `frozen` are those that the next step would write."""
        number = len(frozen.marks)
        return self.page(
            template,
            act,
            form,
            status=status,
            preview=Preview.of(outcome, act, self.named),
            gone=gone,
            verb=act.verb(form.cleaned_data, number) if number else "",
            selection=seal(frozen.pack(), self.purpose(act, WRITE), self.user),
            whole=seal(whole.pack(), self.purpose(act, CHANGE), self.user),
        )

    def named(self, keys: Collection[int]) -> dict[int, Shown]:
        """Return what rows are called and where they are opened, by key."""
        rows = self.list.for_naming(self.list.get_rows().filter(pk__in=keys))
        return {row.pk: Shown(str(row), row.get_absolute_url()) for row in rows}

    def page(
        self, template: str, act: Act, form: ActForm, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        return self.response_class(
            self.request,
            template,
            self.get_context_data(
                act=act,
                form=form,
                address=self.request.get_full_path(),
                crumbs=[(str(self.list.heading), self.back())],
                back=self.back(),
                **context,
            ),
            using=self.template_engine,
            status=status,
        )
