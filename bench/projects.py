"""What happens to one made-up project: its states as they come, then its amounts."""

from random import Random

from bench import words
from bench.days import HORIZON, LAST, TEXTS, YEAR_ENDS, moment, recorded
from bench.postings import NOTE, STEP_FEN, Place, Posted, Postings

STAGES = ("negotiating", "signed", "registered", "construction", "production", "full_capacity")
# Days from one stage to the next, on average.
STEPS = (150, 90, 260, 600, 600)
SIGNED, PRODUCTION = 1, 4
WITHDRAWN = 0.06
# At each step.
PAUSED = 0.025
MEDIAN_FEN = 80 * 10**8
MOST_FEN = 5 * 10**12
MOST_CONTRACTS = 8
# From the contract to the end of all, on average.
MEAN_DAYS = 950
# Days that a payment or a second contract comes after the first, at the least.
AFTER = 15


class ProjectLife:
    """One project; `rank`, `stage_on`, `standing` are its last state."""

    def __init__(self, postings: Postings, place: Place, sector: int | None) -> None:
        self.postings = postings
        self.spool = postings.spool
        self.random: Random = postings.random
        self.place = place
        self.sector = sector
        self.reached: dict[int, int] = {}
        self.rank = self.began_on = self.ends_on = 0
        self.withdrawn_on: int | None = None
        self.standing = "active"
        self.contracts: list[tuple[Posted, int]] = []
        self.paid_fen = self.heard_on = 0

    @property
    def stage_on(self) -> int:
        """The day that the stage was reached on."""
        return self.reached[self.rank]

    @property
    def is_signed(self) -> bool:
        """Whether there is a contract, and time for it."""
        return self.rank >= SIGNED and self.reached.get(SIGNED, LAST) < self.ends_on

    def run(self, day: int) -> None:
        """Write the states from the first day on."""
        random = self.random
        self.began_on, self.ends_on = day, LAST
        if random.random() < WITHDRAWN:
            self.withdrawn_on = day + 40 + int(random.random() * 900)
            self.ends_on = min(self.withdrawn_on, LAST) - 1
            if self.withdrawn_on > LAST:
                self.withdrawn_on = None
        # What is in the press is often signed already.
        self.step(day, SIGNED if random.random() < 0.3 else 0)
        while self.rank < len(STEPS):
            gap = 1 + int(random.expovariate(1 / STEPS[self.rank]))
            if random.random() < PAUSED:
                day = self.pause(day + 1 + gap // 2)
                if self.standing == "paused":
                    return
            day += gap
            if day > self.ends_on:
                return
            self.step(day, self.rank + 1)

    def step(self, day: int, rank: int) -> None:
        """Reach a stage."""
        self.rank = rank
        self.reached[rank] = day
        url = f"https://news.example.org/steps/{self.place.project}" if rank == SIGNED else ""
        self.add_state(day, "", recorded(day, 20, self.random), source_url=url)

    def pause(self, day: int) -> int:
        """Pause; half go on some day. Returns the day up to which something is said."""
        if day >= self.ends_on:
            return day
        self.standing = "paused"
        reason = self.random.choice(words.WHY_PAUSED)
        self.add_state(day, reason, recorded(day, 20, self.random))
        again = day + 30 + int(self.random.random() * 300)
        if self.random.random() < 0.5 or again >= self.ends_on:
            self.ends_on = day
            return day
        self.standing = "active"
        reason = self.random.choice(words.WHY_RESUMED)
        self.add_state(again, reason, recorded(again, 20, self.random))
        return again

    def add_state(
        self, day: int, reason: str, on: int, *, at: str = "", source_url: str = ""
    ) -> int:
        """Write the state of now, from a day on, and return its number."""
        number = self.spool.number("enterprises_projectstate")
        self.spool.add(
            "enterprises_projectstate",
            *(at or moment(on, self.random), self.place.clerk, TEXTS[day], reason, source_url),
            *(None, "", number, self.place.project, STAGES[self.rank], self.standing),
            *(self.place.cluster, self.place.region, self.sector),
        )
        return number

    def add_amounts(self, mean: float) -> None:
        """Write about so many entries, or a few times as many: most belong to few projects."""
        random = self.random
        first, last = self.reached[SIGNED], self.ends_on
        # Who came late has had less time for it.
        time = (last - first) / MEAN_DAYS
        count = max(1, round(mean * time * random.lognormvariate(-0.5, 1)))
        from_on = self.reached.get(PRODUCTION, LAST + 1)
        years = [day for day in YEAR_ENDS if from_on < day <= last][: count // 3]
        contracts = 1 + min(int((count - 1) * 0.3 * random.random()), MOST_CONTRACTS - 1)
        fen = min(MEDIAN_FEN * random.lognormvariate(0, 1.5), MOST_FEN)
        later = range(min(first + AFTER, last), last + 1)
        days = sorted(random.choice(later) for _ in range(contracts - 1))
        for day, part in zip([first, *days], [1.0, 0.3, *[0.1] * MOST_CONTRACTS], strict=False):
            # Two in one park are seldom equal.
            posted = self.post("contracted", day, int(fen * part * random.uniform(0.6, 1.4)))
            self.contracts.append((posted, posted.fen))
        if random.random() < 0.03:
            self.cut()
        self.pay(max(count - contracts - len(years), 0), fen)
        for day in years:
            self.post("annual_output", day, int(fen * random.uniform(0.3, 1.5)))

    def post(self, measure: str, day: int, fen: int, note: str = "") -> Posted:
        """Post an amount, at least the smallest there is."""
        whole = max(fen // STEP_FEN, 1) * STEP_FEN
        posted = self.postings.post(self.place, measure, min(day, self.ends_on), whole, note)
        self.heard_on = max(self.heard_on, posted.recorded_on)
        return posted

    def cut(self) -> None:
        """Lower the last contract."""
        root, left_fen = self.contracts.pop()
        fen = int(left_fen * self.random.uniform(0.1, 0.6))
        if fen and root.day + AFTER < self.ends_on:
            day = self.random.randint(root.day + AFTER, self.ends_on)
            cut = self.postings.cut(self.place, root, day, fen)
            self.heard_on = max(self.heard_on, cut.recorded_on)
            left_fen -= fen
        self.contracts.append((root, left_fen))

    def pay(self, count: int, fen: float) -> None:
        """Pay in, in so many parts, what is contracted or a part of it."""
        left_fen = sum(left for _, left in self.contracts)
        each = min(left_fen, fen * self.random.random() ** 0.5) / max(count, 1)
        first = self.reached[SIGNED] + AFTER
        for _ in range(count if first < self.ends_on else 0):
            part = int(each * self.random.uniform(0.5, 1.5))
            day = self.random.randint(first, self.ends_on)
            if self.paid_fen + part > left_fen:
                return
            self.paid_fen += self.post("paid_in", day, part, NOTE).fen

    def add_words(self) -> None:
        """Write now and then that somebody asked, and when the next stage is expected."""
        random = self.random
        if random.random() < 0.08:
            day = random.randint(self.began_on, max(self.began_on, self.ends_on))
            number = self.spool.number("enterprises_confirmation")
            self.spool.add(
                "enterprises_confirmation",
                *(moment(day, random), self.place.clerk, TEXTS[day], "", "", None, ""),
                *(number, self.place.project),
            )
        if random.random() < 0.1 and self.rank + 1 < len(STAGES):
            number = self.spool.number("enterprises_expecteddate")
            expected_on = min(self.stage_on + random.randint(60, 900), HORIZON)
            self.spool.add(
                "enterprises_expecteddate",
                *(moment(self.stage_on, random), self.place.clerk, number, self.place.project),
                *(STAGES[self.rank + 1], TEXTS[expected_on], "", "", ""),
            )

    def leave(self) -> None:
        """Withdraw, if it comes to that: what is contracted and not paid in is taken back."""
        if self.withdrawn_on is None:
            return
        day = self.withdrawn_on
        self.standing = "withdrawn"
        reason = self.random.choice(words.WHY_WITHDRAWN)
        on = max(recorded(day, 20, self.random), self.heard_on + 1)
        at = moment(on, self.random)
        change = self.postings.change(self.place, "withdrawal", day, at, on, reason)
        kept_fen = self.paid_fen
        for root, left_fen in sorted(self.contracts, key=lambda one: (one[0].day, one[0].number)):
            back_fen = max(left_fen - kept_fen, 0)
            kept_fen = max(kept_fen - left_fen, 0)
            if back_fen:
                self.postings.write(
                    *(self.place, "contracted", day, -back_fen, (), root.evidence, on),
                    at=at,
                    reason=reason,
                    lowers=root.number,
                    change=change,
                )
        state = self.add_state(day, reason, on, at=at)
        number = self.spool.number("ledger_change_states")
        self.spool.add("ledger_change_states", number, change, state)
