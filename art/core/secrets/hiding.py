"""Texts in which every known secret is hidden, and whatever looks like one."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from art.core.secrets.forms import Span, passwords_in
from art.core.secrets.names import names_secret
from art.core.secrets.texts import spans

HIDDEN = "***"
SHORTEST = 6
"""Shorter values are hidden as whole words alone: they stand inside of others."""
SHORTEST_WORD = 4
"""Shorter ones are hidden beside their names alone: `1` and `on` stand everywhere."""
SHORTEST_LINE = 12
"""Lines of a secret that are as long are secrets themselves: a log is written line by line."""
UNQUOTED = frozenset(string.ascii_letters + string.digits + "_.-~")
"""Characters that an address takes as they are (RFC 3986, 2.3)."""
OF_THE_SHELL = ("PWD", "OLDPWD")
"""Working folders, which are called like passwords."""


def hide(text: str) -> str:
    """A text in which whatever looks like a secret is `***`."""
    return _without(text, spans(text))


class Secrets:
    """Hides known secrets in texts, however they came there, and what looks like one.

    Args:
        values: the secrets of a config.
        environment: the variables, of which those with a secret's name are secrets.
    """

    def __init__(
        self, values: Iterable[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        variables = os.environ if environment is None else environment
        given = [*values, *_secret_variables(variables)]
        known = {part for value in given for part in _parts(value) if _can_be_hidden(part)}
        spelt = {way for value in known for way in _spelt(value)}
        # the longest first: one secret may begin with another
        self._known = sorted(spelt, key=lambda way: (-len(way), way))

    def hidden(self, text: str) -> str:
        """The text, every secret in it as `***`."""
        for word in self._known:
            if word in text:
                text = text.replace(word, HIDDEN) if len(word) >= SHORTEST else _masked(word, text)
        return hide(text)

    def spans(self, text: str) -> Iterator[Span]:
        """Where the known secrets stand in a text."""
        for word in self._known:
            if word in text:
                yield from (match.span() for match in _pattern(word).finditer(text))

    def hidden_in(self, value: Any) -> Any:
        """The same for the texts in a container, a dataclass, or a container of them."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, Mapping):
            return {self.hidden_in(key): self.hidden_in(item) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self.hidden_in(item) for item in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = [field.name for field in dataclasses.fields(value) if field.init]
            shown = {name: self.hidden_in(getattr(value, name)) for name in fields}
            return dataclasses.replace(value, **shown)
        return value


def _secret_variables(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        if "://" in value:
            yield from passwords_in(value)
        if name not in OF_THE_SHELL and names_secret(name, anywhere=True):
            yield value


def _parts(value: str) -> Iterator[str]:
    """A secret, the lines that it has, and the passwords inside of it."""
    yield value
    yield from passwords_in(value)
    if "\n" in value:
        yield from (line.strip() for line in value.split("\n") if len(line) >= SHORTEST_LINE)


def _spelt(value: str) -> Iterator[str]:
    """A secret as it is, and inside of the quotes of Python or JSON, or of an address."""
    yield value
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield "".join(one if one in UNQUOTED else _quoted(one) for one in value)
    for quoted in (quote, quote_plus):  # which leave a slash, or write a blank as a plus
        yield quoted(value, errors="surrogatepass")


def _quoted(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _can_be_hidden(value: str) -> bool:
    """Whether a value can be looked for: long enough, and no place. A path to a key is no key."""
    if len(value) < SHORTEST:
        return len(value) >= SHORTEST_WORD and not value.isalpha() and value.isprintable()
    return not os.path.exists(value)  # noqa: PTH110 - any text


def _masked(word: str, text: str) -> str:
    return _pattern(word).sub(HIDDEN, text)


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    """A known secret; a short one as a whole word, and no part of a number."""
    if len(word) >= SHORTEST:
        return re.compile(re.escape(word))
    return re.compile(rf"(?<![A-Za-z0-9_])(?<!\d\.){re.escape(word)}(?![A-Za-z0-9_]|\.\d)")


def _without(text: str, found: Iterable[Span]) -> str:
    pieces, end = [], 0
    for start, stop in found:
        pieces += [text[end:start], HIDDEN]
        end = stop
    return "".join([*pieces, text[end:]]) if pieces else text
