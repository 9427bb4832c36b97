"""Which sector or investor group an address names; a name that there is not is refused with those
that there are."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clusters.models import Plan, Sector
from enterprises.models import InvestorGroup

# The longest number that a key can be.
DIGITS = 18


def find_sector(plan: Plan, key: str) -> Sector:
    """Return the sector of the park of `plan` that "cluster/sector" names."""
    cluster, _slash, slug = key.partition("/")
    sectors = Sector.objects.select_related("cluster").filter(cluster__park=plan.park_id)
    sector = sectors.filter(cluster__slug=cluster, slug=slug).first()
    if sector is None:
        raise unknown(key, [f"{one.cluster.slug}/{one.slug}" for one in sectors])
    return sector


def find_group(user: Any, key: str) -> InvestorGroup:
    """Return the investor group of a primary key, if `user` may see it."""
    groups = InvestorGroup.objects.visible_to(user)
    is_number = key.isascii() and key.isdecimal() and len(key) <= DIGITS
    group: InvestorGroup | None = groups.filter(pk=int(key)).first() if is_number else None
    if group is None:
        raise ValidationError(
            _("There is no investor group “%(key)s”. Choose one from the list.") % {"key": key[:40]}
        )
    return group


def unknown(key: str, known: Any) -> ValidationError:
    """Return the refusal of a name that there is not."""
    return ValidationError(
        _("“%(key)s” is not known here. There are: %(known)s.")
        % {"key": key[:40], "known": ", ".join(known)}
    )
