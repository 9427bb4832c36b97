"""What happens to made-up enterprises in six years, from their first word to their last."""

from bisect import bisect
from itertools import accumulate
from random import Random

from bench import words
from bench.days import LAST, TEXTS, moment
from bench.naming import Named, Namer, credit_code
from bench.office import CLUSTER_WEIGHTS, REGION_WEIGHTS, Office
from bench.postings import Place, Postings
from bench.projects import STAGES, ProjectLife
from bench.spool import Spool

# Of the number of projects: 1.4 on average, and some enterprises have dozens.
PARETO = 2.35
MOST_PROJECTS = 60


class Lives:
    """Writes one enterprise after the other."""

    def __init__(
        self,
        spool: Spool,
        office: Office,
        postings: Postings,
        random: Random,
        *,
        enterprises: int,
        entries: int,
        groups: int,
    ) -> None:
        """Prepare so many enterprises, with about so many entries between them."""
        self.spool = spool
        self.office = office
        self.postings = postings
        self.random = random
        self.namer = Namer(random)
        self.enterprises = enterprises
        self.entries = entries
        self.groups = groups
        # Projects that came far enough for amounts, so far.
        self.with_entries = 0
        # Zipf: the second group is behind half as many enterprises as the first.
        self.group_shares = list(accumulate(1 / rank for rank in range(1, groups + 1)))

    def add_groups(self) -> None:
        """Write the investor groups, the greatest first."""
        for _ in range(self.groups):
            named = self.namer.group()
            number = self.spool.number("enterprises_investorgroup")
            en = named.en if self.random.random() < 0.7 else ""
            self.spool.add("enterprises_investorgroup", number, named.zh, en)

    def add_enterprise(self) -> None:
        """Write an enterprise with all that comes of it."""
        random = self.random
        cluster = random.choices(range(len(self.office.clusters)), CLUSTER_WEIGHTS)[0]
        region = random.choices(range(len(self.office.regions)), REGION_WEIGHTS)[0]
        named = self.namer.enterprise(cluster)
        number = self.spool.number("enterprises_enterprise")
        origin = random.choices(words.ORIGINS, words.ORIGIN_WEIGHTS)[0]
        foreign = origin != "CN"
        has_en = foreign or random.random() < 0.25
        only_en = foreign and random.random() < 0.15
        code = credit_code(number, self.office.codes[region]) if random.random() < 0.7 else ""
        came_on = int(LAST * random.random() * 0.97)
        basis = self.claim(number, came_on)
        self.spool.add(
            "enterprises_enterprise",
            number,
            "" if only_en else named.zh,
            named.en if has_en else "",
            1,
            *(code, "", origin if foreign or random.random() < 0.9 else "", basis),
            *("", moment(came_on, random)),
        )
        self.add_shareholdings(number)
        self.add_words(number, came_on, named, only_en)
        count = min(int(random.paretovariate(PARETO)), MOST_PROJECTS)
        for turn in range(0 if random.random() < 0.03 else count):
            self.add_project(number, turn, named, cluster, region, came_on, foreign, has_en)

    def claim(self, enterprise: int, came_on: int) -> str:
        """Call a few leading, and return the basis that stands."""
        chance = self.random.random()
        if chance > 0.02:
            return ""
        basis = "fortune_global_500" if chance < 0.004 else "industry_leader"
        day = min(came_on + int(self.random.random() * 300), LAST)
        year = int(TEXTS[day][:4]) if basis == "fortune_global_500" else None
        who = "" if year else self.random.choice(words.WHO_SAYS)
        ended = self.random.random() < 0.05 and day + 30 < LAST
        for holds, on in ((1, day), (0, day + 30)) if ended else ((1, day),):
            self.spool.add(
                "enterprises_leadingclaim",
                *(moment(on, self.random), self.office.recorder, TEXTS[on]),
                *("" if holds else "No longer on the list", "", None, ""),
                self.spool.number("enterprises_leadingclaim"),
                *(enterprise, basis, year, who, holds),
            )
        return "" if ended else basis

    def add_shareholdings(self, enterprise: int) -> None:
        """Put groups behind a third of the enterprises; a joint venture has several."""
        chance = self.random.random()
        if chance > 0.38:
            return
        wanted = 1 if chance < 0.34 else 2 if chance < 0.37 else 3
        found: list[int] = []
        while len(found) < min(wanted, self.groups):
            at = self.random.random() * self.group_shares[-1]
            group = bisect(self.group_shares, at) + 1
            if group not in found:
                found.append(group)
        for position, group in enumerate(found):
            number = self.spool.number("enterprises_shareholding")
            self.spool.add("enterprises_shareholding", number, enterprise, group, position)

    def add_words(self, enterprise: int, came_on: int, named: Named, only_en: bool) -> None:
        """Give a few enterprises tags and a former name."""
        self.add_tag("enterprise", enterprise)
        if self.random.random() < 0.04:
            now = named.en if only_en else named.zh
            was = self.namer.brand()
            self.spool.add(
                "enterprises_formername",
                *(moment(came_on, self.random), self.office.recorder),
                self.spool.number("enterprises_formername"),
                enterprise,
                now.replace(named.brand_en.capitalize(), was[1]).replace(named.brand_zh, was[0]),
            )

    def add_tag(self, kind: str, number: int) -> None:
        """Tag an enterprise or a project now and then."""
        if self.random.random() < 0.1:
            table = f"enterprises_{kind}_tags"
            tag = 1 + int(len(words.TAGS) * self.random.random() ** 2)
            self.spool.add(table, self.spool.number(table), number, tag)

    def add_project(
        self,
        enterprise: int,
        turn: int,
        named: Named,
        cluster: int,
        region: int,
        came_on: int,
        foreign: bool,
        has_en: bool,
    ) -> None:
        """Write a project with its states, amounts and dates."""
        random = self.random
        if random.random() < 0.1:
            cluster = random.choices(range(len(self.office.clusters)), CLUSTER_WEIGHTS)[0]
        if random.random() < 0.15:
            region = random.choices(range(len(self.office.regions)), REGION_WEIGHTS)[0]
        sectors = self.office.sectors[cluster]
        sector = sectors[int(len(sectors) * random.random() ** 2)]
        clerks = self.office.clerks[region]
        number = self.spool.number("enterprises_project")
        place = Place(
            project=number,
            cluster=self.office.clusters[cluster],
            region=self.office.regions[region],
            clerk=self.office.recorder if random.random() < 0.1 else random.choice(clerks),
            currency=random.choices(words.CURRENCIES, words.CURRENCY_WEIGHTS)[0][0]
            if foreign and random.random() < 0.5
            else "",
        )
        life = ProjectLife(self.postings, place, sector if random.random() < 0.92 else None)
        life.run(min(came_on + (int(random.random() * 400) if turn else 0), LAST - 20))
        if life.is_signed:
            self.with_entries += 1
            life.add_amounts(self.share_of_entries())
        life.add_words()
        life.leave()
        line, kind = random.choice(words.INDUSTRIES[cluster]), random.choice(words.PROJECTS)
        number_zh, number_en = (f"（{turn + 1}期）", f" {turn + 1}") if turn else ("", "")
        self.spool.add(
            "enterprises_project",
            number,
            f"{named.brand_zh}{line[0]}{kind[0]}项目{number_zh}",
            f"{named.brand_en} {line[1]} {kind[1]}{number_en}" if has_en else "",
            *(1, enterprise, place.cluster, place.region, life.sector),
            *(STAGES[life.rank], TEXTS[life.stage_on], life.standing),
            place.clerk if random.random() < 0.35 else None,
            moment(life.began_on, random),
        )
        self.add_tag("project", number)

    def share_of_entries(self) -> float:
        """Return how many entries the next project has on average, for the park to come out."""
        done = self.spool.counts["enterprises_enterprise"]
        left = self.entries - self.spool.counts["ledger_entry"]
        to_come = (self.enterprises - done + 1) * self.with_entries / done
        return max(left, 0) / to_come
