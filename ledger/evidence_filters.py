"""What the list of evidence can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ledger.models import Evidence
from lists.filters import Choices, ParkFilterSet

Type = Evidence.ContentType
# As people look for them; a page has no type.
KINDS: dict[str, tuple[Any, list[str]]] = {
    "page": (_("Page"), [""]),
    "pdf": (_("PDF"), [Type.PDF]),
    "picture": (_("Picture"), [Type.PNG, Type.JPEG, Type.WEBP, Type.TIFF]),
    "spreadsheet": (_("Spreadsheet"), [Type.XLSX, Type.XLS, Type.ODS, Type.CSV]),
}


class EvidenceFilterSet(ParkFilterSet):
    """Filters of the list of evidence."""

    q = django_filters.CharFilter(
        label=_("Search"), help_text=_("Title, file, address, issuer"), max_length=200
    )
    kind = Choices(label=_("Kind"), choices=[(kind, label) for kind, (label, _t) in KINDS.items()])
    issuer = django_filters.CharFilter(label=_("Issuer"), max_length=200)

    class Meta:
        model = Evidence
        fields = ["q", "kind", "issuer"]

    def filter_queryset(self, queryset: Any) -> QuerySet[Evidence]:
        found: QuerySet[Evidence] = queryset
        asked = self.form.cleaned_data
        if kinds := self.several("kind"):
            types = [one for kind in kinds for one in KINDS[kind][1]]
            found = found.filter(content_type__in=types)
        for word in asked["issuer"].split():
            found = found.filter(issuer__icontains=word)
        for word in asked["q"].split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(file_name__icontains=word)
                | Q(url__icontains=word)
                | Q(issuer__icontains=word)
            )
        return found
