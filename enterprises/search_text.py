"""The text by which an enterprise, a project or a group is found.

A text has one line per name, in small letters, and begins and ends with a line break. So where a
word stands is told by its position: "\\nword\\n" is a whole line, "\\nword" the beginning of one.
Chinese names bring two further lines, their pinyin without spaces and its initials: 青岛海信 is
also found as "qingdaohaixin" and "qdhx".

Grams are what databases find a text by (see enterprises.search_index): each pair of neighbouring
signs, the line break being one, and for the best matches the start of each line and the whole line.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any

# Stands in a gram for a line break, and in a whole line for a space; it is itself in no text.
EDGE = "⏎"
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]"
HAS_HAN = re.compile(HAN)
# A Chinese sign, or all up to the next one: what each syllable of pypinyin was made of.
PIECES = re.compile(rf"{HAN}|(?:(?!{HAN}).)+")
# As long may a line be: a whole one is a key of the index, which takes 2,700 bytes.
LINE = 300
# Control characters, of which a line can hold none.
BLANKS = dict.fromkeys([*range(32), *range(127, 160), ord(EDGE)], " ")


def normalized(name: str) -> str:
    """Return a name as texts have it: one width of signs, small letters, single spaces."""
    signs = unicodedata.normalize("NFKC", name).lower()
    return " ".join(signs.translate(BLANKS).split())[:LINE].rstrip()


@cache
def speller() -> Any:
    """Return the function that gives the pinyin of a line, a syllable for each sign.

    Its dictionaries take 55 MB and 0.15 s, so they are loaded with the first name that is written,
    or place that is looked for in Latin letters; whoever only reads does without.
    """
    from pypinyin import lazy_pinyin

    return lazy_pinyin


def spelled(line: str) -> list[str]:
    """Return the pinyin of a line and its initials, letters and digits only; [] if not Chinese."""
    if not HAS_HAN.search(line):
        return []
    syllables = speller()(line)
    # A word in Latin letters between Chinese signs stays whole: "tcl华星" has the initials "tclhx".
    initials = (
        syllable[:1] if HAS_HAN.match(piece) else piece
        for piece, syllable in zip(PIECES.findall(line), syllables, strict=False)
    )
    return [letters for letters in map(letters_of, (syllables, initials)) if letters]


def letters_of(parts: Iterable[str]) -> str:
    """Return the letters and digits of all parts."""
    return "".join(sign for part in parts for sign in part if sign.isalnum())


def lines_of(names: Iterable[str]) -> list[str]:
    """Return the lines of names in their order, each once; empty names have none."""
    lines: dict[str, None] = {}
    for line in map(normalized, names):
        if line and line not in lines:
            lines.update(dict.fromkeys([line, *spelled(line)]))
    return [*lines]


def text_of(lines: Iterable[str]) -> str:
    """Return lines as one text."""
    return "\n" + "".join(f"{line}\n" for line in lines)


def pairs_of(text: str) -> list[str]:
    """Return the different pairs of neighbouring signs of a text, but for those with a space."""
    found = dict.fromkeys(map("".join, pairwise(text.replace("\n", EDGE))))
    return [pair for pair in found if " " not in pair]


def start_of(line: str) -> str:
    """Return the gram of a line's first two signs; "" where there are no two without a space."""
    start = line[:2]
    return EDGE + start if len(start) == 2 and " " not in start else ""


def whole(line: str) -> str:
    """Return the gram of a whole line."""
    return line.replace(" ", EDGE) + EDGE


def grams_of(own: str, around: str) -> str:
    """Return the grams of an entry's texts, separated by spaces: the pairs of both, and of each own
    line its start and the whole of it."""
    lines = own.strip("\n").split("\n")
    found = [*pairs_of(own + around), *map(start_of, lines), *map(whole, lines)]
    return " ".join(filter(None, dict.fromkeys(found)))


def words_of(query: str) -> list[str]:
    """Return the words of a query, each once, as texts have them."""
    return [*dict.fromkeys(normalized(query).split())]


def grams_for(words: Iterable[str]) -> list[str]:
    """Return the grams that a text with all of these words has; a word of one sign has none."""
    return [*dict.fromkeys(pair for word in words for pair in pairs_of(word))]


def grams_of_start(line: str) -> list[str]:
    """Return the grams that a text has of which a line begins like `line`, itself with a break."""
    return [*filter(None, [start_of(line.lstrip("\n"))]), *pairs_of(line)]
