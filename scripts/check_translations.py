"""Says whether every string of the source is translated; with --update, takes new ones in first.

The catalogue is compared with the one that makemessages would write now, so a string that is new,
changed or gone fails as an empty or doubtful translation does. Without gettext's tools only the
committed catalogue is read; where CI is set they must be there.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
# Not the project's own text, or not seen by its users.
LEFT_OUT = (".*", "build", "node_modules", "requirements", "scripts", "tests", "var")
# Changes with every run, and tells nothing.
NOISE = re.compile(r'^"POT-Creation-Date: .*\n', re.MULTILINE)

Key = tuple[str, str]


def make_messages(top: Path) -> None:
    """Bring the catalogue of the source tree at `top` up to date with its source."""
    # makemessages skips a language whose directory is not there.
    (top / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    ignores = [f"--ignore={pattern}" for pattern in LEFT_OUT]
    command = [sys.executable, "manage.py", "makemessages", f"--locale={LOCALE}"]
    subprocess.run(
        [*command, "--no-location", "--no-wrap", "--no-obsolete", "--verbosity=0", *ignores],
        cwd=top,
        check=True,
    )
    catalogue = top / CATALOGUE
    catalogue.write_text(NOISE.sub("", catalogue.read_text(encoding="utf-8")), encoding="utf-8")


def messages_of(top: Path) -> tuple[Catalog, dict[Key, Message]]:
    """Return the catalogue under `top`, and its messages by context and singular."""
    with (top / CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale=LOCALE)
    return catalogue, {key(message): message for message in catalogue if message.id}


def key(message: Message) -> Key:
    """Return what tells two messages apart."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return str(message.context or ""), singular


def faults(catalogue: Catalog, messages: dict[Key, Message]) -> Iterator[str]:
    """Yield one line for each message that its readers would not get in their language."""
    if catalogue.fuzzy:
        yield "the catalogue is marked fuzzy at its top, so none of it is used"
    for (_context, text), message in messages.items():
        forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if not all(forms):
            yield f"not translated: {text!r}"
        elif message.fuzzy:
            yield f"doubtful (fuzzy): {text!r}"
        else:
            for error in message.check(catalogue):
                yield f"{error}: {text!r}"


def differences(committed: dict[Key, Message], fresh: dict[Key, Message]) -> Iterator[str]:
    """Yield one line for each string that stands in the source or in the catalogue only."""
    for _context, text in sorted(fresh.keys() - committed.keys()):
        yield f"not in the catalogue: {text!r}"
    for _context, text in sorted(committed.keys() - fresh.keys()):
        yield f"no longer in the source: {text!r}"


def fresh_messages() -> dict[Key, Message]:
    """Return what makemessages finds now, without touching the project's catalogue."""
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory) / "source"
        shutil.copytree(ROOT, top, ignore=shutil.ignore_patterns(*LEFT_OUT, "__pycache__"))
        # makemessages starts the program, which needs its vendored files' directory to be there.
        (top / "build" / "vendor").mkdir(parents=True)
        make_messages(top)
        return messages_of(top)[1]


def main() -> None:
    """Check, after an update if one was asked for; end with 1 and every fault if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="take new strings in first")
    update = parser.parse_args().update
    has_gettext = shutil.which("xgettext") is not None
    if not has_gettext and (update or os.environ.get("CI")):
        sys.exit("check_translations: xgettext is missing; install gettext")
    if update:
        make_messages(ROOT)
    if not (ROOT / CATALOGUE).is_file():
        sys.exit(f"check_translations: {CATALOGUE} is missing; run make messages")
    catalogue, committed = messages_of(ROOT)
    found = list(faults(catalogue, committed))
    if has_gettext:
        found += differences(committed, fresh_messages())
    else:
        print("gettext is not installed: strings that are not in the catalogue were not looked for")
    if found:
        hint = "" if update else "Run make messages, then translate."
        sys.exit("\n".join([f"{CATALOGUE}: {len(found)} to mend. {hint}".strip(), *found]))
    print(f"{len(committed)} messages, all translated")


if __name__ == "__main__":
    main()
