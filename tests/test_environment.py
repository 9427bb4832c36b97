"""What a deployment may set: each value that cannot be used stops the start with one line."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scratch import ROOT, Deployment


@pytest.fixture
def made(tmp_path: Path) -> Deployment:
    """A deployment that sets nothing but where its data is."""
    return Deployment(tmp_path / "data", "")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "perhaps", "'perhaps'; write true or false"),
        ("SECRET_KEY", "short", "has 5 characters; give it 32 or more"),
        ("DATABASE_URL", "mysql://office@db/park", "begins with 'mysql'; write sqlite:///PATH or"),
        ("DATABASE_URL", "park.sqlite3", "write sqlite:///PATH or"),
        ("DATABASE_URL", "postgres://", "names no database"),
        ("DATABASE_URL", "postgres://office:secret@db:notaport/park", "cannot be read"),
        ("DATABASE_URL", "sqlite://", "names no database; write sqlite:///PATH or"),
        ("DATABASE_URL", "sqlite:///:memory:", "names no database; write sqlite:///PATH or"),
        ("CSRF_TRUSTED_ORIGINS", "park.example.org", "write it like https://park.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://", "write it like https://park.example.org"),
        ("ALLOWED_HOSTS", "https://park.example.org", "write host names"),
    ],
)
def test_a_bad_value_stops_with_one_line(
    made: Deployment, name: str, value: str, words: str
) -> None:
    done = made.manage("check", **{name: value})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"parktracker cannot start: {name} ")
    assert words in line
    assert "secret" not in line


def test_a_data_directory_that_cannot_be_made_stops_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = Deployment(tmp_path / "file" / "data", "").manage("check")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("parktracker cannot start: PARKTRACKER_DATA_DIR is ")


def test_nothing_set_is_enough(made: Deployment) -> None:
    done = made.manage("check")
    assert done.returncode == 0, done.stderr


def test_empty_values_count_as_unset(made: Deployment) -> None:
    empty = dict.fromkeys(("DATABASE_URL", "SECRET_KEY", "CSRF_TRUSTED_ORIGINS", "DEBUG"), "")
    done = made.python("-c", SHOW, **empty, ALLOWED_HOSTS="")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{made.sqlite_path} False ['127.0.0.1', 'localhost', '[::1]']\n"


SHOW = """
from django.conf import settings
print(settings.DATABASES["default"]["NAME"], settings.DEBUG, settings.ALLOWED_HOSTS)
"""


def test_the_secret_key_is_made_once_and_only_for_its_owner(made: Deployment) -> None:
    shown = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = made.python("-c", shown).stdout, made.python("-c", shown).stdout
    assert first == second
    kept = made.data_dir / "secret_key"
    assert kept.read_text() == first.strip()
    assert len(kept.read_text()) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    given = "a-key-of-this-deployment-0123456789"
    assert made.python("-c", shown, SECRET_KEY=given).stdout.strip() == given


def test_a_spoilt_secret_key_is_named(made: Deployment) -> None:
    made.data_dir.mkdir()
    (made.data_dir / "secret_key").write_text("")
    done = made.manage("check")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "secret_key holds no usable key; delete it and a new one is made" in line


def test_several_starts_at_once_agree_on_the_key(made: Deployment) -> None:
    shown = "from django.conf import settings; print(settings.SECRET_KEY)"
    for _ in range(3):
        started = [
            subprocess.Popen(
                [sys.executable, "-c", shown],
                cwd=ROOT,
                env=made.environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        ended = [process.communicate(timeout=60) for process in started]
        assert {err for _, err in ended} == {""}
        assert len({out for out, _ in ended}) == 1
        (made.data_dir / "secret_key").unlink()


def test_a_reader_in_the_middle_of_the_making_sees_a_whole_key(made: Deployment) -> None:
    loop = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from parktracker.environment import secret_key\n"
        "keys = []\n"
        "for n in range(200):\n"
        "    data = Path(sys.argv[1]) / str(n); data.mkdir(parents=True)\n"
        "    people = [threading.Thread(target=lambda: keys.append(secret_key('', data)))\n"
        "              for _ in range(4)]\n"
        "    [one.start() for one in people]; [one.join() for one in people]\n"
        "print(len(keys), len(set(keys)))\n"
    )
    done = made.python("-c", loop, str(made.data_dir))
    assert (done.stdout, done.stderr) == ("800 200\n", "")
