"""Names and codes that no two enterprises share, drawn from a seed."""

from dataclasses import dataclass
from random import Random

from bench import words
from enterprises.credit_codes import ALPHABET, check_sign

BODIES = 31**9
# Without a common divisor with BODIES: its multiples meet each number once.
STRIDE = 7_368_787_000_037


@dataclass(frozen=True)
class Named:
    """Both names of something, and the brand that they begin with."""

    zh: str
    en: str
    brand_zh: str
    brand_en: str


class Namer:
    """Makes names; the same `random` makes the same ones."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()

    def brand(self) -> tuple[str, str]:
        """Return two or three signs and how they are written in English."""
        count = 2 if self.random.random() < 0.6 else 3
        signs = self.random.choices(words.SYLLABLES, k=count)
        return "".join(zh for zh, _ in signs), "".join(en for _, en in signs).capitalize()

    def enterprise(self, cluster: int) -> Named:
        """Return the registered name of an enterprise in the line of a cluster."""
        while True:
            city = self.random.choices(words.CITIES, words.CITY_WEIGHTS)[0]
            brand = self.brand()
            line = self.random.choice(words.INDUSTRIES[cluster])
            form = self.random.choices(words.FORMS, words.FORM_WEIGHTS)[0]
            zh = f"{city[0]}{brand[0]}{line[0]}{form[0]}"
            if zh not in self.taken:
                self.taken.add(zh)
                return Named(zh, f"{city[1]} {brand[1]} {line[1]} {form[1]}", *brand)

    def group(self) -> Named:
        """Return the name of an investor group."""
        while True:
            brand = self.brand()
            zh, en = f"{brand[0]}集团", f"{brand[1]} Group"
            # English ones repeat sooner, as other signs sound alike.
            if zh not in self.taken and en not in self.taken:
                self.taken |= {zh, en}
                return Named(zh, en, *brand)


def credit_code(number: int, region: str) -> str:
    """Return the valid code of the enterprise of that number in the region of that code."""
    left, body = number * STRIDE % BODIES, []
    for _ in range(9):
        left, place = divmod(left, 31)
        body.append(ALPHABET[place])
    code = f"91{region}{''.join(body)}"
    return code + check_sign(code)
