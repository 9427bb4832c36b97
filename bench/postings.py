"""The ledger of made-up projects: contracts, payments, outputs, and what was put right later."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from bench import words
from bench.days import HORIZON, MONTHS, TEXTS, moment, recorded
from bench.office import Office, first_of
from bench.proofs import Proofs
from bench.spool import Spool

# Amounts are whole multiples of ten thousand yuan, in fen.
STEP_FEN = 10**6
NOTE = "分期到位"


@dataclass(frozen=True)
class Place:
    """A project, where it is, and who records it."""

    project: int
    cluster: int
    region: int
    clerk: int
    currency: str


@dataclass(frozen=True)
class Posted:
    """An entry that was written; `stated` is the foreign amount with its rate, as columns."""

    number: int
    measure: str
    day: int
    fen: int
    stated: tuple[object, ...]
    evidence: int | None
    recorded_on: int


class Postings:
    """Writes entries, and the acts, verdicts and attachments about them."""

    def __init__(self, spool: Spool, office: Office, proofs: Proofs, random: Random) -> None:
        self.spool = spool
        self.office = office
        self.proofs = proofs
        self.random = random
        self.spare_fen = 0

    def key(self) -> str:
        """Return a key as forms have it."""
        return f"{self.random.getrandbits(128):032x}"

    def change(self, place: Place, kind: str, day: int, at: str, on: int, reason: str) -> int:
        """Write an act of a day, recorded at a moment of another, and return its number."""
        month = MONTHS[on]
        number = self.spool.number_in("ledger_change", month)
        self.spool.add_in(
            month,
            "ledger_change",
            *(at, place.clerk, TEXTS[day], reason, "", None, ""),
            *(number, kind, place.project, None, self.key()),
        )
        return number

    def post(self, place: Place, measure: str, day: int, fen: int, note: str = "") -> Posted:
        """Post an amount; mostly it stays, some are corrected and some were posted twice."""
        on = recorded(day, 40, self.random)
        chance = self.random.random()
        # Somebody typed a digit too few.
        wrong = fen // 10 // STEP_FEN * STEP_FEN if chance < 0.04 else 0
        evidence = self.proofs.draw(MONTHS[on])
        posted = self.write(
            place, measure, day, *self.stated(place, day, wrong or fen), evidence, on, note=note
        )
        if wrong:
            return self.correct(place, posted, fen)
        if chance < 0.05:
            self.take_back(place, self.write(place, measure, day, fen, (), evidence, on))
        self.judge(posted, HORIZON)
        return posted

    def stated(self, place: Place, day: int, fen: int) -> tuple[int, tuple[object, ...]]:
        """Return about so much in the currency of the project: fen, and the columns of a rate."""
        from ledger.money import to_fen

        if not place.currency:
            return fen, ()
        rate = self.office.rates[place.currency][MONTHS[day]]
        original = Decimal(max(int(fen / 100 / float(rate)) // 1000, 1) * 1000)
        stated = (place.currency, original, rate, first_of(MONTHS[day]), words.RATE_SOURCE)
        return to_fen(original, yuan_per_unit=rate), stated

    def write(
        self,
        place: Place,
        measure: str,
        day: int,
        fen: int,
        stated: tuple[object, ...],
        evidence: int | None,
        on: int,
        *,
        at: str = "",
        note: str = "",
        reason: str = "",
        reverses: int | None = None,
        lowers: int | None = None,
        change: int | None = None,
    ) -> Posted:
        """Write the row of an entry."""
        month = MONTHS[on]
        number = self.spool.number_in("ledger_entry", month)
        self.spool.add_in(
            month,
            "ledger_entry",
            *(at or moment(on, self.random), place.clerk, TEXTS[day], reason, note, number),
            *(place.project, place.cluster, place.region, measure, fen),
            *(stated or ("CNY", None, None, None, "")),
            *(evidence, reverses, lowers, change, self.key()),
        )
        return Posted(number, measure, day, fen, stated, evidence, on)

    def reverse(
        self, place: Place, wrong: Posted, on: int, at: str, reason: str, change: int | None
    ) -> None:
        """Write the exact opposite of an entry, and what was said of it before."""
        stated = wrong.stated
        if stated:
            original = stated[1]
            assert isinstance(original, Decimal)
            stated = (stated[0], -original, *stated[2:])
        self.write(
            *(place, wrong.measure, wrong.day, -wrong.fen, stated, wrong.evidence, on),
            at=at,
            reason=reason,
            reverses=wrong.number,
            change=change,
        )
        if self.random.random() < 0.2:
            self.judge(wrong, on)

    def take_back(self, place: Place, wrong: Posted) -> None:
        """Reverse an entry some days later."""
        on = min(wrong.recorded_on + 1 + int(self.random.random() * 60), HORIZON)
        reason = self.random.choice(words.WHY_REVERSED)
        self.reverse(place, wrong, on, moment(on, self.random), reason, None)

    def correct(self, place: Place, wrong: Posted, fen: int) -> Posted:
        """Put an amount right some days later, and return what stands."""
        on = min(wrong.recorded_on + 1 + int(self.random.random() * 120), HORIZON)
        at = moment(on, self.random)
        reason = self.random.choice(words.WHY_CORRECTED)
        change = self.change(place, "correction", wrong.day, at, on, reason)
        self.reverse(place, wrong, on, at, reason, change)
        right = self.write(
            *(place, wrong.measure, wrong.day, *self.stated(place, wrong.day, fen)),
            *(wrong.evidence, on),
            at=at,
            reason=reason,
            change=change,
        )
        self.judge(right, HORIZON)
        return right

    def cut(self, place: Place, root: Posted, day: int, fen: int) -> Posted:
        """Lower a contract by an amount from a day on."""
        on = max(recorded(day, 40, self.random), root.recorded_on + 1)
        return self.write(
            *(place, root.measure, day, -fen, (), self.proofs.draw(MONTHS[on]), on),
            reason=self.random.choice(words.WHY_CUT),
            lowers=root.number,
        )

    def judge(self, posted: Posted, before: int) -> None:
        """Let a second person say something of an entry, if it comes to that before a day."""
        chance = self.random.random()
        on = posted.recorded_on + 1 + int(self.random.random() * 45)
        if chance > 0.65 or on + 20 >= before:
            return
        verifier = self.random.choice(self.office.verifiers)
        if chance < 0.6:
            self.say(posted, on, verifier, "verified", "")
        else:
            self.say(posted, on, verifier, "returned", self.random.choice(words.WHY_RETURNED))
            if chance < 0.63:
                self.say(posted, on + 10, verifier, "verified", "")
        if chance < 0.015:
            self.attach(posted, on, verifier)

    def say(self, posted: Posted, on: int, by: int, verdict: str, note: str) -> None:
        """Write a verdict."""
        month, table = MONTHS[on], "ledger_verification"
        number = self.spool.number_in(table, month)
        at = moment(on, self.random)
        self.spool.add_in(month, table, at, by, number, posted.number, verdict, note)

    def attach(self, posted: Posted, on: int, by: int) -> None:
        """Add a document to an entry."""
        document = self.proofs.document()
        if document != posted.evidence:
            month, table = MONTHS[on], "ledger_attachment"
            number = self.spool.number_in(table, month)
            at = moment(on, self.random)
            self.spool.add_in(month, table, at, by, number, posted.number, document, "合同")
