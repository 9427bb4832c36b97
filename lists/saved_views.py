"""What people keep of lists: filters under names, columns, rows per page.

Each is a form of the list page that is posted and leads back to the list. The list comes by the
name of its address, which must be one of a list that the person may open, and what it asks for by
its query string; so an answer never leads anywhere else.
"""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, get_script_prefix, resolve, reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User
from lists.address import DEFAULT_PER_PAGE, PER_PAGE_CHOICES
from lists.choices import Chosen, choose
from lists.models import QUERY_LENGTH, SavedFilter
from lists.queries import kept_query
from lists.views import FilteredListView

# So many filters one person keeps of one list.
MOST_OWN = 50


class KeepView(View):
    """A choice that is posted from a list, and the way back to it."""

    http_method_names = ["post"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]
        self.sent = request.POST

    def take_list(self, name: str) -> None:
        """Take the list of that name; 404 for one that is none, 403 for one of others."""
        self.list_name = name
        self.list_class = list_class(name)
        if not self.user.has_perms(self.list_class().get_permission_required()):
            raise PermissionDenied(_("This list is for other roles."))

    def address(self, query: str) -> str:
        """Return the address of the list with that query string."""
        path = reverse(self.list_name)
        return f"{path}?{query}" if query else path

    def back(self, address: str) -> HttpResponse:
        """Lead to an address of the list; htmx swaps the list alone."""
        htmx: Any = getattr(self.request, "htmx", None)
        if not htmx:
            return HttpResponseRedirect(address)
        # The browser's history gets no second entry for the same address.
        is_there = htmx.current_url_abs_path == address
        way = {"path": address, "target": "#list", "swap": "morph:outerHTML"}
        response = HttpResponse(status=204)
        response["HX-Location"] = json.dumps(way | ({"push": "false"} if is_there else {}))
        return response


class ListChoiceView(KeepView):
    """A choice about the list that the form names."""

    def post(self, request: HttpRequest) -> HttpResponse:
        self.take_list(self.sent.get("list", ""))
        return self.keep()

    def keep(self) -> HttpResponse:
        """Keep what was sent and lead back."""
        raise NotImplementedError

    def asked(self, *left_out: str) -> QueryDict:
        """Return what the list was asked for, on its first page."""
        query = QueryDict(self.sent.get("query", ""), mutable=True)
        for name in {"page", "_export", "_part", *left_out}:
            query.pop(name, None)
        return query


class FilterAddView(ListChoiceView):
    """Keep what the list is filtered by under a name."""

    def keep(self) -> HttpResponse:
        name = name_in(self.sent)
        own = SavedFilter.objects.filter(owner=self.user, list_name=self.list_name)
        kept = own.filter(name=name).first()
        try:
            if kept is not None and "replace" not in self.sent:
                told = _("You keep a filter “%(name)s” already: replace it, or give another name.")
                raise ValidationError(told % {"name": name})
            if kept is None and own.count() >= MOST_OWN:
                told = _(
                    "You keep %(most)s filters of this list; delete one that you need no more."
                )
                raise ValidationError(told % {"most": MOST_OWN})
            kept = kept or SavedFilter(owner=self.user, list_name=self.list_name, name=name)
            kept.query = kept_query(self.sent.get("query", ""))
            kept.is_shared = "is_shared" in self.sent
            save(kept)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return self.back(self.address(self.asked().urlencode()))
        if "begin" in self.sent:
            choose(self.user, self.list_name, view=kept.pk)
        messages.success(self.request, _("“%(name)s” is kept.") % {"name": kept.name})
        return self.back(self.address(kept.query))


class BeginView(ListChoiceView):
    """Choose the saved filter that the list begins with, one's own or a shared one, or none."""

    def keep(self) -> HttpResponse:
        key = self.sent.get("view", "")
        if not key:
            choose(self.user, self.list_name, view=None)
            messages.success(self.request, _("The list begins with all rows."))
            return self.back(self.address(self.asked().urlencode()))
        if not (key.isascii() and key.isdecimal() and len(key) <= 18):
            raise Http404(_("There is no such filter."))
        seen = SavedFilter.objects.filter(Q(owner=self.user) | Q(is_shared=True))
        found = get_object_or_404(seen, pk=int(key), list_name=self.list_name)
        choose(self.user, self.list_name, view=found.pk)
        told = _("The list begins with “%(name)s”.")
        messages.success(self.request, told % {"name": found.name})
        return self.back(self.address(found.query))


class ColumnsView(ListChoiceView):
    """Choose which columns the list shows, and in what order."""

    def keep(self) -> HttpResponse:
        table = self.list_class.table_class
        usual = table.shown([])
        chosen = [] if "usual" in self.sent else self.sent.getlist("column")
        shown = moved(table.shown(chosen), self.sent.get("move", ""))
        choose(self.user, self.list_name, columns=None if shown == usual else shown)
        query = self.asked()
        # Nobody can sort by what is not shown.
        order = query.get("sort", "").split(",")
        query["sort"] = ",".join(name for name in order if name.removeprefix("-") in shown)
        if not query["sort"]:
            del query["sort"]
        return self.back(self.address(query.urlencode()))


class PerPageView(ListChoiceView):
    """Choose how many rows a page of the list has."""

    def keep(self) -> HttpResponse:
        given = self.sent.get("per_page", "")
        if given in map(str, PER_PAGE_CHOICES):
            number = int(given)
            choose(
                self.user, self.list_name, per_page=None if number == DEFAULT_PER_PAGE else number
            )
        else:
            told = _("Rows per page: “%(value)s” cannot be used. Accepted: %(choices)s.")
            choices = ", ".join(map(str, PER_PAGE_CHOICES))
            messages.error(self.request, told % {"value": given[:40], "choices": choices})
        return self.back(self.address(self.asked("per_page").urlencode()))


class OwnFilterView(KeepView):
    """Something that is done to a filter that the person keeps; 404 for one of somebody else."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.kept = get_object_or_404(SavedFilter, pk=pk, owner=self.user)
        self.take_list(self.kept.list_name)
        return self.change()

    def change(self) -> HttpResponse:
        """Change it and lead back."""
        raise NotImplementedError


class FilterEditView(OwnFilterView):
    """Rename a filter, share it or not, and begin with it or not."""

    def change(self) -> HttpResponse:
        self.kept.name = name_in(self.sent)
        self.kept.is_shared = "is_shared" in self.sent
        try:
            save(self.kept)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return self.back(self.address(self.kept.query))
        begins = Chosen.of(self.user, self.list_name).begins_with == self.kept.pk
        if begins != ("begin" in self.sent):
            choose(self.user, self.list_name, view=None if begins else self.kept.pk)
        messages.success(self.request, _("“%(name)s” is kept.") % {"name": self.kept.name})
        return self.back(self.address(self.kept.query))


class FilterDeleteView(OwnFilterView):
    """Delete a filter; what it showed stays on the page, but for one that could not be used."""

    def change(self) -> HttpResponse:
        name, query, key = self.kept.name, self.kept.query, self.kept.pk
        self.kept.delete()
        if Chosen.of(self.user, self.list_name).begins_with == key:
            choose(self.user, self.list_name, view=None)
        messages.success(self.request, _("“%(name)s” is deleted.") % {"name": name})
        return self.back(self.address("" if "all" in self.sent else query))


def list_class(name: str) -> type[FilteredListView]:
    """Return the list whose address has that name; 404 for anything else."""
    try:
        path = "/" + reverse(name).removeprefix(get_script_prefix())
    except NoReverseMatch:
        raise Http404(_("There is no such list.")) from None
    found = getattr(resolve(path).func, "view_class", None)
    if not (isinstance(found, type) and issubclass(found, FilteredListView)):
        raise Http404(_("There is no such list."))
    return found


def save(kept: SavedFilter) -> None:
    """Save a filter; raises ValidationError that says what to do instead."""
    if not kept.name:
        raise ValidationError(_("Give the filter a name."))
    if not kept.query:
        raise ValidationError(_("The list is not filtered; filter it, then keep that."))
    if len(kept.query) > QUERY_LENGTH or "%00" in kept.query:
        told = _("The filter is too long to be kept, or has a sign that cannot be; leave some out.")
        raise ValidationError(told)
    kept.full_clean()
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        # Kept in another window since it was checked.
        raise ValidationError(_("You keep a filter of that name already.")) from None


def name_in(sent: QueryDict) -> str:
    """Return the name that a form gives a filter."""
    return " ".join(sent.get("name", "").split())


def moved(shown: list[str], move: str) -> list[str]:
    """Return the columns with one of them moved, as "up:name" or "down:name" says.

    The first column names the row and stays.
    """
    way, _sign, name = move.partition(":")
    if name not in shown[1:] or way not in {"up", "down"}:
        return shown
    at = shown.index(name)
    to = max(1, at - 1) if way == "up" else at + 1
    others = [column for column in shown if column != name]
    return [*others[:to], name, *others[to:]]
