"""What foreign money was worth."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.facts import Recorded
from ledger.money import CNY, plain_rate
from ledger.querysets import ExchangeRateQuerySet


class ExchangeRate(Recorded):
    """Yuan per unit of a currency on a day, as a source has it.

    Of the rates of one currency and day the one recorded last counts; entries keep the rate that
    they were posted with.
    """

    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Give three letters, such as USD."))],
    )
    on = models.DateField(_("date"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, help_text=_("Yuan per unit of the currency.")
    )
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Who publishes the rate, and where.")
    )
    reason = models.CharField(
        _("reason"),
        max_length=500,
        blank=True,
        help_text=_("Why it replaces the rate that stands for the day."),
    )

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "currency", "-pk"]
        indexes = [models.Index(fields=["currency", "on"], name="ledger_exchangerate_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="ledger_exchangerate_above_zero",
                violation_error_message=_("A rate is above 0: yuan per unit of the currency."),
            ),
            models.CheckConstraint(
                condition=~Q(currency=CNY),
                name="ledger_exchangerate_not_yuan",
                violation_error_message=_("Yuan need no rate."),
            ),
        ]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")

    def __str__(self) -> str:
        return f"{self.currency} {self.on}: {self.plain_rate}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:rate-detail", args=[self.pk])

    @property
    def plain_rate(self) -> str:
        """The rate without the zeros at its end."""
        return plain_rate(self.rate)
