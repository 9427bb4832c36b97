"""Who came: investor groups, enterprises, and the claims that they are leading."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.facts import DatedFact
from clusters.names import Bilingual, name_indexes
from clusters.vocabulary import LeadingBasis
from enterprises import credit_codes
from enterprises.models.keeping import KeptAmounts, Versioned, amount_indexes
from enterprises.querysets import (
    EnterpriseQuerySet,
    InvestorGroupQuerySet,
    LeadingClaimQuerySet,
)


class InvestorGroup(Bilingual):
    """The parent behind enterprises, such as Hisense."""

    objects = InvestorGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "name_zh"]
        constraints = [
            models.UniqueConstraint(
                fields=[name],
                condition=~Q(**{name: ""}),
                name=f"enterprises_investorgroup_{name}_unique",
                violation_error_code="unique",
                violation_error_message=_("A group of that name is recorded already."),
            )
            for name in ("name_zh", "name_en")
        ]
        verbose_name = _("investor group")
        verbose_name_plural = _("investor groups")

    def get_absolute_url(self) -> str:
        return reverse("progress:group", args=[self.pk])


class Enterprise(Bilingual, Versioned, KeptAmounts):
    """A legal entity.

    `leading_basis` is the current one, kept by enterprises.recording for lists and filters only;
    figures read the dated claims. `stage_rank`, the furthest of its projects, and `lead_group` are
    kept by triggers, as the amounts are.
    """

    credit_code = models.CharField(
        _("credit code"),
        max_length=18,
        blank=True,
        help_text=_("Unified Social Credit Code, 18 signs, once the enterprise is registered."),
    )
    credit_code_reason = models.CharField(
        _("why the code stands although its check sign is wrong"),
        max_length=200,
        blank=True,
        help_text=_("Only for a code that is on the licence just so."),
    )
    origin = CountryField(_("origin"), blank=True)
    groups = models.ManyToManyField(
        InvestorGroup,
        through="Shareholding",
        related_name="enterprises",
        verbose_name=_("investor groups"),
    )
    leading_basis = models.CharField(
        _("leading basis"), max_length=30, choices=LeadingBasis, blank=True, editable=False
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    stage_rank = models.SmallIntegerField(null=True, editable=False)
    lead_group = models.ForeignKey(
        InvestorGroup, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "name_zh", "pk"]
        indexes = [
            models.Index(fields=["name_zh"], name="enterprises_name_zh"),
            # Few have one.
            models.Index(
                fields=["leading_basis"],
                condition=~Q(leading_basis=""),
                name="enterprises_with_basis",
            ),
            *amount_indexes("enterprises_by"),
            *name_indexes("enterprises_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="enterprises_enterprise_credit_code_unique",
                # "unique" puts the message beside the field.
                violation_error_code="unique",
                violation_error_message=_(
                    "An enterprise with this credit code is recorded already."
                ),
            ),
            models.UniqueConstraint(
                fields=["name_zh"],
                condition=~Q(name_zh=""),
                name="enterprises_enterprise_name_zh_unique",
                violation_error_code="unique",
                violation_error_message=_(
                    "An enterprise of that Chinese name is recorded already; use it, or write the "
                    "full registered name."
                ),
            ),
        ]
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")

    def clean(self) -> None:
        super().clean()
        self.credit_code = credit_codes.normalized(self.credit_code)
        code = self.credit_code
        if not code:
            self.credit_code_reason = ""
            return
        if not credit_codes.is_well_formed(code):
            raise ValidationError(
                {
                    "credit_code": _(
                        "“%(code)s” is not a credit code: it has 18 signs, digits and capitals "
                        "without I, O, S, V and Z, of which the third to eighth are digits."
                    )
                    % {"code": code}
                }
            )
        if credit_codes.check_sign(code) != code[-1] and not self.credit_code_reason:
            raise ValidationError(
                {
                    "credit_code": _(
                        "The last sign of “%(code)s” should be %(sign)s. Compare it with the "
                        "licence; if the licence has it just so, say that as the reason."
                    )
                    % {"code": code, "sign": credit_codes.check_sign(code)}
                }
            )

    def get_absolute_url(self) -> str:
        return reverse("enterprises:enterprise-detail", args=[self.pk])


class Shareholding(models.Model):
    """A group behind an enterprise; the first one leads and is the one counted by group."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.CASCADE, related_name="shareholdings"
    )
    group = models.ForeignKey(
        InvestorGroup,
        on_delete=models.PROTECT,
        related_name="shareholdings",
        verbose_name=_("investor group"),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest number leads.")
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "group"],
                name="enterprises_shareholding_unique",
                violation_error_message=_("This group stands here already."),
            )
        ]
        verbose_name = _("group behind the enterprise")
        verbose_name_plural = _("groups behind the enterprise")

    def __str__(self) -> str:
        return str(self.group)


class LeadingClaim(DatedFact):
    """The statement that an enterprise is a leading one, on a basis, from a date on.

    Of the claims of one enterprise and basis the latest counts; one with `holds` off ends it.
    """

    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="leading_claims",
        verbose_name=_("enterprise"),
    )
    basis = models.CharField(_("basis"), max_length=30, choices=LeadingBasis)
    list_year = models.PositiveSmallIntegerField(
        _("list year"), null=True, blank=True, help_text=_("The year of the Fortune Global 500.")
    )
    said_by = models.CharField(
        _("said by"), max_length=200, blank=True, help_text=_("Who calls it an industry leader.")
    )
    holds = models.BooleanField(
        _("holds"), default=True, help_text=_("Off to end an earlier claim from this date on.")
    )

    objects = LeadingClaimQuerySet.as_manager()

    class Meta:
        ordering = ["enterprise", "-effective_on", "-pk"]
        verbose_name = _("leading claim")
        verbose_name_plural = _("leading claims")

    def __str__(self) -> str:
        year = f" {self.list_year}" if self.list_year else ""
        return f"{self.get_basis_display()}{year}"
