"""What figures rest on, parted into subjects: the tables, and of some only certain columns.

A change of a table raises the version of its subject (ledger.triggers.knowledge), and what was
computed from a subject holds as long as its version stays (progress.knowledge).
"""

from enum import StrEnum

KNOWLEDGE = "ledger_knowledge"


class Subject(StrEnum):
    """What a figure may rest on."""

    ENTRIES = "entries"
    PROJECTS = "projects"
    PLANS = "plans"
    NAMES = "names"


# Of tables that also hold what triggers keep, the columns that people write; of others all.
OF_ENTERPRISE = ("name_zh", "name_en", "credit_code", "origin", "leading_basis")
OF_PROJECT = (
    "enterprise_id",
    "cluster_id",
    "region_id",
    "sector_id",
    "stage",
    "stage_on",
    "standing",
)
NAMES_OF_PROJECT = ("name_zh", "name_en", "assignee_id")

# Rows of these are only added.
ADDED: dict[Subject, tuple[str, ...]] = {
    Subject.ENTRIES: ("ledger_entry", "ledger_verification", "ledger_attachment", "ledger_change"),
    Subject.PROJECTS: (
        "enterprises_projectstate",
        "enterprises_leadingclaim",
        "enterprises_confirmation",
        "enterprises_expecteddate",
    ),
    Subject.PLANS: ("clusters_goal", "clusters_countingrule"),
    Subject.NAMES: ("enterprises_formername",),
}
# Rows of these also change and go.
CHANGED: dict[Subject, dict[str, tuple[str, ...]]] = {
    Subject.PROJECTS: {"enterprises_project": OF_PROJECT, "enterprises_shareholding": ()},
    Subject.PLANS: {
        "clusters_park": (),
        "clusters_region": (),
        "clusters_cluster": (),
        "clusters_site": (),
        "clusters_sector": (),
        "clusters_plan": (),
        "enterprises_gate": (),
        "enterprises_staleafter": (),
        "progress_reportedtotal": (),
    },
    Subject.NAMES: {
        "enterprises_enterprise": OF_ENTERPRISE,
        "enterprises_project": NAMES_OF_PROJECT,
        "enterprises_investorgroup": (),
    },
}
