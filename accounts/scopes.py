"""Who sees and edits which rows: one pair of queryset methods for every page, form and command."""

from dataclasses import dataclass
from typing import ClassVar, Self, TypeVar

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from accounts.models import User
from clusters.choices import Places

Row = TypeVar("Row", bound=models.Model, covariant=True)


@dataclass(frozen=True)
class Scope:
    """Primary keys of the regions and clusters that a user is limited to; None sets no limit."""

    regions: frozenset[int] | None
    clusters: frozenset[int] | None

    @property
    def is_limited(self) -> bool:
        return self.regions is not None or self.clusters is not None

    def q(self, prefix: str = "") -> Q:
        """Return the condition on rows that have `region` and `cluster` behind `prefix`."""
        condition = Q()
        if self.regions is not None:
            condition &= Q(**{f"{prefix}region__in": self.regions})
        if self.clusters is not None:
            condition &= Q(**{f"{prefix}cluster__in": self.clusters})
        return condition

    def holds(self, *, region_id: int, cluster_id: int) -> bool:
        """Whether a project there lies inside the scope."""
        return (self.regions is None or region_id in self.regions) and (
            self.clusters is None or cluster_id in self.clusters
        )


EVERYWHERE = Scope(regions=None, clusters=None)


def scope_of(user: User | AnonymousUser) -> Scope:
    """Return the scope of `user`, in one query, kept on the object for its request."""
    kept: Scope | None = getattr(user, "_scope", None)
    if kept is None:
        if user.is_anonymous or user.has_perm("accounts.see_everything"):
            # Somebody without a login is refused by rights, not by scope.
            kept = EVERYWHERE
        else:
            rows = scope_rows(user)
            kept = Scope(
                regions=frozenset(pk for kind, pk in rows if kind == "region") or None,
                clusters=frozenset(pk for kind, pk in rows if kind == "cluster") or None,
            )
        user._scope = kept  # type: ignore[union-attr]
    return kept


def scope_rows(user: User) -> list[tuple[str, int]]:
    """Return kind and key of each region and cluster that `user` answers for."""
    if hasattr(user, "scope_regions"):
        # Somebody who logged in came with them (accounts.backends).
        return [
            (kind, int(key))
            for kind in ("region", "cluster")
            for key in (getattr(user, f"scope_{kind}s") or "").split(",")
            if key
        ]
    of_user = {"user": user.pk}
    clusters = User.clusters.through.objects.filter(**of_user)
    return list(
        User.regions.through.objects.filter(**of_user)
        .values_list(Value("region"), "region")
        .union(clusters.values_list(Value("cluster"), "cluster"), all=True)
    )


def scope_words(user: User | AnonymousUser, places: Places) -> str:
    """Say to what the lists of `user` are limited; "" when to nothing."""
    scope = scope_of(user)
    names = [
        named.name
        for pks, all_named in ((scope.regions, places.regions), (scope.clusters, places.clusters))
        for named in all_named
        if pks is not None and named.pk in pks
    ]
    return _("You see %(names)s only.") % {"names": ", ".join(names)} if names else ""


def may(user: User | AnonymousUser, act: str, model: type[models.Model]) -> bool:
    """Whether a role of `user` allows to "view", "add" or "change" rows of `model` at all."""
    return user.is_active and user.has_perm(
        f"{model._meta.app_label}.{get_permission_codename(act, model._meta)}"
    )


class ScopedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a region and a cluster, directly or through `scope_prefix`."""

    scope_prefix: ClassVar[str] = ""

    def in_scope(self, scope: Scope) -> Self:
        """Rows inside `scope`."""
        return self.filter(scope.q(self.scope_prefix))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows that `user` may see."""
        return self._for(user, "view")

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Rows that `user` may change, or add facts to."""
        return self._for(user, "change")

    def _for(self, user: User | AnonymousUser, act: str) -> Self:
        if isinstance(user, AnonymousUser) or not may(user, act, self.model):
            return self.none()
        return self.in_scope(scope_of(user))
