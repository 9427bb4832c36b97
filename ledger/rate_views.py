"""Pages of exchange rates: the list, one of them with what was converted at it, new ones."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView, FormView

from accounts.form_pages import KeepsTyped
from ledger import ecb
from ledger.exceptions import FileProblem, RatesRefusedError
from ledger.models import Entry, ExchangeRate
from ledger.rate_files import load_rates, read_rows
from ledger.rate_forms import RateFileForm, RateForm
from ledger.rate_tables import RateFilterSet, RateTable
from ledger.rates import entries_at, record_rate, standing_rate
from lists.views import FilteredListView

SHOWN_PROBLEMS = 100
SHOWN_ENTRIES = 100


class RateListView(FilteredListView):
    """Every rate that was recorded, those that were replaced too."""

    permission_required = "ledger.view_exchangerate"
    template_name = "ledger/rate_list.html"
    heading = gettext_lazy("Exchange rates")
    none_title = gettext_lazy("No rate is recorded yet")
    empty_title = gettext_lazy("No rate matches these filters")
    table_class = RateTable
    filterset_class = RateFilterSet
    facets = {"currency": "currency"}
    default_order = ("-on",)
    export_name = "rates"
    rests_on_press = False

    def get_rows(self) -> QuerySet[ExchangeRate]:
        return ExchangeRate.objects.visible_to(self.request.user)

    def decorate(self, rows: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.for_list()
        return found

    def add_actions(self) -> list[tuple[str, str, bool]]:
        if not self.request.user.has_perm("ledger.add_exchangerate"):
            return []
        return [
            (_("Import rates"), reverse("ledger:rate-import"), False),
            (_("Record rate"), reverse("ledger:rate-add"), True),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(ecb_until=ecb.last_day(), **kwargs)


class RateDetailView(PermissionRequiredMixin, DetailView[ExchangeRate]):
    """One rate: the others of its day, and the standing entries that were converted at it."""

    permission_required = "ledger.view_exchangerate"
    template_name = "ledger/rate_detail.html"
    context_object_name = "rate"

    def get_queryset(self) -> QuerySet[ExchangeRate]:
        rates = ExchangeRate.objects.visible_to(self.request.user)
        return rates.select_related("recorded_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rate = self.object
        of_day = list(
            ExchangeRate.objects.of_day(rate.currency, rate.on).select_related("recorded_by")
        )
        used = entries_at(rate)
        seen = Entry.objects.visible_to(user).filter(pk__in=used.values("pk"))
        seen_count = seen.count()
        return super().get_context_data(
            standing=of_day[0],
            others=[other for other in of_day if other.pk != rate.pk],
            entries=seen.for_list()[:SHOWN_ENTRIES],
            entries_count=seen_count,
            entries_hidden=used.count() - seen_count,
            may_add=user.has_perm("ledger.add_exchangerate"),
            **kwargs,
        )


class RateAddView(KeepsTyped, PermissionRequiredMixin, FormView[RateForm]):
    """A new rate, or one that replaces another."""

    permission_required = "ledger.add_exchangerate"
    template_name = "ledger/rate_form.html"
    form_class = RateForm

    def get_initial(self) -> dict[str, Any]:
        """Begin with the currency and day of the rate that the person comes from."""
        return {name: self.request.GET.get(name, "")[:10] for name in ("currency", "on")}

    def form_valid(self, form: RateForm) -> HttpResponse:
        asked = form.cleaned_data
        before = standing_rate(asked["currency"], asked["on"])
        user: Any = self.request.user
        try:
            rate = record_rate(recorded_by=user, **asked)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        about = {
            "currency": rate.currency,
            "date": date_format(rate.on),
            "rate": rate.plain_rate,
        }
        if before is not None and before.pk == rate.pk:
            told = _("%(currency)s of %(date)s stands at %(rate)s already; nothing was added.")
            messages.info(self.request, told % about)
        else:
            told = _("Recorded: %(currency)s of %(date)s at %(rate)s yuan.")
            messages.success(self.request, told % about)
        if before is not None and before.pk != rate.pk:
            return self.replaced(before)
        return HttpResponseRedirect(rate.get_absolute_url())

    def replaced(self, before: ExchangeRate) -> HttpResponse:
        """Lead to what was converted at the rate that counts no more."""
        count = entries_at(before).count()
        if not count:
            return HttpResponseRedirect(reverse("ledger:rate-list"))
        told = ngettext(
            "%(count)s standing entry was converted at %(rate)s and keeps it; correct it where "
            "that was wrong.",
            "%(count)s standing entries were converted at %(rate)s and keep it; correct those "
            "where that was wrong.",
            count,
        )
        messages.warning(self.request, told % {"count": count, "rate": before.plain_rate})
        return HttpResponseRedirect(before.get_absolute_url())


class RateImportView(PermissionRequiredMixin, FormView[RateFileForm]):
    """A file of rates: all of them are recorded or none."""

    permission_required = "ledger.add_exchangerate"
    template_name = "ledger/rate_import.html"
    form_class = RateFileForm

    def form_valid(self, form: RateFileForm) -> HttpResponse:
        user: Any = self.request.user
        try:
            loaded = load_rates(read_rows(form.cleaned_data["file"].read()), recorded_by=user)
        except RatesRefusedError as refused:
            return self.refused(form, refused.problems)
        told = _("New rates: %(added)s; stood already: %(known)s.") % {
            "added": loaded.added,
            "known": loaded.known,
        }
        messages.success(self.request, told)
        return HttpResponseRedirect(reverse("ledger:rate-list"))

    def refused(self, form: RateFileForm, problems: Any) -> HttpResponse:
        """Show every bad line, up to a number that can be read."""
        shown: list[FileProblem | str] = list(problems[:SHOWN_PROBLEMS])
        more = len(problems) - len(shown)
        if more:
            shown.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
        return self.render_to_response(self.get_context_data(form=form, problems=shown))
