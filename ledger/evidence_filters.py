"""What the list of evidence can be narrowed by."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from ledger.models import Evidence
from lists.filter_kinds import ROW, Choices, Day, Words
from lists.filters import SEARCH_LENGTH, ParkFilterSet

Type = Evidence.ContentType
# As people look for them; a page has no type.
KINDS: dict[str, tuple[Any, list[str]]] = {
    "page": (_("Page"), [""]),
    "pdf": (_("PDF"), [Type.PDF]),
    "picture": (_("Picture"), [Type.PNG, Type.JPEG, Type.WEBP, Type.TIFF]),
    "spreadsheet": (_("Spreadsheet"), [Type.XLSX, Type.XLS, Type.ODS, Type.CSV]),
}

KIND = Case(
    *(When(content_type__in=types, then=Value(kind)) for kind, (_label, types) in KINDS.items())
)


class EvidenceFilterSet(ParkFilterSet):
    """Filters of the list of evidence."""

    q = Words(
        label=_("Search"),
        help_text=_("Title, file, address, issuer"),
        max_length=SEARCH_LENGTH,
    )
    kind = Choices(
        label=_("Kind"),
        choices=[(kind, label) for kind, (label, _t) in KINDS.items()],
        condition=lambda filters, kinds, _at: Q(
            content_type__in=[one for kind in kinds for one in KINDS[kind][1]]
        ),
    )
    issuer = Words(label=_("Issuer"), max_length=SEARCH_LENGTH)
    since = Day(label=_("Dated from"), field_name="dated_on", lookup_expr="gte")
    until = Day(label=_("Dated until"), field_name="dated_on", lookup_expr="lte")

    class Meta:
        model = Evidence
        fields = ["q"]

    def filter_queryset(self, queryset: Any) -> QuerySet[Evidence]:
        found: QuerySet[Evidence] = queryset.filter(self.conditions(ROW))
        for word in (self.asked("issuer") or "").split():
            found = found.filter(issuer__icontains=word)
        for word in (self.asked("q") or "").split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(file_name__icontains=word)
                | Q(url__icontains=word)
                | Q(issuer__icontains=word)
            )
        return found
