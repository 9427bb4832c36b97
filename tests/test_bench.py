"""The measurements run, and tell each of their figures; how quick they are is no test."""

import os
import subprocess
import sys

from bench.cases import PLAIN, cases
from bench.filled import generate
from bench.pages import QUICK, QUICK_SIZE, measure
from bench.report import LABELS
from bench.scratch import Scratch
from tests.scratch import ON_POSTGRES, ROOT, SERVER, SET_BY_DEPLOYMENTS, deployment


def test_the_measurement_of_writes_runs_and_tells_each_figure_of_each_engine() -> None:
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


def test_the_measurement_of_pages_runs_and_tells_the_figures_of_each() -> None:
    with deployment() as made:
        scratch = Scratch(made.data_dir, made.database_url)
        generate(scratch, QUICK_SIZE)
        _, text = measure(scratch, QUICK_SIZE, QUICK)
    for case in (*cases(QUICK_SIZE.enterprises), *PLAIN[:1]):
        assert f"\n| {case.label} | " in text, case.label
    assert "not measured" not in text
    for act in ("projects assigned", "projects tagged", "enterprises tagged", "stages recorded"):
        assert f"\n| {act} | " in text, act


def test_the_same_seed_makes_the_same_rows_and_their_ledger_adds_up() -> None:
    prints = []
    for _ in range(2):
        with deployment() as made:
            size = ("--enterprises", "200", "--entries", "1500")
            filled = made.python("-m", "bench.generate", *size)
            assert filled.returncode == 0, filled.stderr
            prints.append(made.python("-m", "bench.fingerprint").stdout)
            if len(prints) == 2:
                verified = made.manage("verify_ledger")
                assert verified.returncode == 0, verified.stderr
    assert prints[0] == prints[1]
    assert "ledger_entry " in prints[0]
