"""Servers as in production, on loopback, started as `make run` starts them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.browser import UnexpectedAnswer
from bench.scratch import ROOT, Scratch

WORKERS = 2
THREADS = 4
STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    pid: int

    def processor_seconds(self) -> float | None:
        """Return the time of the processor that its workers have taken; None if not told here."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            # What follows the name, which may have spaces: state, …, user time, system time.
            told = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in children]
        except OSError:
            return None
        ticks = sum(int(tick) for line in told for tick in line.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    made: Scratch, settings: str = "parktracker.settings", workers: int = WORKERS
) -> Iterator[Server]:
    """Serve a database, and yield the server, which is gone at the end."""
    port = free_port()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [
                *(str(Path(sys.executable).with_name("gunicorn")), "parktracker.wsgi"),
                *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
                *("--workers", str(workers), "--threads", str(THREADS)),
                *("--log-level", "warning", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=made.environ(settings),
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(port, process)
            yield Server(port, process.pid)
        except (ConnectionError, UnexpectedAnswer) as error:
            told.seek(0)
            last = "\n".join(told.read().decode().splitlines()[-20:])
            sys.exit(f"{error}; nothing was measured. The last that the server said:\n{last}")
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return as soon as the server takes connections; ConnectionError when it never does."""
    until = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ConnectionError("The server could not be reached")
