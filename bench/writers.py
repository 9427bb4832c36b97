"""How many posts a second several writers come to, each a process with a connection of its own.

`python -m bench.writers PROJECT SECONDS` is one of them: it prints "ready", waits to be let go,
posts on the project of that number for so long, and prints how many it came to in a second.
"""

import os
import sys
import time
from itertools import count

import django

from bench.scratch import Scratch


def throughput(scratch: Scratch, writers: int, *, on_one: bool, seconds: float) -> float:
    """Return the posts a second of some writers, on one project or each on its own."""
    processes = [
        scratch.python("bench.writers", "0" if on_one else str(number), str(seconds))
        for number in range(writers)
    ]
    for process in processes:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            sys.exit("A writer could not start; nothing was measured.")
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(float(process.communicate()[0]) for process in processes)


def main(project: str, seconds: str) -> None:
    """Be one writer."""
    django.setup()
    from bench.single import Writes

    writes = Writes()
    writes.projects = [writes.projects[int(project) % len(writes.projects)]]
    # Amounts that no other writer has, or they would be taken for doubles.
    writes.numbers = count(os.getpid() * 10**6)
    writes.post()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    started, posts = time.perf_counter(), 0
    while time.perf_counter() - started < float(seconds):
        writes.post()
        posts += 1
    sys.stdout.write(str(posts / (time.perf_counter() - started)))


if __name__ == "__main__":
    main(*sys.argv[1:])
