"""What the ledger can be narrowed by; docs/lists.md names each."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import reduce
from operator import and_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.choices import named_rows
from clusters.vocabulary import Grade, Measure
from enterprises.conditions import (
    INSIDE,
    OUTSIDE,
    in_planned_site,
    led_by,
    of_groups,
    stood,
)
from enterprises.models import Project
from enterprises.shared_filters import (
    enterprise_names,
    group_names,
    leader_names,
    people_rows,
    project_names,
)
from ledger.models import Attachment, Change, Entry, Evidence, Verification
from ledger.money import CNY
from ledger.signings import first_signed, unsigned
from lists.filter_fields import ValuesField
from lists.filter_kinds import (
    ROW,
    Amount,
    Choices,
    Day,
    Keys,
    Moment,
    People,
    Place,
    RecordedDay,
    Words,
    Yes,
    start_of,
)
from lists.filters import SEARCH_LENGTH, ParkFilterSet, asked_of

PENDING, RETURNED, VERIFIED = "pending", "returned", "verified"
VERDICTS = [
    (PENDING, _("waits for a second person")),
    (RETURNED, _("returned, not answered")),
    (VERIFIED, _("verified")),
]
NO_ACT = "none"
FOREIGN = "foreign"
# Those that are offered; any other code is accepted too.
OFFERED_CODES = (CNY, "EUR", "GBP", "HKD", "JPY", "KRW", "USD")
# What the filterset puts together itself, since it depends on the moment.
APART = "apart"
# Where and until when a signing counts for the list.
OF_SIGNING = {"park", "cluster", "region", "site", "until"}


def evidence_names(user: Any, keys: Iterable[int]) -> Any:
    """Return how evidence is called, for `Keys`."""
    called = Coalesce(
        NullIf("title", Value("")),
        NullIf("file_name", Value("")),
        NullIf("url", Value("")),
        Value(""),
        output_field=CharField(),
    )
    rows = Evidence.objects.visible_to(user).filter(pk__in=keys)
    return named_rows(rows, "evidence", name_en=called, name_zh="")


class CodesField(ValuesField):
    """Currencies by their codes, and "foreign" for all but the yuan."""

    def validate(self, value: Any) -> None:
        choices: Any = self.choices
        known = {key for key, _label in choices}
        for one in value:
            if one not in known and not (len(one) == 3 and one.isascii() and one.isupper()):
                raise ValidationError(gettext("Give three letters, such as USD."), code="invalid")


class Currencies(Choices):
    """The currency that an amount was stated in."""

    field_class = CodesField

    def condition(self, filterset: Any, value: Any, at: str = "") -> Q:
        found = Q(currency__in=value)
        return found | ~Q(currency=CNY) if FOREIGN in value else found


def by_act(filterset: Any, kinds: Any, at: str) -> Q:
    """Return the condition that an entry was posted by an act of these kinds, "none": by none."""
    found = Q(change__kind__in=[kind for kind in kinds if kind != NO_ACT])
    return found | Q(change=None) if NO_ACT in kinds else found


def leads_group(filterset: Any, keys: Any, at: str) -> Q:
    """Return the condition that one of these groups is the first named of the enterprise."""
    return of_projects(led_by(keys, "enterprise__"))


def of_evidence(filterset: Any, keys: Any, at: str) -> Q:
    """Return the condition that an entry cites evidence, or that it was added to it."""
    added = Attachment.objects.order_by().filter(evidence__in=keys).values("entry")
    return Q(evidence__in=keys) | Q(pk__in=added)


def takes_back(filterset: Any, moment: Any, at: str) -> Q:
    """Return the condition that an entry takes back what was recorded by a moment."""
    return Q(reverses__recorded_at__lte=moment)


def said_within(verdicts: Any, since: Any, until: Any, known_at: Any) -> Q:
    """Return the condition that one of `verdicts` was given on an entry within some days."""
    said = Verification.objects.order_by().known_at(known_at).filter(verdict__in=verdicts)
    if since is not None:
        said = said.filter(recorded_at__gte=start_of(since))
    if until is not None:
        said = said.filter(recorded_at__lt=start_of(until + timedelta(days=1)))
    return Q(pk__in=said.values("entry"))


def of_projects(condition: Q) -> Q:
    """Return the condition that the project of an entry meets `condition`."""
    return Q(project__in=Project.objects.order_by().filter(condition).values("pk"))


class EntryFilterSet(ParkFilterSet):
    """Filters of the ledger; with `until` and `known_until` it lists what a figure is made of."""

    q = Words(
        label=_("Search"),
        help_text=_("Project, enterprise, group, note"),
        max_length=SEARCH_LENGTH,
    )
    park = Place(label=_("Park"), field_name="cluster__park", is_hidden=True)
    measure = Choices(label=_("Measure"), choices=Measure.choices)
    cluster = Place(label=_("Cluster"))
    region = Place(label=_("Region"))
    site = Choices(
        label=_("Planned sites"),
        choices=[(INSIDE, _("inside")), (OUTSIDE, _("outside"))],
        condition=lambda filters, sides, _at: in_planned_site(sides),
        negatable=False,
    )
    sector = Place(label=_("Sector"), of=APART, negatable=False, is_hidden=True)
    sector_on = Day(label=_("Sector on"), of=APART, is_hidden=True)
    grade = Choices(label=_("Evidence"), choices=Grade.choices, field_name="graded", of=APART)
    verdict = Choices(label=_("Verdict"), choices=VERDICTS, of=APART)
    stands = Yes(label=_("Stands"), says=_("neither reversed nor a reversal"), of=APART)
    amount_min = Amount(label=_("Amount at least"), field_name="amount_fen", lookup_expr="gte")
    amount_max = Amount(label=_("Amount at most"), field_name="amount_fen", lookup_expr="lte")
    since = Day(label=_("From"), field_name="effective_on", lookup_expr="gte")
    until = Day(label=_("Until"), field_name="effective_on", lookup_expr="lte")
    recorded_since = RecordedDay(
        label=_("Recorded from"), field_name="recorded_at", lookup_expr="gte"
    )
    recorded_until = RecordedDay(
        label=_("Recorded until the day"), field_name="recorded_at", lookup_expr="lte"
    )
    known_until = Moment(label=_("Recorded until"), field_name="recorded_at", lookup_expr="lte")
    takes_back = Moment(
        label=_("Takes back what was recorded until"), condition=takes_back, is_hidden=True
    )
    said = Choices(
        label=_("Was told"),
        choices=Verification.Verdict.choices,
        negatable=False,
        of=APART,
        is_hidden=True,
    )
    said_since = Day(label=_("Told from"), of=APART, is_hidden=True)
    said_until = Day(label=_("Told until"), of=APART, is_hidden=True)
    recorded_by = People(label=_("Recorded by"))
    change = Choices(
        label=_("Act"), choices=[*Change.Kind.choices, (NO_ACT, _("No act"))], condition=by_act
    )
    currency = Currencies(
        label=_("Currency"),
        choices=[*((code, code) for code in OFFERED_CODES), (FOREIGN, _("not in yuan"))],
    )
    project = Keys(label=_("Project"), names=project_names)
    enterprise = Keys(
        label=_("Enterprise"),
        names=enterprise_names,
        condition=lambda filters, keys, _at: of_projects(Q(enterprise__in=keys)),
    )
    group = Keys(
        label=_("Group"),
        names=group_names,
        condition=lambda filters, keys, _at: of_projects(of_groups(keys, "enterprise__")),
    )
    led_by = Keys(
        label=_("Led by the group"), names=leader_names, condition=leads_group, is_hidden=True
    )
    first_signed_since = Day(label=_("First signed from"), of=APART, is_hidden=True)
    first_signed_until = Day(label=_("First signed until"), of=APART, is_hidden=True)
    unsigned = Yes(label=_("Signed"), says=_("never"), of=APART, is_hidden=True)
    evidence = Keys(label=_("Rests on"), names=evidence_names, condition=of_evidence)

    folds = (
        (_("Amount"), ("amount_min", "amount_max")),
        (_("Date"), ("since", "until")),
        (_("Recorded"), ("recorded_since", "recorded_until", "known_until")),
    )

    class Meta:
        model = Entry
        fields = ["q"]

    @classmethod
    def name_rows(cls, query: QueryDict, user: Any, *, are_offered: bool = True) -> Iterator[Any]:
        asked = asked_of(query, "recorded_by")
        if are_offered or asked:
            yield people_rows("recorded_by", Entry.objects.visible_to(user), asked)
        yield from super().name_rows(query, user)

    @property
    def is_one_year(self) -> bool:
        """Whether only entries of one calendar year are asked for."""
        first, last = self.asked("since"), self.asked("until")
        return first is not None and last is not None and first.year == last.year

    def problems(self, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().problems(cleaned)
        for name in ("said_since", "said_until"):
            if cleaned.get(name) and not cleaned.get("said"):
                yield name, gettext("Say what was told too, such as said=verified.")
        if cleaned.get("sector_on") and not cleaned.get("sector"):
            yield "sector_on", gettext("Say which sector too.")

    def in_sectors(self, sectors: list[str], moment: Any) -> Q:
        """Return the condition that a project is in one of `sectors`, on a day if one is named."""
        keys = [named.pk for named in self.places.all_of("sector") if named.key in sectors]
        condition, day = Q(sector__in=keys), self.asked("sector_on")
        return condition if day is None else stood(condition, day, moment)

    def by_signing(self, moment: Any) -> Q:
        """Return the condition on the project's first signing among what the list can show."""
        since, until = self.asked("first_signed_since"), self.asked("first_signed_until")
        never = self.several("unsigned")
        if not (since or until or never):
            return Q()
        where = (
            one.condition(self, value) for name, one, value in self.in_force() if name in OF_SIGNING
        )
        contracted: Any = Entry.objects.visible_to(self.reader).known_at(moment)
        contracted = contracted.filter(reduce(and_, where, Q()), measure=Measure.CONTRACTED)
        contracted = contracted.graded_at(moment) if moment else contracted.graded()
        if grades := self.several("grade"):
            contracted = contracted.filter(graded__in=grades)
        condition = first_signed(contracted, since, until) if since or until else Q()
        return condition & unsigned(contracted) if never else condition

    def filter_queryset(self, queryset: Any) -> QuerySet[Entry]:
        moment = self.asked("known_until")
        found: Any = queryset.filter(self.conditions(ROW), self.by_signing(moment))
        grades, others = self.several("grade"), self.several("not_grade")
        if grades or others:
            # What was verified by then, where the list shows what was known then.
            found = found.graded_at(moment) if moment else found.graded()
            found = found.filter(graded__in=grades) if grades else found
            found = found.exclude(graded__in=others) if others else found
        if verdicts := self.several("verdict"):
            found = found.said(verdicts)
        if verdicts := self.several("said"):
            between = (self.asked("said_since"), self.asked("said_until"))
            found = found.filter(said_within(verdicts, *between, moment))
        if verdicts := self.several("not_verdict"):
            found = found.exclude(pk__in=Entry.objects.order_by().said(verdicts).values("pk"))
        if self.several("stands"):
            found = found.standing_at(moment)
        if sectors := self.several("sector"):
            found = found.filter(of_projects(self.in_sectors(sectors, moment)))
        for word in (self.asked("q") or "").split():
            projects = Project.objects.order_by().search(word)
            found = found.filter(Q(project__in=projects) | Q(note__icontains=word))
        asked_for: QuerySet[Entry] = found
        return asked_for
