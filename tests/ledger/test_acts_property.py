"""Whatever is posted, said, corrected, moved, withdrawn, revived and undone: the ledger adds up."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clusters.vocabulary import Grade, Measure
from enterprises.models import Project
from ledger import verifying
from ledger.correcting import correct
from ledger.models import Change, Entry, ProjectTotal
from ledger.money import Money
from ledger.moving import move
from ledger.posting import reverse
from ledger.undoing import undo
from ledger.verdicts import attach, defend, send_back, verify
from ledger.withdrawal import revive, withdraw
from tests.ledger.test_totals_property import (
    Office,
    agree,
    amounts,
    days,
    measures,
    places,
    projects,
    rolled_back,
    sequences,
)
from tests.make import make_document, make_plan, make_user

pytestmark = pytest.mark.django_db

numbers = st.integers(0, 30)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("post"), projects, measures, days, amounts, st.booleans()),
        st.tuples(st.just("post"), projects, measures, days, amounts, st.booleans()),
        st.tuples(st.just("cut"), numbers, days, st.sampled_from([1, 50, 5_000])),
        st.tuples(st.just("reverse"), numbers),
        st.tuples(st.just("correct"), numbers, measures, days, amounts),
        st.tuples(st.just("say"), numbers, st.sampled_from(["verify", "send_back", "defend"])),
        st.tuples(st.just("attach"), numbers, st.booleans()),
        st.tuples(st.just("move"), projects, places, places, st.none() | days),
        st.tuples(st.just("withdraw"), projects, days),
        st.tuples(st.just("revive"), projects, days, st.booleans()),
        st.tuples(st.just("undo"), numbers),
    ),
    min_size=4,
    max_size=20,
)


class BusyOffice(Office):
    """The same office, with a second person, documents, and all that can be done to an entry."""

    def __init__(self) -> None:
        super().__init__()
        self.second = make_user(username="second")
        self.document = make_document()
        self.said: dict[str, Any] = {"recorded_by": self.recorder, "reason": "As was found"}

    def entry(self, number: int) -> Entry:
        entries = list(Entry.objects.select_related("evidence").order_by("pk"))
        if not entries:
            raise ValidationError("Nothing is recorded.")
        return entries[number % len(entries)]

    def cut(self, number: int, day: date, fen: int) -> None:
        entry = self.entry(number)
        self._post(entry.project, entry.measure, day, -fen, lowers=entry)

    def _post(self, project: Project, measure: str, day: date, fen: int, **other: Any) -> None:
        from ledger.posting import post

        post(
            project=project,
            measure=measure,
            effective_on=day,
            money=Money(fen),
            **self.said,
            **other,
        )

    def reverse(self, number: int) -> None:
        reverse(entry=self.entry(number), **self.said)

    def correct(self, number: int, measure: str, day: date, fen: int) -> None:
        entry = self.entry(number)
        correct(
            entry=entry,
            measure=entry.measure if number % 2 else measure,
            effective_on=day,
            money=Money(fen if entry.amount_fen > 0 else -fen),
            evidence=entry.evidence,
            allow_double=True,
            **self.said,
        )

    def say(self, number: int, word: str) -> None:
        say = {"verify": verify, "send_back": send_back, "defend": defend}[word]
        say(entry=self.entry(number), recorded_by=self.second, note="As was seen")

    def attach(self, number: int, is_document: bool) -> None:
        evidence = self.document if is_document else self.evidence
        attach(entry=self.entry(number), evidence=evidence, recorded_by=self.recorder)

    def move(self, number: int, cluster: int, region: int, day: date | None) -> None:
        move(
            project=self.project(number),
            cluster=self.places[cluster][0],
            region=self.places[region][1],
            moved_on=day,
            **self.said,
        )

    def withdraw(self, number: int, day: date) -> None:
        withdraw(project=self.project(number), withdrawn_on=day, **self.said)

    def revive(self, number: int, day: date, with_contract: bool) -> None:
        revive(
            project=self.project(number), revived_on=day, with_contract=with_contract, **self.said
        )

    def undo(self, number: int) -> None:
        changes = list(Change.objects.order_by("-pk"))
        if changes:
            change = changes[number % min(len(changes), 4)]
            undo(change=change, **self.said)
            if change.pk == changes[0].pk == self.last:
                assert daily("region_id", "cluster_id") == self.before  # as if it had not been

    # The last thing done, when it was an act, and what every day came to before it.
    last = 0
    before: dict[tuple[Any, ...], int] = {}

    def do(self, act: str, *details: Any) -> None:
        """Do one thing; what is refused changes nothing."""
        park, places, acts_before = (
            daily(),
            daily("region_id", "cluster_id"),
            Change.objects.count(),
        )
        try:
            getattr(self, act)(*details)
        except ValidationError:
            assert daily("region_id", "cluster_id") == places
            return
        if act == "move":
            assert daily() == park
        is_act = Change.objects.count() > acts_before
        last = Change.objects.order_by("pk").last()
        self.last, self.before = (last.pk if last and is_act else 0), places


def daily(*names: str) -> dict[tuple[Any, ...], int]:
    """What the ledger comes to by day, measure and `names`, without zeros."""
    sums: dict[tuple[Any, ...], int] = {}
    for *key, fen in Entry.objects.order_by().values_list(
        "effective_on", "measure", *names, "amount_fen"
    ):
        sums[tuple(key)] = sums.get(tuple(key), 0) + fen
    return {key: fen for key, fen in sums.items() if fen}


@sequences
@given(done=acts)
def test_the_ledger_adds_up_after_every_sequence_of_acts(done: list[tuple[Any, ...]]) -> None:
    with rolled_back():
        office, plan = BusyOffice(), make_plan()
        for act, *details in done:
            office.do(act, *details)
        assert list(verifying.problems()) == []
        for total in ProjectTotal.objects.all():
            parts = [getattr(total, f"{grade}_fen") for grade in Grade.values]
            assert min(parts) >= 0
            assert sum(parts) == total.amount_fen
            if total.measure == Measure.CONTRACTED:
                assert total.amount_fen >= 0
        agree(plan)
