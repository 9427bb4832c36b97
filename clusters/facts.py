"""The bases of all that a figure depends on: rows that are added and never changed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NoReturn, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Window
from django.db.models.functions import Now, RowNumber
from django.utils.translation import gettext_lazy as _

from clusters.exceptions import InsertOnlyError

Row = TypeVar("Row", bound="Recorded", covariant=True)
Fact = TypeVar("Fact", bound="DatedFact", covariant=True)


class NowOrLatest(Now):
    """The clock of the database, but never a moment before the latest one of the table.

    When the clock of the machine is put back, what is recorded next must not seem to have been
    known before what was recorded first. Of the ledger's own tables the database sees to that for
    every client (ledger.triggers).
    """

    def __init__(self, table: str) -> None:
        super().__init__()
        self.table = table

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        now, params = super().as_sqlite(compiler, connection, **extra_context)
        return f"MAX({now}, COALESCE(({self.latest(connection)}), ''))", params

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        now, params = super().as_postgresql(compiler, connection, **extra_context)
        return f"GREATEST({now}, ({self.latest(connection)}))", params

    def latest(self, connection: Any) -> str:
        """Return the query of the latest moment in the table."""
        table = connection.ops.quote_name(self.table)
        return f"SELECT recorded_at FROM {table} ORDER BY recorded_at DESC LIMIT 1"  # noqa: S608


def one_moment(table: str, row: models.QuerySet[Any]) -> datetime:
    """Return the moment for rows of `table` that are recorded together, asked once; `row` is any.

    As an expression of each of them it would look for the latest moment anew.
    """
    moment: datetime = row.values_list(NowOrLatest(table)).get()[0]
    return moment


class RecordedQuerySet(models.QuerySet[Row]):
    """Reads over recorded rows; the writes that would change one are refused before the database
    is."""

    def known_at(self, moment: datetime | None) -> Self:
        """Rows recorded at or before `moment`; None means all that is known now."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            row.set_clock()
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(self.model)

    def delete(self) -> NoReturn:
        raise InsertOnlyError(self.model)


class Recorded(models.Model):
    """A row that says when and by whom it was recorded, and that stays as it is.

    Rows are only added; triggers in the database refuse the rest (see ledger.triggers), and what is
    wrong is superseded or reversed by another row.
    """

    # db_default: the clock of the database, so that servers with other clocks agree on the order.
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), db_index=True, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise InsertOnlyError(type(self))
        self.set_clock()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(type(self))

    def set_clock(self) -> None:
        """Have the database say when the row is recorded, unless that is given (as in tests)."""
        if not isinstance(self.recorded_at, datetime):
            self.recorded_at = NowOrLatest(self._meta.db_table)


class DatedFactQuerySet(RecordedQuerySet[Fact]):
    """Reads over facts."""

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


class DatedFact(Recorded):
    """Something that is true from a date on, and when and by whom it was recorded.

    Two clocks: `effective_on` is the day in the world, `recorded_at` the moment of the database at
    which it became known here.
    """

    effective_on = models.DateField(_("date"), help_text=_("The day from which this is true."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source_url = models.URLField(_("source"), max_length=1000, blank=True)
    source_on = models.DateField(_("date of the source"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
