"""The measurement of writes runs, and tells each of its figures; how quick they are is no test."""

import os
import subprocess
import sys

from bench.report import LABELS
from tests.scratch import ON_POSTGRES, ROOT, SERVER, SET_BY_DEPLOYMENTS


def test_the_measurement_runs_and_tells_each_figure_of_each_engine() -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SET_BY_DEPLOYMENTS}
    done = subprocess.run(
        [sys.executable, "-m", "bench.posting", "--quick"],
        cwd=ROOT,
        env={**kept, "BENCH_POSTGRES_URL": SERVER if ON_POSTGRES else ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Measuring on") == 1 + ON_POSTGRES
    for label in (*LABELS.values(), "2"):
        assert done.stdout.count(f"\n| {label} |") == 1 + ON_POSTGRES, label
    assert ("PostgreSQL was not measured" in done.stdout) is not ON_POSTGRES
