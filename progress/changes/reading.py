"""What changed between two days: what happened by its own date, and what became known by the day
that it was recorded.

Both clocks run from the day after `since` to the day that the figures describe, and nothing counts
that was recorded after the moment whose knowledge they use.

by date       projects that are new, stand at a further stage, were paused, resumed or withdrawn:
              their state on the later day beside that on `since`; enterprises that began or ceased
              to count as leading; entries dated between the two
by recording  entries recorded in those days and dated until `since`, of which some take back what
              was recorded until `since`; entries that were verified or returned in those days

What happened is counted of the whole scope, as all figures are, and named only as far as the
reader may see it. What people recorded, took back and said is told nowhere else in such numbers, so
that is counted, too, of what the reader may see.
"""

from datetime import date

from ledger.subjects import Subject
from progress.changes.entries import EntryChanges
from progress.changes.projects import ProjectChanges
from progress.changes.results import Changes, Found
from progress.charts.reading import Reading
from progress.knowledge import remembered, seen_by, versions


def changes(reading: Reading, since: date) -> Changes:
    """Return what changed after `since`; what it rests on is read anew only if it changed."""
    progress, known = reading.progress, versions()
    of_entries, of_projects = EntryChanges(reading, since), ProjectChanges(reading, since)
    key = (
        reading.plan.pk,
        reading.identity,
        since,
        progress.as_of,
        progress.known_at,
        progress.verified_only,
        of_entries.in_sites,
        reading.stage.value,
        seen_by(reading.viewer),
    )
    named = (Subject.PLANS, Subject.NAMES)
    # Where only what is verified counts, a verdict decides which projects do.
    subjects = (Subject.PROJECTS, *([Subject.ENTRIES] if progress.verified_only else []))
    projects: dict[str, Found] = remembered(
        "changes-projects",
        *key,
        compute=of_projects.found,
        subjects=(*subjects, *named),
        known=known,
    )
    entries: dict[str, Found] = remembered(
        "changes-entries",
        *key,
        compute=of_entries.found,
        subjects=(Subject.ENTRIES, *named),
        known=known,
    )
    last_on = remembered(
        "changes-last",
        *key,
        compute=of_entries.last_on,
        subjects=(Subject.ENTRIES, Subject.PROJECTS, Subject.PLANS),
        known=known,
    )
    return Changes(since, {**projects, **entries}, last_on)
