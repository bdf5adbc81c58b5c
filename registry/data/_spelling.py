"""How a table writes its numbers and its gaps."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

MISSING = ("", "na", "n/a", "nan", "null", "none", "?")
"""How people write that a value is missing, in lower case."""

_GROUPED = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",. '_"}
"""A whole number whose thousands are set apart."""


@dataclass(frozen=True)
class Spelling:
    """How numbers and missing values are written.

    Attributes:
        decimal: what comes before the decimals.
        thousands: what sets thousands apart; empty where nothing does.
        missing: texts that mean that there is no value, in any case.
    """

    decimal: str = "."
    thousands: str = ""
    missing: Collection[str] = MISSING

    def is_missing(self, text: str) -> bool:
        """Whether a text says that there is no value."""
        return text.lower() in self.missing

    def number(self, text: str) -> float | None:
        """The finite number that a text is; None where it is none."""
        if self.thousands and self.thousands in text:
            whole, mark, decimals = text.partition(self.decimal)
            if not _GROUPED[self.thousands].fullmatch(whole):
                return None
            text = whole.replace(self.thousands, "") + mark + decimals
        if self.decimal != ".":
            if "." in text:
                return None
            text = text.replace(self.decimal, ".", 1)
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) and "_" not in text else None

    def numbers(self, texts: list[str]) -> list[float] | None:
        """A column as numbers, NaN where missing; None where any text is no finite number, or where
        there is no number at all."""
        found = []
        for text in texts:
            number = math.nan if self.is_missing(text) else self.number(text)
            if number is None:
                return None
            found.append(number)
        return None if all(math.isnan(number) for number in found) else found


PLAIN = Spelling()
