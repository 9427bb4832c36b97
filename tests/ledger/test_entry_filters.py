"""What the ledger can be narrowed by."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from clusters.vocabulary import Measure
from ledger.filters import EntryFilterSet
from ledger.models import Entry
from ledger.money import Money
from ledger.posting import reverse
from tests.lists.asking import asked, problems, rows
from tests.make import (
    FEN_PER_BN,
    make_cluster,
    make_correction,
    make_document,
    make_enterprise,
    make_entry,
    make_evidence,
    make_group,
    make_project,
    make_region,
    make_user,
    make_verdict,
)

pytestmark = pytest.mark.django_db

JIMO, LAOSHAN = "370215", "370212"


def entries(user: User | None = None, /, **query: Any) -> list[Entry]:
    return rows(EntryFilterSet, user or make_user(VIEWER), **query)


def test_amounts_lie_within_a_range() -> None:
    small, large = make_entry(amount_fen=3 * 10**9), make_entry(amount_fen=FEN_PER_BN)
    assert entries(amount_min="3000万") == [small, large]
    assert entries(amount_max="300m", amount_min="30m") == [small]
    assert entries(amount_min="30,000,000.01") == [large]


def test_a_cut_is_an_amount_below_zero() -> None:
    entry = make_entry()
    cut = make_entry(
        entry.project, amount_fen=-500, on=date(2022, 1, 1), reason="The contract was cut."
    )
    assert entries(amount_max="-5") == [cut]
    assert entries(amount_min="-5") == [entry, cut]


def test_days_of_recording_are_those_of_the_park() -> None:
    entry = make_entry()
    day = localtime(entry.recorded_at).date()
    assert entries(recorded_since=day.isoformat(), recorded_until=day.isoformat()) == [entry]
    assert entries(recorded_until=(day - timedelta(days=1)).isoformat()) == []
    assert entries(recorded_since=(day + timedelta(days=1)).isoformat()) == []


def test_a_moment_without_a_time_is_the_end_of_its_day() -> None:
    day = localtime(make_entry().recorded_at).date()
    moment = asked(EntryFilterSet, make_user(VIEWER), known_until=day.isoformat())
    end = timezone.make_aware(datetime.combine(day, time.max))
    assert moment.asked("known_until") == end


def test_by_whom_it_was_recorded() -> None:
    me, other = make_user(RECORDER), make_user(RECORDER)
    mine, foreign = make_entry(recorded_by=me), make_entry(recorded_by=other)
    assert entries(me, recorded_by="me") == [mine]
    assert entries(me, recorded_by=other.pk) == [foreign]
    assert entries(me, not_recorded_by="me") == [foreign]


def test_what_an_act_posted() -> None:
    plain, wrong = make_entry(), make_entry()
    make_correction(wrong, amount_fen=5)
    posted = list(Entry.objects.exclude(change=None).order_by("pk"))
    assert len(posted) == 2
    assert entries(change="correction") == posted
    assert entries(change="none") == [plain, wrong]
    assert entries(not_change="correction") == [plain, wrong]
    assert entries(change=["move", "none"]) == [plain, wrong]


def test_what_stands_now_and_stood_then() -> None:
    plain, wrong = make_entry(), make_entry()
    before = wrong.recorded_at
    make_correction(wrong, amount_fen=5)
    right = Entry.objects.get(amount_fen=5)
    assert entries(stands="yes") == [plain, right]
    known = localtime(before).isoformat()
    assert entries(stands="yes", known_until=known) == [plain, wrong]


def test_currencies() -> None:
    yuan = make_entry()
    money = Money.foreign(
        Decimal(1000), "USD", rate=Decimal("6.9"), rate_on=date(2021, 3, 1), rate_source="Bank"
    )
    dollars = make_entry(money=money)
    assert entries(currency="USD") == [dollars]
    assert entries(currency="foreign") == [dollars]
    assert entries(not_currency="foreign") == [yuan]
    assert entries(currency=["CNY", "CHF"]) == [yuan]
    assert entries(currency="CHF") == []


def test_inside_and_outside_the_planned_sites() -> None:
    region, other = make_region(JIMO), make_region(LAOSHAN)
    cluster = make_cluster("nev", sites=[(region, "6.3")])
    inside = make_entry(make_project(cluster=cluster, region=region))
    outside = make_entry(make_project(cluster=cluster, region=other))
    assert entries(site="inside") == [inside]
    assert entries(site="outside") == [outside]
    assert entries(site=["inside", "outside"]) == [inside, outside]


def test_whose_it_is_and_what_it_rests_on() -> None:
    group = make_group()
    page = make_evidence()
    project = make_project(make_enterprise(groups=[group]))
    entry, other = make_entry(project, evidence=page), make_entry()
    document = make_document(entry=other)
    assert entries(project=project.pk) == [entry]
    assert entries(project=[project.pk, other.project_id]) == [entry, other]
    assert entries(enterprise=project.enterprise_id) == [entry]
    assert entries(group=group.pk) == [entry]
    assert entries(evidence=page.pk) == [entry]
    assert entries(evidence=document.pk) == [other]


def test_grade_and_verdict_may_be_left_out() -> None:
    bare, linked = make_entry(), make_entry(evidence=make_evidence())
    make_verdict(linked)
    assert entries(not_grade="unsupported") == [linked]
    assert entries(verdict="verified") == [linked]
    assert entries(not_verdict="verified") == [bare]
    moment = localtime(linked.recorded_at).isoformat()
    assert entries(not_grade="verified", known_until=moment) == [bare, linked]


def test_nobody_is_told_of_a_project_that_they_do_not_see() -> None:
    hidden = make_entry(make_project(region=make_region(LAOSHAN)), evidence=make_evidence())
    make_document(entry=hidden)
    narrow = make_user(VIEWER, regions=[make_region(JIMO)])
    asked_for = {
        "project": hidden.project_id,
        "evidence": hidden.evidence_id,
        "enterprise": hidden.project.enterprise_id,
    }
    for name, key in asked_for.items():
        (seen,) = problems(EntryFilterSet, narrow, **{name: key})
        (absent,) = problems(EntryFilterSet, narrow, **{name: 10**9})
        # The answer is that for a row that there is not.
        assert seen == absent.replace(str(10**9), str(key))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"amount_min": "2", "amount_max": "1"}, "Amount at least “2.00 yuan” lies above"),
        ({"since": "2022-01-01", "until": "2021-01-01"}, "From “1 Jan 2022” lies above Until"),
        (
            {"recorded_since": "2022-01-01", "recorded_until": "2021-01-01"},
            "Recorded from “1 Jan 2022” lies above",
        ),
        ({"currency": "dollars"}, "not known. Accepted: CNY, EUR"),
        ({"change": "nope"}, "Accepted: correction, move"),
        ({"site": "nope"}, "Accepted: inside, outside"),
        ({"project": "0"}, "Give the number of a row"),
        ({"project": "99"}, "There is no such row, or not for you."),
        ({"recorded_by": "99"}, "Accepted: me"),
        ({"known_until": "2021-13-01"}, "Write a moment like 2025-12-31T18:00."),
        ({"stands": "maybe"}, "Accepted: yes"),
    ],
)
def test_what_cannot_be_used_is_told(query: dict[str, str], said: str) -> None:
    (found,) = problems(EntryFilterSet, make_user(VIEWER), **query)
    assert said in found.replace("\u00a0", " ")


def test_output_is_summed_up_within_a_year_only(client: Any) -> None:
    client.force_login(make_user(VIEWER))
    project = make_project()
    for year in (2021, 2022):
        make_entry(project, measure=Measure.ANNUAL_OUTPUT, on=date(year, 12, 31), amount_fen=year)
    page = client.get("/ledger/", {"since": "2022-01-01", "until": "2022-12-31"})
    assert [total.fen for total in page.context["totals"]] == [2022]
    assert client.get("/ledger/", {"since": "2021-01-01"}).context["totals"] == []


def test_entries_of_projects_by_the_year_that_they_were_first_signed_in() -> None:
    early = make_entry(on=date(2020, 3, 1))
    more = make_entry(early.project, on=date(2022, 3, 1), evidence=make_evidence())
    late = make_entry(on=date(2022, 3, 1))
    # What was taken back signs nothing.
    wrong = make_entry(on=date(2020, 5, 1))
    back = reverse(entry=wrong, recorded_by=make_user(RECORDER), reason="Not theirs")
    in_2020 = {"first_signed_since": "2020-01-01", "first_signed_until": "2020-12-31"}
    in_2022 = {"first_signed_since": "2022-01-01", "first_signed_until": "2022-12-31"}
    assert entries(**in_2020) == [early, more]
    assert entries(**in_2020, until="2021-12-31") == [early]
    assert entries(**in_2022) == [late]
    assert entries(unsigned="yes") == [wrong, back]
    # Among what is verified, the signing of the project is the one that is verified.
    make_verdict(more)
    assert entries(**in_2022, grade="verified") == [more]
