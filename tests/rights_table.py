"""Who may open and send what: one line for each address of the site.

A string has one sign for each role, in the order of COLUMNS; every person in it answers for one
region and one cluster, the "own" scope. Where the address has a row of the park in it, a second
string says what comes for a row of another scope. The suite fails for an address without a line
and for a line without an address, so a new address begins here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = ("anonymous", "viewer", "recorder", "verifier", "planner", "administrator", "auditor")
ANSWERS = {
    ".": (200, "opened, or a form shown again with what is to mend"),
    "x": (403, "may not"),
    "-": (404, "there is no such thing, as far as this person goes"),
    "!": (405, "is not sent, or not opened"),
}
# Two more: "L" leads to the login, ">" leads on.

#            AVRFPMU  anonymous Viewer Recorder veriFier Planner adMinistrator aUditor
EVERYBODY = "......."
PEOPLE = "L......"
NOT_SENT = "L!!!!!!"
OUTSIDE = "L----.."  # of the roles only the last two see every scope
ENTERING = "Lx.x..."  # the data entry pages
PLANNERS = "Lxxx..x"
RECORDERS = "Lx.xx.x"
ADMINISTRATORS = "Lxxxx.x"
OVERSEERS = "Lxxxx.."
NOBODY = "Lxxxxxx"


@dataclass(frozen=True)
class Line:
    """The answers to opening and sending an address; without `other` there is one scope only."""

    get: str
    post: str
    get_other: str = ""
    post_other: str = ""

    def cells(self, place: int) -> Iterator[tuple[str, int, str]]:
        """Yield method, scope (0 own, 1 other) and answer for the role at `place`."""
        yield "get", 0, self.get[place]
        yield "post", 0, self.post[place]
        if self.get_other:
            yield "get", 1, self.get_other[place]
        if self.post_other:
            yield "post", 1, self.post_other[place]


@dataclass(frozen=True)
class Entered:
    """A model of the data entry pages: who may add, change and delete; `see` opens the rest."""

    add: str
    change: str
    delete: str
    see: str = ENTERING
    # Django leads to the start page with "does not exist" where ours would answer 404.
    see_other: str = ""
    change_other: str = ""

    def lines(self, model: str) -> dict[str, Line]:
        app, name = model.split("_")
        return {
            f"admin:{model}_changelist": Line(self.see, self.see),
            f"admin:{model}_add": Line(self.add, self.add),
            f"admin:{model}_change": Line(self.see, self.change, self.see_other, self.change_other),
            f"admin:{model}_delete": Line(self.delete, self.delete),
            f"admin:{model}_history": Line(self.see, self.see, self.see_other, self.see_other),
            # An old form of the address of the change page, and no more than a way to it.
            f"admin/{app}/{name}/<path:object_id>/": Line("Lx>x>>>", "Lx>x>>>"),
        }


PLANNED = Entered(add=PLANNERS, change=PLANNERS, delete=ADMINISTRATORS)
RULE = Entered(add=PLANNERS, change=PLANNERS, delete=PLANNERS)
FACT = Entered(add=PLANNERS, change=NOBODY, delete=NOBODY)
HIDDEN = "Lx>x>.."

ENTERED = {
    "accounts_user": Entered(ADMINISTRATORS, ADMINISTRATORS, NOBODY, see=OVERSEERS),
    "clusters_park": PLANNED,
    "clusters_plan": PLANNED,
    "clusters_sector": PLANNED,
    # Somebody's scope, or a project, hangs on these.
    "clusters_cluster": Entered(PLANNERS, PLANNERS, NOBODY),
    "clusters_region": Entered(PLANNERS, PLANNERS, NOBODY),
    "clusters_countingrule": FACT,
    "clusters_goal": FACT,
    "enterprises_investorgroup": Entered(RECORDERS, RECORDERS, ADMINISTRATORS),
    "enterprises_enterprise": Entered(
        RECORDERS, RECORDERS, NOBODY, see_other=HIDDEN, change_other="Lx>xx.x"
    ),
    "enterprises_project": Entered(
        RECORDERS, RECORDERS, NOBODY, see_other=HIDDEN, change_other="Lx>xx.x"
    ),
    "enterprises_gate": RULE,
    "enterprises_staleafter": RULE,
    "ledger_entry": Entered(RECORDERS, NOBODY, NOBODY, see_other=HIDDEN, change_other=NOBODY),
    "ledger_evidence": Entered(NOBODY, NOBODY, NOBODY, see_other=HIDDEN, change_other=NOBODY),
    "progress_reportedtotal": Entered(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
}

ACT = Line(RECORDERS, RECORDERS, "Lx-xx.x", "Lx-xx.x")

TABLE: dict[str, Line] = {
    "livez": Line(EVERYBODY, EVERYBODY),
    "readyz": Line(EVERYBODY, EVERYBODY),
    "accounts:login": Line(".>>>>>>", ".>>>>>>"),
    "accounts:logout": Line("L!!!!!!", "LLLLLLL"),
    "accounts:password-change": Line(PEOPLE, PEOPLE),
    "accounts:password-changed": Line(PEOPLE, NOT_SENT),
    "progress:overview": Line(PEOPLE, NOT_SENT),
    # Figures of the whole park are for everybody; what they are made of is not.
    "progress:cluster": Line(PEOPLE, NOT_SENT, PEOPLE),
    "progress:region": Line(PEOPLE, NOT_SENT, PEOPLE),
    "progress:sector": Line(PEOPLE, NOT_SENT, PEOPLE),
    # Of a group each sees what lies in the own scope (tests/progress/test_part_pages.py).
    "progress:group": Line(PEOPLE, NOT_SENT),
    "progress:plan": Line(PEOPLE, NOT_SENT),
    "progress:compare": Line(PEOPLE, NOT_SENT),
    "progress:leading": Line(PEOPLE, NOT_SENT),
    "progress:announced": Line(PEOPLE, NOT_SENT),
    "progress:definitions": Line(PEOPLE, NOT_SENT),
    "progress:goal-list": Line(PEOPLE, NOT_SENT),
    "progress:json": Line(PEOPLE, NOT_SENT),
    "progress:changes": Line(PEOPLE, NOT_SENT),
    "progress:charts": Line(PEOPLE, NOT_SENT),
    "progress:chart-file": Line(PEOPLE, NOT_SENT),
    "progress:search": Line(PEOPLE, NOT_SENT),
    "enterprises:enterprise-list": Line(PEOPLE, NOT_SENT),
    "enterprises:enterprise-detail": Line(PEOPLE, NOT_SENT, OUTSIDE, NOT_SENT),
    "enterprises:enterprise-bulk": Line("Lx>xx>x", "Lx>xx>x"),
    "enterprises:suggest": Line(PEOPLE, NOT_SENT),
    "enterprises:enterprise-add": Line(RECORDERS, RECORDERS),
    "enterprises:enterprise-edit": ACT,
    "enterprises:project-list": Line(PEOPLE, NOT_SENT),
    "enterprises:state-list": Line(PEOPLE, NOT_SENT),
    "enterprises:project-bulk": Line("Lx>xx>x", "Lx>xx>x"),
    "enterprises:project-add": Line(RECORDERS, RECORDERS),
    "enterprises:project-edit": ACT,
    "enterprises:project-confirm": Line(RECORDERS, RECORDERS, "Lx-xx.x", "Lx-xx.x"),
    "enterprises:project-expect": Line(RECORDERS, RECORDERS, "Lx-xx.x", "Lx-xx.x"),
    "ledger:project-detail": Line(PEOPLE, NOT_SENT, OUTSIDE, NOT_SENT),
    "ledger:project-step": ACT,
    "ledger:entry-list": Line(PEOPLE, NOT_SENT),
    "ledger:entry-bulk": Line("Lxx>x>x", "Lxx>x>x"),
    "ledger:entry-detail": Line(PEOPLE, NOT_SENT, OUTSIDE, NOT_SENT),
    "ledger:verdict": Line("Lx!!x!x", "Lx..x.x", "Lx!!x!x", "Lx--x.x"),
    "ledger:verify-queue": Line("Lxx.x.x", "Lxx.x.x"),
    "ledger:inbox": Line(PEOPLE, NOT_SENT),
    "ledger:inbox-count": Line(PEOPLE, NOT_SENT),
    "progress:entry-add": Line(RECORDERS, RECORDERS),
    "progress:amount": ACT,
    "progress:correct": ACT,
    "progress:move": ACT,
    "progress:withdraw": ACT,
    "progress:revive": ACT,
    "progress:undo": ACT,
    "ledger:attach": Line("Lx..x.x", "Lx..x.x", "Lx--x.x", "Lx--x.x"),
    "ledger:evidence-list": Line(PEOPLE, NOT_SENT),
    "ledger:evidence-detail": Line(PEOPLE, NOT_SENT, OUTSIDE, NOT_SENT),
    "ledger:evidence-file": Line(PEOPLE, NOT_SENT, OUTSIDE, NOT_SENT),
    "ledger:rate-list": Line(PEOPLE, NOT_SENT),
    "ledger:rate-detail": Line(PEOPLE, NOT_SENT),
    "ledger:rate-add": Line(RECORDERS, RECORDERS),
    "ledger:rate-import": Line(RECORDERS, RECORDERS),
    # Sent without the name of a list they find none; the filter is another person's
    # (tests/lists/test_saved_filters.py has one's own).
    "lists:filter-add": Line(NOT_SENT, "L------"),
    "lists:filter-edit": Line(NOT_SENT, "L------"),
    "lists:filter-delete": Line(NOT_SENT, "L------"),
    "lists:begin": Line(NOT_SENT, "L------"),
    "lists:columns": Line(NOT_SENT, "L------"),
    "lists:per-page": Line(NOT_SENT, "L------"),
    "imports:upload-list": Line(PEOPLE, NOT_SENT),
    "imports:upload-detail": Line(PEOPLE, NOT_SENT),
    "admin:index": Line(ENTERING, ENTERING),
    "admin:app_list": Line(ENTERING, ENTERING),
    "admin:login": Line(NOBODY, NOBODY),
    "admin:logout": Line("L>!>!!!", "L>L>LLL"),
    "admin:password_change": Line(ENTERING, ENTERING),
    "admin:password_change_done": Line(ENTERING, "Lx!x!!!"),
    "admin:autocomplete": Line(ENTERING, "Lx!x!!!"),
    "admin:jsi18n": Line(ENTERING, "Lx!x!!!"),
    # Leads to the page of the row, which then answers for itself.
    "admin:view_on_site": Line("Lx>x>>>", "Lx>x>>>", "Lx>x>>>", "Lx>x>>>"),
    "admin:auth_user_password_change": Line(ADMINISTRATORS, ADMINISTRATORS),
    "admin:ledger_entry_reverse": Line(RECORDERS, RECORDERS, "Lx-xx.x", "Lx-xx.x"),
    "admin/(?P<url>.*)$": Line("Lx-x---", "Lx-x---"),
}
for model, entered in ENTERED.items():
    TABLE |= entered.lines(model)
