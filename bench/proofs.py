"""What made-up entries rest on: pages of the month, of which few are cited often, and documents."""

from random import Random
from typing import TYPE_CHECKING

from bench import words
from bench.days import FIRST, LAST, MONTHS, TEXTS, moment
from bench.spool import Spool

if TYPE_CHECKING:
    from accounts.models import User

PAGE_FOR_ENTRIES = 20
MOST_DOCUMENTS = 200
FIRST_DAYS = {month: day for day, month in reversed(list(enumerate(MONTHS)))}
ISSUERS = ("Qingdao Daily", "大众网", "青岛日报", "China Daily", "投资促进局")


class Proofs:
    """Evidence by month; a draw of it follows Zipf's law."""

    def __init__(self, spool: Spool, random: Random, entries: int, recorder: "User") -> None:
        self.random = random
        self.documents = make_documents(min(MOST_DOCUMENTS, 5 + entries // 1000), recorder)
        self.in_a_month = max(2, entries // PAGE_FOR_ENTRIES // (MONTHS[-1] + 1))
        self.first_page = max(self.documents) + 1
        spool.counts["ledger_evidence"] = self.first_page - 1
        for month in range(MONTHS[-1] + 1):
            for number in range(self.in_a_month):
                self.add_page(spool, month, number, recorder.pk)

    def add_page(self, spool: Spool, month: int, number: int, recorder: int) -> None:
        """Record a page of the press."""
        first = FIRST_DAYS[month]
        day = min(first + int(self.random.random() * 28), LAST)
        key = spool.number("ledger_evidence")
        press = self.random.choice(words.PRESS)
        spool.add(
            "ledger_evidence",
            moment(first, self.random),
            recorder,
            key,
            f"https://{press}.example.org/{TEXTS[day].replace('-', '/')}/c_{key}.html",
            "",
            "",
            None,
            "",
            f"{FIRST.year + month // 12}年{month % 12 + 1}月项目签约 {number + 1}",
            self.random.choice(ISSUERS),
            TEXTS[day],
            int(self.random.random() < 0.2),
        )

    def draw(self, month: int) -> int | None:
        """Return what an entry that is recorded in a month rests on; None for nothing."""
        kind = self.random.random()
        if kind < 0.22:
            return None
        if kind < 0.29:
            return self.document()
        rank = int((self.in_a_month + 1) ** self.random.random()) - 1
        return self.first_page + month * self.in_a_month + min(rank, self.in_a_month - 1)

    def document(self) -> int:
        """Return a document."""
        count = len(self.documents)
        return self.documents[min(int((count + 1) ** self.random.random()) - 1, count - 1)]


def make_documents(count: int, recorder: "User") -> list[int]:
    """Upload some small documents, as verify_ledger reads each, and return their keys."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ledger.documents import keep

    made = []
    for number in range(1, count + 1):
        content = f"contract,yuan\nNo. {number},{number}000000\n".encode()
        upload = SimpleUploadedFile(f"合同-{number}.csv", content)
        made.append(keep(upload, recorded_by=recorder, title=f"合同 {number}").pk)
    return made
