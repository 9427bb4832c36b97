"""Tags by their names."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from enterprises.models import Tag


def tidy(names: Iterable[str]) -> list[str]:
    """Return the names without needless spaces, each once; refuses one that is too long."""
    longest = Tag._meta.get_field("name").max_length or 0
    found = dict.fromkeys(" ".join(name.split()) for name in names)
    for name in found:
        if len(name) > longest:
            told = _("A tag has at most %(most)s signs; “%(name)s…” has more.")
            raise ValidationError({"tags": told % {"most": longest, "name": name[:40]}})
    return [name for name in found if name]


def made_tags(names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names; one that there is not yet is made."""
    wanted = tidy(names)
    known = set(Tag.objects.filter(name__in=wanted).values_list("name", flat=True))
    # Somebody else may make the same at this moment.
    Tag.objects.bulk_create(
        (Tag(name=name) for name in wanted if name not in known), ignore_conflicts=True
    )
    return list(Tag.objects.filter(name__in=wanted))
