"""Secrets beside their names in a text: `password=...`, `--api-key ...`, `Cookie: ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from art.core.secrets.forms import Span, compiled, spans_of_forms
from art.core.secrets.names import names_password, names_secret

NAME = (
    r"""(?:(?<![\w.@\\-])|(?<=\\[nrt]))(?P<key>[\w.@-]{1,120})(?P<quote>\\?["'])?[ \t]{0,4}"""
    r"""(?P<mark>=(?!=)|:(?!/))\s{0,4}"""
)
OPTION = r"(?<![\w-])--(?P<key>[\w.-]{1,120})[ \t]{1,4}(?!-)"
VALUE = r"""\\?"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\[[^\]]*\]?|\{[^}]*\}?|[^\s,;&}\])]+"""
STEMS = ("pass", "pw", "secret", "cred", "token", "key", "auth", "hook", "cookie", "bearer",
         "jwt", "dsn", "conn")  # fmt: skip
"""One of them is in every name of a secret that is spelt rightly."""
HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie")
LINE = r"""["']?[^\r\n"']*"""
SCHEME = r"(?i)[\"']?(?:basic|bearer|token|apikey|negotiate|ntlm)[ \t]{1,4}(?=[^\s])"
LONGEST_NAME = 40
SHORTEST = 6
"""What stands behind a colon and is shorter may be an amount."""
EMPTY = frozenset(
    ("***", "none", "null", "nil", "true", "false", "yes", "no", "value", "required", "optional",
     "str", "int", "float", "bool", "any", "undefined")
)  # fmt: skip
"""What stands for a value, and is none."""
VERBS = frozenset(
    ("needs", "is", "are", "was", "has", "takes", "to", "and", "or", "in", "for", "from", "with",
     "of", "on", "must", "cannot", "may", "expects", "the", "a", "an", "as", "if", "by", "not")
)  # fmt: skip
"""Words that go on with a sentence behind the name of an option."""
CODE = r"[A-Za-z_][\w.]*[(\[]|(?:self|cls|os|args|config)\."
"""How Python goes on behind `password=`, in the lines of a traceback."""


def spans(text: str, *, config: bool = False) -> list[Span]:
    """Where secrets stand in a text, by their form or by the name before them; in order, disjoint.

    Args:
        text: any text.
        config: it is a line of a config or a command, in which every name is one: `token` too.
    """
    found = [*spans_of_forms(text), *_named(text, config)]
    if not found:
        return found
    joined: list[Span] = []
    for start, stop in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        elif stop > start:
            joined.append((start, stop))
    return joined


def _named(text: str, config: bool) -> Iterator[Span]:
    if not config:
        lowered = text.lower()
        if not any(stem in lowered for stem in STEMS):
            return
    is_secret = names_secret if config else names_password
    for pattern in (NAME, OPTION):
        at = 0
        while (match := compiled(pattern).search(text, at)) is not None:
            at = max(match.end(), at + 1)
            key = match["key"].rpartition(".")[2] or match["key"]
            if not is_secret(key):
                continue
            for span in _values(text, match, config):
                yield span
                at = max(at, span[1])


def _values(text: str, match: re.Match[str], config: bool) -> Iterator[Span]:
    """The value behind a name, where there is one."""
    start, name = match.end(), match["key"].lower()
    if match.re.pattern == NAME and name in HEADERS:
        scheme = compiled(SCHEME).match(text, start)
        if scheme is None:  # of parts, or of a scheme of its own
            line = compiled(LINE).match(text, start)
            yield (start, line.end() if line else start)
            return
        start = scheme.end()
    value = compiled(VALUE).match(text, start)
    if value is not None and (config or _is_value(value[0], match, text)):
        yield _inside(text, value.span())


def _is_value(value: str, match: re.Match[str], text: str) -> bool:
    """Whether what stands behind a name is its value, and not the rest of a sentence."""
    bare = value.strip("\\\"'.,")
    if not bare or bare.lower() in EMPTY:
        return False
    if len(bare) <= LONGEST_NAME and names_secret(bare.rpartition(".")[2]):
        return False  # password=password, of a program's own lines
    if value[0] in "\"'\\[{":
        return True
    if match.re.pattern == OPTION:
        return bare.lower() not in VERBS
    if compiled(CODE).match(value):
        return False
    if match["mark"] == "=" or match["quote"] or "-" in match["key"]:
        return True
    end = match.end() + len(value)
    rest = text[end : end + 80].partition("\n")[0].strip()
    has_digit = len(value) >= SHORTEST and any(map(str.isdigit, value))
    return not rest or value[-1] in "\"'" or has_digit


def _inside(text: str, span: Span) -> Span:
    """A value without its quotes."""
    start, stop = span
    if stop - start > 1 and text[stop - 1] in "\"'":
        stop -= 1
    return (start + 1, stop) if text[start] in "\"'" and stop - start > 1 else (start, stop)
