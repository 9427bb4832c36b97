"""The base of all that a figure depends on: dated facts that are added and never changed."""

from datetime import date, datetime
from typing import Any, NoReturn, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Window
from django.db.models.functions import Now, RowNumber
from django.utils.translation import gettext_lazy as _

from clusters.exceptions import InsertOnlyError

Fact = TypeVar("Fact", bound="DatedFact", covariant=True)


class DatedFactQuerySet(models.QuerySet[Fact]):
    """Reads over facts; the writes that would change one are refused before the database is."""

    def known_at(self, moment: datetime | None) -> Self:
        """Facts recorded at or before `moment`; None means all that is known now."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def in_force(self, day: date) -> Self:
        """Facts that hold on `day`."""
        return self.filter(effective_on__lte=day)

    def latest_per(self, *keys: str) -> Self:
        """Of the facts with equal `keys` the last one: by date, then by recording."""
        rank = Window(
            RowNumber(),
            partition_by=[F(key) for key in keys],
            order_by=[F("effective_on").desc(), F("recorded_at").desc(), F("pk").desc()],
        )
        ranked = self.order_by().alias(fact_rank=rank).filter(fact_rank=1)
        # A subquery: what is filtered later would otherwise be filtered before the ranking, and
        # leaving out an ended goal would bring the one before it back.
        return type(self)(self.model, using=self.db).filter(pk__in=ranked.values("pk"))

    def update(self, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(self.model)

    def delete(self) -> NoReturn:
        raise InsertOnlyError(self.model)


class DatedFact(models.Model):
    """Something that is true from a date on, and when and by whom it was recorded.

    Two clocks: `effective_on` is the day in the world, `recorded_at` the moment of the database at
    which it became known here. Rows are only added; triggers in the database refuse the rest (see
    ledger.triggers), and what is wrong is superseded or reversed by another row.
    """

    effective_on = models.DateField(_("date"), help_text=_("The day from which this is true."))
    # db_default: the clock of the database, so that servers with other clocks agree on the order.
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source_url = models.URLField(_("source"), max_length=1000, blank=True)
    source_on = models.DateField(_("date of the source"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise InsertOnlyError(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(type(self))
