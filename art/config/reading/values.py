"""Reads the text of one value: JSON, a reference, or bare text. Says what is wrong and where."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from art.config.reading.references import REFERENCE, STRING, mark_quoted

MAX_DEPTH = 64
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
"""As JSON has them, and as confection lets them be written."""
PYTHON = {"None": "null", "True": "true", "False": "false"}
NOTE = re.compile(r"(?:^|\s)[#;]")
CURLY = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019`"
"""Quotes that a word processor makes of straight ones."""
REASONS = {
    "Expecting value": "a value is missing here, or is text without double quotes",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing here",
    "Expecting ':' delimiter": "a colon is missing here",
    "Expecting property name": "a key in double quotes is missing here",
    "Unterminated string": "the text that begins here has no closing double quote",
    "Invalid \\": "a backslash in text is written twice: \\\\",
    "Invalid control character": "text in double quotes ends on the line on which it begins",
    "Illegal trailing comma": "a comma is too many here",
}
"""What Python's JSON reader says, in words for people."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value's text.

    Attributes:
        message: a sentence, to stand behind the key's name.
        offset: where in the text.
    """

    message: str
    offset: int = 0


class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.problem = Problem(message, offset)


def read_value(text: str, *, in_file: bool = True) -> tuple[Any, Problem | None]:
    """A value's text as a JSON value, and what is wrong with it; one of the two is None.

    A reference stays in it: the string `${a.b}` in the result was bare, and `"${a.b}"`, quotes
    included, was quoted, in lists and dicts too.

    Args:
        text: the value, without the white space around it.
        in_file: whether it stands in a file; a word of a command line need not be quoted.
    """
    try:
        return _read(text, in_file), None
    except _Wrong as wrong:
        return None, wrong.problem


def _read(text: str, in_file: bool) -> Any:
    if text in WORDS:
        return WORDS[text]
    first = text[:1]
    if first in ("[", "{") or (first == '"' and (in_file or _closed(text))):
        return _container(text) if "${" in text else _json(text)
    if NUMBER.fullmatch(text):
        return _json(text)
    if in_file:
        _refuse_odd_text(text)
    return text


def _refuse_odd_text(text: str) -> None:
    """What no one means by text without quotes."""
    if not text:
        raise _Wrong("it has no value; nothing is written as null.")
    if text[0] == "'":
        raise _Wrong("values are JSON: use double quotes, not single ones.")
    if text[0] in CURLY or text[-1] in CURLY:
        raise _Wrong('values are JSON: use straight double quotes (").')
    note = NOTE.search(text)
    if note is not None and "\n" not in text[: note.start() + 1]:
        offset = note.end() - 1
        raise _Wrong("a comment stands on a line of its own; text is in double quotes.", offset)
    if "\n" in text:
        raise _Wrong(
            "this indented line belongs to the value above it: unindent it.", text.index("\n") + 1
        )
    if text[-1] == '"':
        raise _Wrong("the text has a closing double quote and no opening one.")


def _closed(text: str) -> bool:
    return len(text) > 1 and text[-1] == '"'


def _container(text: str) -> Any:
    """JSON in which references may stand bare, or inside quoted text."""
    _json(_each(text, lambda name: f'"{"x" * (len(name) - 2)}"', str))  # faults where they stand
    return _json(_each(text, json.dumps, mark_quoted))


def _each(text: str, bare: Any, quoted: Any) -> str:
    """The text with every bare reference and every string of it replaced."""
    pieces: list[str] = []
    end = 0
    for string in STRING.finditer(text):
        pieces += [_bare(text[end : string.start()], bare), quoted(string[0])]
        end = string.end()
    return "".join([*pieces, _bare(text[end:], bare)])


def _bare(text: str, replace: Any) -> str:
    return REFERENCE.sub(lambda match: replace(match[0]), text)


def _json(text: str) -> Any:
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise _Wrong(f"lists and dicts are nested more than {MAX_DEPTH} deep.")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _explain(text, error)
    except _Twice as twice:
        quoted = json.dumps(twice.key, ensure_ascii=False)
        raise _Wrong(f"{quoted} is there twice.", max(text.rfind(quoted), 0)) from None
    except ValueError as error:
        message = "the number is too large." if "digits" in str(error) else f"{error}."
        raise _Wrong(message) from None
    if "\\u" in text:
        _refuse_unwritable(value)
    return value


def _explain(text: str, error: json.JSONDecodeError) -> NoReturn:
    rest = text[error.pos :]
    word = re.match(r"\w*", rest)[0]  # type: ignore[index]
    quoted = text[:1] == '"'
    if error.msg == "Extra data":
        note = rest.lstrip()[:1] in ("#", ";")
        if note:
            offset = error.pos + len(rest) - len(rest.lstrip())
            raise _Wrong("a comment stands on a line of its own.", offset)
        if "\n" in text[: error.pos]:
            line = text.rindex("\n", 0, error.pos) + 1
            if not text[line : error.pos].strip():
                raise _Wrong("this indented line belongs to the value above it: unindent it.", line)
        what = 'text in double quotes, in which " is written \\"' if quoted else "one value"
        raise _Wrong(f"not valid JSON: {what}, and this stands behind it.", error.pos)
    if word in PYTHON:
        raise _Wrong(f"not valid JSON: {word} is written {PYTHON[word]}.", error.pos)
    if rest[:1] == "'":
        raise _Wrong("not valid JSON: use double quotes, not single ones.", error.pos)
    if not rest.strip() and not quoted:
        raise _Wrong(f"not valid JSON: the '{text[0]}' is not closed.", 0)
    if error.msg.startswith("Expecting") and rest[:1] in ("]", "}"):
        before = text[: error.pos].rstrip()
        if before.endswith(","):
            raise _Wrong("not valid JSON: a comma is too many here.", len(before) - 1)
    reason = next((said for key, said in REASONS.items() if error.msg.startswith(key)), error.msg)
    raise _Wrong(f"not valid JSON: {reason}.", error.pos)


def _depth(text: str) -> int:
    """How deeply brackets are nested, at most, without recursion."""
    depth = deepest = 0
    for character in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
        deepest = max(deepest, depth)
    return deepest


def _refuse_unwritable(value: Any) -> None:
    """Escapes that stand for no character of a text: halves of a pair, and NUL."""
    for text in _texts(value):
        for character in text:
            if character == "\0" or "\ud800" <= character <= "\udfff":
                raise _Wrong(f"\\u{ord(character):04x} is not a valid character in text.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


class _Twice(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, key: str) -> None:
        self.key = key


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("the number is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise ValueError(f"not valid JSON: {text} is not a number that JSON can hold")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_float, parse_constant=_constant)
