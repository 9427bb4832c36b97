"""The bare SQL that pages need: what somebody who knows the tables would write by hand.

Each page has as many statements as it shows different things: how many rows there are and what they
come to, the fifty that are shown, and what stands beside them.
"""

from collections.abc import Callable

from bench.cases import COMMON, PINYIN, TWO_SIGNS, Case
from bench.office import REGION
from enterprises.search_text import pairs_of

Statements = dict[str, list[str]]
AMOUNTS = "contracted_fen, contracted_verified_fen, paid_in_fen, paid_in_verified_fen"
SUMS = ", ".join(f"SUM({column})" for column in AMOUNTS.split(", "))
RANK = (
    "CASE stage WHEN 'negotiating' THEN 0 WHEN 'signed' THEN 1 WHEN 'registered' THEN 2 "
    "WHEN 'construction' THEN 3 WHEN 'production' THEN 4 ELSE 5 END"
)
COUNTED = [
    "SELECT SUM(\"rows\") FROM enterprises_tally WHERE stage = ''",
    f"SELECT {SUMS} FROM enterprises_tally WHERE stage <> ''",
]
ROWS = (
    "SELECT e.id, e.name_zh, e.name_en, e.origin, e.leading_basis, e.stage_rank, "
    "e.contracted_fen, e.paid_in_fen, g.name_zh, g.name_en, "
    "(SELECT {texts}(DISTINCT {cluster}, ',') FROM enterprises_project WHERE enterprise_id = e.id) "
    "FROM enterprises_enterprise AS e "
    "LEFT JOIN enterprises_investorgroup AS g ON g.id = e.lead_group_id "
)
PROJECT_ROWS = (
    "SELECT p.id, p.name_zh, p.name_en, p.cluster_id, p.region_id, p.stage, p.standing, "
    "p.stage_on, p.heard_on, p.contracted_fen, p.paid_in_fen, e.id, e.name_zh, e.name_en "
    "FROM enterprises_project AS p JOIN enterprises_enterprise AS e ON e.id = p.enterprise_id "
)
ENTRY_ROWS = (
    "SELECT l.id, l.effective_on, l.measure, l.amount_fen, l.currency, l.original_amount, "
    "l.cluster_id, l.region_id, l.reverses_id, p.id, p.name_zh, p.name_en, e.name_zh, e.name_en, "
    "a.grade, a.verdict, v.title, v.url, v.sha256, (SELECT b.id FROM ledger_entry AS b WHERE "
    "b.reverses_id = l.id) FROM ledger_entry AS l "
    "JOIN enterprises_project AS p ON p.id = l.project_id "
    "JOIN enterprises_enterprise AS e ON e.id = p.enterprise_id "
    "JOIN ledger_assessment AS a ON a.entry_id = l.id "
    "LEFT JOIN ledger_evidence AS v ON v.id = l.evidence_id "
)
IN_REGION = f"region_id = (SELECT id FROM clusters_region WHERE code = '{REGION}')"
IN_CLUSTER = "cluster_id = (SELECT id FROM clusters_cluster WHERE slug = 'nev')"


def statements(engine: str, case: Case) -> list[str]:
    """Return the statements of a page on an engine; [] when none are written."""
    return BY_ENGINE[engine].get(case.bare, [])


def most_first(column: str, engine: str) -> str:
    """Return the order of a kept amount, as its index has it."""
    return f"ORDER BY {column} DESC{' NULLS LAST' if engine == 'PostgreSQL' else ''}, id"


def all_statements(engine: str) -> Statements:
    """Return the statements of every page."""
    postgres = engine == "PostgreSQL"
    rows = ROWS.format(
        texts="STRING_AGG" if postgres else "GROUP_CONCAT",
        cluster="cluster_id::text" if postgres else "cluster_id",
    )
    if not postgres:  # whose DISTINCT takes no separator
        rows = rows.replace("cluster_id, ','", "cluster_id")

    def page(order: str, offset: int = 0, where: str = "") -> str:
        # The keys first, from the index alone; the joins for fifty rows only.
        keys = f"SELECT id FROM enterprises_enterprise {where} {order} LIMIT 50 OFFSET {offset}"
        return f"{rows} WHERE e.id IN ({keys})"

    most = most_first("contracted_fen", engine)
    least = "ORDER BY contracted_fen IS NULL, contracted_fen, id"
    if postgres:
        least = "ORDER BY contracted_fen NULLS LAST, id"
    return {
        "enterprises": [*COUNTED, page(most)],
        "page 2": [*COUNTED, page(most, 50)],
        "page 100": [*COUNTED, page(most, 4950)],
        "least": [*COUNTED, page(least)],
        "paid in": [*COUNTED, page(most_first("paid_in_fen", engine))],
        "name": [*COUNTED, page("ORDER BY name_en, name_zh, id")],
        **of_projects(rows, engine),
        **of_searches(page, most, engine),
        **of_facets(),
        "projects": [
            f"SELECT SUM(\"rows\"), {SUMS} FROM enterprises_tally WHERE stage <> ''",
            f"{PROJECT_ROWS} WHERE p.id IN (SELECT id FROM enterprises_project {most} LIMIT 50)",
        ],
        "projects of region": [
            f'SELECT SUM("rows"), {SUMS} FROM enterprises_tally AS t JOIN clusters_region AS r '
            f"ON r.id = t.region WHERE r.code = '{REGION}'",
            f"{PROJECT_ROWS} WHERE p.id IN (SELECT id FROM enterprises_project WHERE {IN_REGION} "
            f"{most} LIMIT 50)",
        ],
        "ledger": [
            'SELECT measure, grade, SUM(amount_fen), SUM("rows") FROM ledger_placetotal '
            "GROUP BY measure, grade",
            f"{ENTRY_ROWS} ORDER BY l.effective_on DESC, l.id DESC LIMIT 50",
        ],
        "ledger of region": [
            'SELECT measure, grade, SUM(amount_fen), SUM("rows") FROM ledger_placetotal '
            f"WHERE {IN_REGION} GROUP BY measure, grade",
            f"{ENTRY_ROWS} WHERE l.{IN_REGION} ORDER BY l.effective_on DESC, l.id DESC LIMIT 50",
        ],
        "overview": [
            "SELECT measure, cluster_id, region_id, grade, SUM(amount_fen), SUM(entries) "
            "FROM ledger_monthlytotal GROUP BY measure, cluster_id, region_id, grade",
            *(
                f"SELECT {place} COUNT(DISTINCT enterprise_id), COUNT(*) FROM enterprises_project "
                f"WHERE standing <> 'withdrawn' {grouped}"
                for place, grouped in (
                    ("", ""),
                    ("cluster_id,", "GROUP BY cluster_id"),
                    ("region_id,", "GROUP BY region_id"),
                )
            ),
            "SELECT p.stage, p.cluster_id, p.region_id, COUNT(DISTINCT p.enterprise_id) "
            "FROM enterprises_project AS p JOIN enterprises_enterprise AS e "
            "ON e.id = p.enterprise_id WHERE e.leading_basis <> '' "
            "AND p.standing <> 'withdrawn' GROUP BY p.stage, p.cluster_id, p.region_id",
        ],
    }


def of_projects(rows: str, engine: str) -> Statements:
    """Return the statements of lists that sum up the projects of one cluster or region."""
    order = most_first("fen", engine).replace(", id", ", e.id")
    made = {}
    of_words = f"enterprise_id IN ({found('enterprise', TWO_SIGNS, engine)})"
    for name, condition in (
        ("cluster", IN_CLUSTER),
        ("enterprises of region", IN_REGION),
        ("two signs of region", f"{IN_REGION} AND {of_words}"),
    ):
        summed = (
            f"SELECT enterprise_id, SUM(contracted_fen) AS fen, SUM(paid_in_fen) AS paid_fen, "
            f"MAX(CASE WHEN standing <> 'withdrawn' THEN {RANK} END) FROM enterprises_project "
            f"WHERE {condition} GROUP BY enterprise_id"
        )
        made[name] = [
            f"SELECT COUNT(DISTINCT enterprise_id), {SUMS} FROM enterprises_project "
            f"WHERE {condition}",
            f"{rows} JOIN ({summed}) AS summed ON summed.enterprise_id = e.id {order} LIMIT 50",
        ]
    return made


def of_searches(page: Callable[..., str], most: str, engine: str) -> Statements:
    """Return the statements of searches: how many there are, what they come to, the best."""
    made = {}
    for name, word in (("two signs", TWO_SIGNS), ("pinyin", PINYIN), ("common", COMMON)):
        keys = found("enterprise", word, engine)
        made[name] = [
            f"SELECT COUNT(*), {SUMS} FROM enterprises_enterprise WHERE id IN ({keys})",
            page(most, where=f"WHERE id IN ({keys})"),
        ]
        suggested = "suggest" if name == "two signs" else f"suggest {name}"
        made[suggested] = [
            f"SELECT id, name_zh, name_en FROM enterprises_enterprise WHERE id IN ({keys}) "
            f"{most} LIMIT 10"
        ]
    tables = {
        "enterprise": "enterprises_enterprise",
        "project": "enterprises_project",
        "group": "enterprises_investorgroup",
    }
    made["everything"] = [
        f"SELECT id, name_zh, name_en FROM {table} "
        f"WHERE id IN ({found(kind, TWO_SIGNS, engine)}) ORDER BY id LIMIT 10"
        for kind, table in tables.items()
    ]
    return made


def found(kind: str, word: str, engine: str) -> str:
    """Return what finds the keys of what a word stands in."""
    pairs = pairs_of(word)
    if engine == "PostgreSQL":
        grams = ", ".join(f"'{pair}'" for pair in pairs)
        return (
            f"SELECT {kind}_id FROM enterprises_searchentry WHERE {kind}_id IS NOT NULL "
            f"AND enterprises_grams(text, around) @> ARRAY[{grams}] "
            f"AND (text LIKE '%{word}%' OR around LIKE '%{word}%')"
        )
    grams = " ".join(f'"{pair}"' for pair in pairs)
    return (
        f"SELECT {kind}_id FROM enterprises_grams_{kind} "
        f"JOIN enterprises_searchentry AS found ON found.id = enterprises_grams_{kind}.rowid "
        f"WHERE enterprises_grams_{kind} MATCH '{grams}' "
        f"AND (text LIKE '%{word}%' OR around LIKE '%{word}%')"
    )


def of_facets() -> Statements:
    """Return how many enterprises have a project in each cluster and region, at each stage."""
    of_enterprises = (
        "SELECT leading_basis, COUNT(*) FROM enterprises_enterprise GROUP BY leading_basis"
    )

    def by(column: str, where: str = "") -> str:
        return (
            f"SELECT {column}, COUNT(DISTINCT enterprise_id) FROM enterprises_project {where} "
            f"GROUP BY {column}"
        )

    return {
        "facets": [by("cluster_id"), by("region_id"), by("stage"), of_enterprises],
        "facets of cluster": [
            by("cluster_id"),
            by("region_id", f"WHERE {IN_CLUSTER}"),
            by("stage", f"WHERE {IN_CLUSTER}"),
            "SELECT leading_basis, COUNT(*) FROM enterprises_enterprise WHERE id IN "
            f"(SELECT enterprise_id FROM enterprises_project WHERE {IN_CLUSTER}) "
            "GROUP BY leading_basis",
        ],
    }


BY_ENGINE = {engine: all_statements(engine) for engine in ("PostgreSQL", "SQLite")}
