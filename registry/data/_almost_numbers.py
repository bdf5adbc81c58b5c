"""Columns that would be numbers but for how some of them are written.

Read as texts they would become a column for each different number, or be taken for an id.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from art.registry.data._spelling import PLAIN, Spelling

MOST_CODES = 20
"""Different numbers up to which a column may be codes with a text among them, as 0, 1, 2, 3+."""
_UNIT = re.compile(r"(?P<number>[+-]?[\d.,]*\d)\s*(?P<unit>[^\d\s.,+-][^\d]*)")
_CURRENCY = re.compile(r"(?P<unit>[$€£¥])\s*(?P<number>[+-]?[\d.,]*\d)")


def spoilt_numbers(
    name: str, texts: Sequence[str], lines: Sequence[int], spelling: Spelling, path: object
) -> str | None:
    """Why a column of texts would be one of numbers, in words for people; None where it would not.

    Args:
        name: of the column.
        texts: its texts, of which not all are numbers.
        lines: the line of the file that each stands in.
        spelling: how they were read.
        path: the file.
    """
    there = [(text, line) for text, line in zip(texts, lines, strict=True)
             if not spelling.is_missing(text)]  # fmt: skip
    odd = [(text, line) for text, line in there if spelling.number(text) is None]
    if not odd:
        return None
    first, line = odd[0]
    where = f"{path}:{line}: '{first:.40}' in column '{name}'"
    other = _other_spelling([text for text, _ in there])
    if other:
        return f"{where} is a number if {other} Or name the column in texts, to keep it as it is."
    numbers = {text for text, _ in there} - {text for text, _ in odd}
    if len(there) - len(odd) >= len(odd) and len(numbers) > MOST_CODES:
        return (
            f"{where} is no number{_others(odd, ', nor')}; {len(there) - len(odd)} of {len(there)} "
            f"values there are. {_advice(first)} To keep the column as texts, name "
            f"it in texts."
        )
    units = Counter(_unit_of(text) for text, _ in odd)
    unit, count = units.most_common(1)[0]
    # house numbers before street names are no amounts of anything
    if unit and count > len(odd) / 2 and len(units) <= 3 and len(set(there)) > MOST_CODES:
        return (
            f"{where} is a number with '{unit}'{_others(odd, ', and so')}. Write the numbers "
            f"alone in the file. To keep the column as texts, name it in texts."
        )
    return None


def _others(odd: Sequence[tuple[str, int]], joint: str) -> str:
    count = len({text for text, _ in odd}) - 1
    if not count:
        return ""
    return f"{joint} {'is 1 other text' if count == 1 else f'are {count} other texts'}"


def _other_spelling(texts: Sequence[str]) -> str:
    """What to set so that every text is a number; empty where nothing helps."""
    found = []
    for decimal, thousands in (
        (".", ""),
        (",", ""),
        (".", ","),
        (",", "."),
        (".", " "),
        (".", "'"),
    ):
        way = replace(PLAIN, decimal=decimal, thousands=thousands)
        if thousands and not any(thousands in text for text in texts):
            continue
        if all(way.is_missing(text) or way.number(text) is not None for text in texts):
            parts = [f'decimal = "{decimal}"'] if decimal != "." or not thousands else []
            parts += [f'thousands = "{thousands}"'] if thousands else []
            found.append(" and ".join(parts))
    return f"you set [data] {', or '.join(found)}." if found else ""


def _advice(text: str) -> str:
    if _unit_of(text):
        return "Write the number alone in the file."
    if text.lower().lstrip("+-") in ("inf", "infinity"):
        return "Write what it stands for, or leave it empty."
    return (
        f"If it means that there is no value, add it to [data] missing, as in "
        f'missing = ["", "nan", {json.dumps(text)}].'
    )


def _unit_of(text: str) -> str:
    match = _UNIT.fullmatch(text) or _CURRENCY.fullmatch(text)
    return match["unit"].strip() if match else ""
