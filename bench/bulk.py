"""How many rows a second a bulk change comes to.

`python -m bench.bulk ROWS` changes so many projects and enterprises in the database of the
environment, and prints the rows a second of each change as JSON.
"""

import json
import sys
import time
from collections.abc import Callable

import django


def main(rows: str) -> None:
    """Change, and tell."""
    django.setup()
    from accounts.models import User
    from bench.office import ADMINISTRATOR, RECORDER
    from enterprises.editing import Changes, edit_many
    from enterprises.models import Enterprise, Project

    by = User.objects.get(username=ADMINISTRATOR)
    assignee = User.objects.get(username=RECORDER)
    count = int(rows)
    projects = Project.objects.filter(assignee=None)
    projects = Project.objects.filter(pk__in=projects.order_by("pk").values("pk")[:count])
    some = Enterprise.objects.order_by("pk").values("pk")[:count]
    enterprises = Enterprise.objects.filter(pk__in=some)

    def assign() -> int:
        changes = Changes(assignee=assignee)
        return len(edit_many(projects, edited_by=by, changes=changes).changed)

    def tag() -> int:
        changes = Changes(add_tags=["bulk"])
        return len(edit_many(enterprises, edited_by=by, changes=changes).changed)

    told = {"projects assigned": a_second(assign), "enterprises tagged": a_second(tag)}
    sys.stdout.write(json.dumps(told))


def a_second(change: Callable[[], int]) -> list[float]:
    """Return how many rows were changed, and how many a second."""
    started = time.perf_counter()
    changed = change()
    return [changed, changed / (time.perf_counter() - started)]


if __name__ == "__main__":
    main(*sys.argv[1:])
