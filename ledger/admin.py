"""What was invested, in the data entry pages: added and reversed, never edited or deleted."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.urls import reverse as address_of
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.amounts import format_exact
from clusters.templatetags.park import is_web_address
from enterprises.admin import NewStateInline
from enterprises.admin import ProjectAdmin as EnterprisesProjectAdmin
from enterprises.admin_pages import NewFactInline, RecordingAdmin, raced, user_of
from enterprises.models import Project
from ledger.forms import EntryForm, ReverseForm, StepForm
from ledger.models import Entry, Evidence
from ledger.money import CNY
from ledger.posting import reverse

SHOWN_ENTRIES = 100


class StepInline(NewStateInline):
    """The form that records a step of a project, its withdrawal included."""

    form = StepForm


class NewEntryInline(NewFactInline[Entry, Project]):
    """The form that adds an amount to a project."""

    model = Entry
    form = EntryForm
    verbose_name = gettext_lazy("record an amount")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "measure",
                    ("amount", "currency"),
                    "allow_double",
                    "effective_on",
                    "evidence_file",
                    ("evidence_url", "evidence_is_repost"),
                    ("evidence_title", "evidence_issuer", "evidence_on"),
                    "reason",
                    "note",
                    "key",
                ]
            },
        ),
        (
            gettext_lazy("Exchange rate, for a foreign amount"),
            {"fields": [("rate", "rate_on"), "rate_source"]},
        ),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and super().has_add_permission(request, obj)


class ProjectAdmin(EnterprisesProjectAdmin):
    """Projects with their entries."""

    change_form_template = "admin/ledger/project/change_form.html"
    inlines = [StepInline, NewEntryInline]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Project | None = None,
    ) -> HttpResponse:
        if obj is not None:
            user = user_of(request)
            entries = Entry.objects.visible_to(user).filter(project=obj)
            reversible = Entry.objects.reversible_by(user).filter(project=obj)
            context["entries"] = entries.for_list()[:SHOWN_ENTRIES]
            context["entries_count"] = entries.count()
            context["reversible"] = set(reversible.values_list("pk", flat=True))
        return super().render_change_form(request, context, add, change, form_url, obj)


admin.site.unregister(Project)
admin.site.register(Project, ProjectAdmin)


class YearFilter(admin.SimpleListFilter):
    """By the calendar year of the entry's date."""

    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        days = Entry.objects.visible_to(user_of(request)).dates("effective_on", "year", "DESC")
        return [(str(day.year), str(day.year)) for day in days]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        years = {key for key, _label in self.lookup_choices}
        if self.value() is None:
            return queryset
        return (
            queryset.filter(effective_on__year=self.value())
            if self.value() in years
            else queryset.none()
        )


@admin.register(Entry)
class EntryAdmin(RecordingAdmin[Entry]):
    """Entries: added here, and put right by their reversal."""

    form = EntryForm
    change_form_template = "admin/ledger/entry/change_form.html"
    autocomplete_fields = ["project"]
    list_display = [
        "effective_on",
        "project",
        "measure",
        "amount",
        "cluster",
        "region",
        "source",
        "recorded_at",
        "recorded_by",
        "mark",
    ]
    list_filter = [
        "measure",
        ("cluster", admin.RelatedOnlyFieldListFilter),
        ("region", admin.RelatedOnlyFieldListFilter),
        YearFilter,
    ]
    search_fields = [
        "project__name_zh",
        "project__name_en",
        "project__enterprise__name_zh",
        "project__enterprise__name_en",
    ]
    search_help_text = gettext_lazy("Name of the project or its enterprise")
    shown = [
        "project",
        "measure",
        "effective_on",
        "amount",
        "stated",
        "cluster",
        "region",
        "source",
        "reason",
        "note",
        "recorded_at",
        "recorded_by",
        "mark",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Entry]:
        rows: Any = super().get_queryset(request)
        found: models.QuerySet[Entry] = rows.for_list()
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        if obj is not None:
            return [(None, {"fields": self.shown})]
        return [
            (None, {"fields": ["project", "measure", "effective_on"]}),
            (gettext_lazy("Amount"), {"fields": [("amount", "currency"), "allow_double"]}),
            (
                gettext_lazy("Exchange rate, for a foreign amount"),
                {"fields": [("rate", "rate_on"), "rate_source"]},
            ),
            (
                gettext_lazy("Evidence"),
                {
                    "fields": [
                        "evidence_file",
                        ("evidence_url", "evidence_is_repost"),
                        ("evidence_title", "evidence_issuer", "evidence_on"),
                    ]
                },
            ),
            (gettext_lazy("Remarks"), {"fields": ["reason", "note", "key"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> list[str]:
        return [] if obj is None else self.shown

    def get_form(
        self, request: HttpRequest, obj: Entry | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            # What stands is only shown, so it needs none of the fields that enter it.
            return admin.ModelAdmin.get_form(
                self, request, obj, change=change, **{**kwargs, "form": forms.ModelForm}
            )
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Entry | None = None,
    ) -> HttpResponse:
        # An entry cannot be edited, so there is nothing to continue with.
        context["show_save_and_continue"] = False
        if obj is not None:
            reversible = Entry.objects.reversible_by(user_of(request))
            context["can_reverse"] = reversible.filter(pk=obj.pk).exists()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(
        self, request: HttpRequest, obj: Entry, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.tell(request)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(address_of("admin:ledger_entry_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        one = path(
            "<int:entry_id>/reverse/",
            self.admin_site.admin_view(self.reverse_view),
            name="ledger_entry_reverse",
        )
        return [one, *super().get_urls()]

    def reverse_view(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        """Ask for the reason, show what will be posted, and post it."""
        user = user_of(request)
        if not user.has_perm("ledger.reverse_entry"):
            raise PermissionDenied
        entry = get_object_or_404(self.get_queryset(request), pk=entry_id)
        form = ReverseForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    reversal = reverse(
                        entry=entry, recorded_by=user, reason=form.cleaned_data["reason"]
                    )
                    self.log_addition(request, reversal, [{"added": {}}])
                    self.log_change(request, entry, _("Reversed by entry %s.") % reversal.pk)
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            except IntegrityError:
                form.add_error(None, raced())
            else:
                told = _("Entry %(id)s is reversed: %(amount)s was posted as entry %(new)s.") % {
                    "id": entry.pk,
                    "amount": format_exact(reversal.amount_fen),
                    "new": reversal.pk,
                }
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(
                    address_of("admin:ledger_entry_change", args=[entry.pk])
                )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reverse entry %s") % entry.pk,
            "opts": self.opts,
            "entry": entry,
            "opposite_fen": -entry.amount_fen,
            "form": form,
            # Reversed meanwhile, or a reversal itself: say so and offer nothing.
            "can_reverse": Entry.objects.reversible_by(user).filter(pk=entry.pk).exists(),
        }
        return TemplateResponse(request, "admin/ledger/entry/reverse.html", context)

    @admin.display(description=gettext_lazy("Amount"), ordering="amount_fen")
    def amount(self, entry: Entry) -> str:
        return format_exact(entry.amount_fen)

    @admin.display(description=gettext_lazy("As stated"))
    def stated(self, entry: Entry) -> str | None:
        if entry.currency == CNY or entry.original_amount is None:
            return None
        return _("%(amount)s %(currency)s at %(rate)s yuan (%(source)s, %(date)s)") % {
            "amount": f"{entry.original_amount:,.2f}",
            "currency": entry.currency,
            "rate": f"{entry.rate:f}".rstrip("0").rstrip("."),
            "source": entry.rate_source,
            "date": entry.rate_on,
        }

    @admin.display(description=gettext_lazy("Evidence"))
    def source(self, entry: Entry) -> str | SafeString | None:
        return None if entry.evidence is None else linked(entry.evidence)

    @admin.display(description=gettext_lazy("Reversal"))
    def mark(self, entry: Entry) -> str | None:
        if entry.reverses_id is not None:
            return _("reverses entry %s") % entry.reverses_id
        reversal = getattr(entry, "reversal", None)
        return None if reversal is None else _("reversed by entry %s") % reversal.pk


@admin.register(Evidence)
class EvidenceAdmin(admin.ModelAdmin[Evidence]):
    """What entries rest on, to be read; it comes in where an amount is recorded."""

    shown: ClassVar[Any] = [
        "title",
        "link",
        "content_type",
        "issuer",
        "dated_on",
        "is_repost",
        "recorded_at",
        "recorded_by",
    ]
    fields = shown
    readonly_fields = shown
    list_display = ["__str__", *shown[1:]]
    list_filter = ["content_type", "is_repost"]
    list_select_related = ["recorded_by"]
    search_fields = ["url", "title", "file_name", "issuer"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Evidence]:
        return Evidence.objects.visible_to(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Evidence | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Evidence | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Address"))
    def link(self, evidence: Evidence) -> str | SafeString:
        return linked(evidence)


def linked(evidence: Evidence) -> str | SafeString:
    """Link a page, or the page of a document; a repost is cited and not linked."""
    if evidence.is_document:
        return format_html('<a href="{}">{}</a>', evidence.get_absolute_url(), evidence)
    if evidence.is_repost or not is_web_address(evidence.url):
        return evidence.host
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', evidence.url, evidence.host)
