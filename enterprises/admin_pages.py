"""What every data entry page shares: rows and choices by scope, writes by functions, no way round.

Django's admin saves what a form holds. Here a row that a figure depends on is written by a function
that may refuse, and the refusal must reach the form with nothing left half-written: see
`RecordingAdmin`.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scopes import scope_of
from clusters.models import Cluster, Region, Sector
from enterprises.forms import RecordedForm, RefusableForm
from enterprises.models import Enterprise, InvestorGroup, Project

Row = TypeVar("Row", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)


def user_of(request: HttpRequest) -> User:
    """Return who is logged in; the admin lets nobody else in."""
    return cast(User, request.user)


class SectorField(forms.ModelChoiceField[Sector]):
    """Sectors, each with its cluster before it, since two clusters may name theirs alike."""

    def label_from_instance(self, obj: Sector) -> str:
        return f"{obj.cluster} · {obj}"


def choices_for(model: type[models.Model], user: User) -> models.QuerySet[Any] | None:
    """Return the rows of `model` that `user` may choose in a form; None where all may be."""
    scope = scope_of(user)
    if model is Region:
        regions = Region.objects.all()
        return regions if scope.regions is None else regions.filter(pk__in=scope.regions)
    if model is Cluster:
        clusters = Cluster.objects.all()
        return clusters if scope.clusters is None else clusters.filter(pk__in=scope.clusters)
    if model is Sector:
        sectors = Sector.objects.select_related("cluster")
        return sectors if scope.clusters is None else sectors.filter(cluster__in=scope.clusters)
    if model is InvestorGroup:
        return InvestorGroup.objects.visible_to(user)
    if model is Enterprise:
        return Enterprise.objects.editable_by(user)
    if model is Project:
        return Project.objects.editable_by(user).select_related("enterprise")
    return None


# What fits into a key of 64 bits for sure.
KEY_DIGITS = 18


class KeySelect(AutocompleteSelect):
    """Django's autocomplete, that shows a form again whatever was sent as the key."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [
            key
            for key in value
            if str(key).isascii() and str(key).isdecimal() and len(str(key)) <= KEY_DIGITS
        ]
        return super().optgroups(name, keys, attr)


class ScopedFields:
    """Offers, and accepts, only what lies in the scope of the user."""

    admin_site: admin.AdminSite

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        model = db_field.remote_field.model
        choices = choices_for(model, user_of(request))
        if choices is not None:
            kwargs["queryset"] = choices
        if db_field.name in cast(Any, self).get_autocomplete_fields(request):
            kwargs["widget"] = KeySelect(db_field, self.admin_site)
        if model is Sector:
            kwargs["form_class"] = SectorField
        parent: Any = super()
        found: forms.ModelChoiceField[Any] | None = parent.formfield_for_foreignkey(
            db_field, request, **kwargs
        )
        return found

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.TextField):
            kwargs["widget"] = forms.Textarea({"rows": 2, "class": "vLargeTextField"})
        parent: Any = super()
        found: forms.Field | None = parent.formfield_for_dbfield(db_field, request, **kwargs)
        return found


class ScopedAdmin(ScopedFields, admin.ModelAdmin[Row]):
    """Rows that the user may see; changes only to those that the user may change."""

    def get_view_on_site_url(self, obj: Row | None = None) -> str | None:
        # Straight to the page: Django's own redirect by content type looks at no scope.
        page = getattr(obj, "get_absolute_url", None)
        return page() if page else None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Row]:
        rows: models.QuerySet[Row] = cast(Any, super().get_queryset(request)).visible_to(
            user_of(request)
        )
        return rows

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        rows = cast(Any, self.model._default_manager).editable_by(user_of(request))
        return bool(rows.filter(pk=obj.pk).exists())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Deleting many at once asks the database and not the rules.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class NewFactInline(ScopedFields, admin.StackedInline[Row, Parent]):
    """A form that adds to the page's object; what was added before stands above, to be read."""

    template = "admin/new_fact.html"
    extra = 1
    max_num = 1
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RefusedError(Exception):
    """A row of a page was refused while it was written; `prefix` tells which form it came from."""

    def __init__(self, prefix: str | None, refusal: ValidationError) -> None:
        super().__init__(refusal)
        self.prefix = prefix
        self.refusal = refusal


@dataclass
class Attempt:
    """One try to save a page: what was refused before it, and what there is to tell after it."""

    refusals: dict[str | None, ValidationError] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    repeated: list[models.Model] = field(default_factory=list)


def attempt_of(request: HttpRequest) -> Attempt:
    """Return the try that this request is at."""
    attempt: Attempt | None = getattr(request, "park_attempt", None)
    return attempt or begin(request)


def begin(request: HttpRequest, refused: RefusedError | None = None) -> Attempt:
    """Begin a try, after a refusal to show it."""
    attempt = Attempt({refused.prefix: refused.refusal} if refused else {})
    request.park_attempt = attempt  # type: ignore[attr-defined]
    return attempt


class RecordingAdmin(ScopedAdmin[Row]):
    """Writes through the functions that may refuse.

    The whole page is one transaction. A refusal takes all of it back, and the page is made again
    from the same input, with the refusal at its field.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            # A transaction takes SQLite's write lock, and to look needs none.
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except RefusedError as error:
            refused = error
        except IntegrityError:
            # A constraint that held when the form was checked and not when it was written.
            refused = RefusedError(None, raced())
        begin(request, refused)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Row]]:
        return prepared(super().get_form(request, obj, change=change, **kwargs), request)

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Row | None = None) -> Any:
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            prepared(formset.form, request)
            yield formset, inline

    def save_model(
        self, request: HttpRequest, obj: Row, form: forms.ModelForm[Row], change: bool
    ) -> None:
        if isinstance(form, RecordedForm):
            written = self.record(request, form, None)
            obj.pk = written.pk
            obj._state.adding = False
            obj.refresh_from_db()
        elif not change:
            obj.save()
        elif form.changed_data:
            # Only these: the other columns are kept by functions, perhaps at this moment.
            obj.save(update_fields=[name for name in form.changed_data if name in form.fields])

    def save_formset(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Row],
        formset: BaseInlineFormSet[Any, Row, Any],
        change: bool,
    ) -> None:
        if not issubclass(formset.form, RecordedForm):
            super().save_formset(request, form, formset, change)
            return
        formset.new_objects = []
        formset.changed_objects = []
        formset.deleted_objects = []
        for row in formset.extra_forms:
            if row.has_changed():
                written = self.record(request, row, form.instance)
                formset.new_objects.append(written)
                self.log_addition(request, written, [{"added": {}}])

    def record(
        self, request: HttpRequest, form: RecordedForm[Any], parent: models.Model | None
    ) -> Any:
        """Write what `form` holds, and remember what to tell once all of the page is written."""
        try:
            written = form.record(parent)
        except ValidationError as refusal:
            raise RefusedError(form.prefix, refusal) from refusal
        if form.repeated:
            attempt_of(request).repeated.append(written)
        if told := form.told(written):
            attempt_of(request).told.append(told)
        return written

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        # Sent twice, a form adds once; its history says so too.
        if obj in attempt_of(request).repeated:
            return None
        return super().log_addition(request, obj, message)

    def response_add(
        self, request: HttpRequest, obj: Row, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.tell(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Row) -> HttpResponse:
        self.tell(request)
        return super().response_change(request, obj)

    def tell(self, request: HttpRequest) -> None:
        """Show what the functions wrote."""
        for text in attempt_of(request).told:
            self.message_user(request, text, messages.SUCCESS)


def prepared(form: type[forms.ModelForm[Any]], request: HttpRequest) -> type[forms.ModelForm[Any]]:
    """Give the form class of this request its user and what was refused."""
    if issubclass(form, RefusableForm):
        form.user = user_of(request)
        form.refusals = attempt_of(request).refusals
    return form


def raced() -> ValidationError:
    """Say that somebody else was faster."""
    return ValidationError(
        _(
            "Somebody recorded the same at the same moment, so nothing was saved. Look at what "
            "stands now, then save again."
        )
    )
