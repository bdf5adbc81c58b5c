"""One canary, and texts of the kinds that secrets are made of."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
BASE64 = ALNUM + "+/"


@dataclass(frozen=True)
class Canary:
    """A secret that is planted.

    Attributes:
        way: how it gets in: `system`, `option`, `environment`, `format` and so on.
        name: of the setting or variable that holds it, or of the format.
        text: what is planted.
        needles: what must not come out.
    """

    way: str
    name: str
    text: str
    needles: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a report calls it; it holds nothing of the secret."""
        return f"{self.way}: {self.name}"


def drawn(name: str, count: int, letters: str = ALNUM) -> str:
    """So many letters, the same ones each time for a name, with a digit, a small and a capital."""
    source = random.Random(f"canary of {name}")
    kinds = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
    found = [source.choice([one for one in kind if one in letters] or letters) for kind in kinds]
    found += [source.choice(letters) for _ in range(count)]
    return "".join(found[:count])


def word(name: str) -> str:
    """A secret of no known format, as people choose them."""
    return f"cnry{drawn(name, 9, string.ascii_lowercase)}"
