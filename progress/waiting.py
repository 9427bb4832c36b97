"""One kind of thing that waits: how much of it, and in which words a page says so."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.amounts import FEN_PER_BN, format_dashboard, format_goal
from progress.links import address
from progress.named import Named

LARGE_FEN = FEN_PER_BN
Query = dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """How many rows wait, what was contracted in them, the worst of them, and the filters of the
    list that has just these rows."""

    kind: str
    count: int
    contracted_fen: int
    named: tuple[Named, ...]
    query: Query

    @property
    def is_of_projects(self) -> bool:
        return self.kind in {"silent", "overdue", "stalled"}

    @property
    def url(self) -> str:
        name = "enterprises:project-list" if self.is_of_projects else "ledger:entry-list"
        sort = "-contracted" if self.is_of_projects else "-amount"
        return address(name, {**self.query, "sort": sort})

    @property
    def more(self) -> int:
        return self.count - len(self.named)

    @property
    def is_large(self) -> bool:
        return "amount_min" in self.query

    @property
    def amount(self) -> str:
        """What was contracted in them, "" where nothing was."""
        return format_dashboard(self.contracted_fen) if self.contracted_fen else ""

    @property
    def words(self) -> SafeString:
        """What stands beside the number."""
        words = {
            "unverified": self._unverified,
            "returned": ngettext(
                "entry <strong>was returned</strong> and waits for an answer.",
                "entries <strong>were returned</strong> and wait for an answer.",
                self.count,
            ),
            "silent": ngettext(
                "project <strong>without news</strong> for longer than its stage allows.",
                "projects <strong>without news</strong> for longer than their stage allows.",
                self.count,
            ),
            "overdue": ngettext(
                "project <strong>has passed its expected date</strong> and not reached the stage.",
                "projects <strong>have passed their expected date</strong> and not reached the "
                "stage.",
                self.count,
            ),
            "stalled": ngettext(
                "active project <strong>has stood at its stage for two years</strong>, before "
                "production, though it was heard of within one.",
                "active projects <strong>have stood at their stage for two years</strong>, before "
                "production, though they were heard of within one.",
                self.count,
            ),
            "unsupported": ngettext(
                "contracted amount <strong>stands without evidence</strong>.",
                "contracted amounts <strong>stand without evidence</strong>.",
                self.count,
            ),
        }[self.kind]
        return format_html(words, large=format_goal(LARGE_FEN))

    @property
    def _unverified(self) -> str:
        if self.is_large:
            return ngettext(
                "contracted amount of at least {large} <strong>is not verified</strong> and waits "
                "for a second person.",
                "contracted amounts of at least {large} <strong>are not verified</strong> and wait "
                "for a second person.",
                self.count,
            )
        return ngettext(
            "contracted amount <strong>is not verified</strong> and waits for a second person.",
            "contracted amounts <strong>are not verified</strong> and wait for a second person.",
            self.count,
        )

    @property
    def act(self) -> str:
        """What the button says that opens the list."""
        return {
            "unverified": _("List amounts"),
            "returned": _("List entries"),
            "silent": _("Ask the regions"),
            "overdue": _("List projects"),
            "stalled": _("List projects"),
            "unsupported": _("Add evidence"),
        }[self.kind]
