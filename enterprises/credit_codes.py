"""Unified Social Credit Codes by GB 32100-2015.

Eighteen signs out of 31 (digits and capitals without I, O, S, V, Z): one for the authority, one
for the kind of body, six digits for the place, nine for the body, one check sign by MOD 31-3
(ISO 7064). Letters stand in the first two places too (N1, Y1), so no fixed list of prefixes is
kept. A code whose check sign is wrong may still be the one on the licence: hundreds in force are.
"""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def normalized(text: str) -> str:
    """Return the code as stored: capitals, no spaces or hyphens, full-width signs made plain."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_well_formed(code: str) -> bool:
    """Whether a normalized code has the form; says nothing of the check sign."""
    return FORM.fullmatch(code) is not None


def check_sign(code: str) -> str:
    """Return the check sign for the first seventeen signs of a well-formed code."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return ALPHABET[-total % 31]
