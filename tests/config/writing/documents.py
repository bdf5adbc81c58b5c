"""Generated configs: comments in every place, every kind of line end, values of every kind."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

NAMES = ["a", "b", "model", "stages", "Żółw", "x1", "日本", "lr", "@models", "two words"]
TEXT = st.text(st.sampled_from('ab ż日"\\#;=:$[]{}\t\x7f\u202e'), max_size=8)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9999), st.sampled_from([0.5, 1e-05, -3.0]), TEXT
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("pqr"), inner, max_size=2)
    ),
    max_leaves=6,
)
COMMENT = st.sampled_from(["# remark", "; remark = 1", "#", "   # [no.section]", "#ż = 日"])


@st.composite
def configs(draw: st.DrawFn) -> tuple[str, dict[tuple[str, ...], Any]]:
    """A config's text and its settings by path."""
    indent = draw(st.sampled_from(["", "", "  ", "\t"]))
    key_indent = indent + draw(st.sampled_from(["", "", "  "]))
    lines = draw(_rest())
    settings: dict[tuple[str, ...], Any] = {}
    paths = st.lists(st.sampled_from(NAMES[:7]), min_size=1, max_size=3).map(tuple)
    names = draw(st.lists(paths, unique=True, max_size=4))
    for path in names:
        lines.append(f"{indent}[{'.'.join(path)}]")
        lines += draw(_rest())
        for key in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3)):
            if any(other[: len(path) + 1] == (*path, key) for other in names):
                continue
            value = draw(VALUES)
            settings[(*path, key)] = value
            equals = draw(st.sampled_from([" = ", "=", " : ", "   =  "]))
            first, *more = draw(_written(value))
            lines.append(f"{key_indent}{key}{equals}{first}{draw(st.sampled_from(['', '  ']))}")
            for line in more:
                lines += draw(st.lists(COMMENT, max_size=1)) if draw(st.booleans()) else []
                lines.append(f"{key_indent}    {line}")
            lines += draw(_rest())
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = ending.join(lines) + draw(st.sampled_from(["", ending]))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text, settings


@st.composite
def _rest(draw: st.DrawFn) -> list[str]:
    """Blank lines and comments."""
    return draw(st.lists(st.one_of(st.just(""), COMMENT), max_size=2))


@st.composite
def _written(draw: st.DrawFn, value: Any) -> list[str]:
    """A value's lines: on one, or laid out on several."""
    kept = _escaped(value)
    if draw(st.booleans()):
        return [line.strip() for line in _json(kept, indent=1).split("\n")]
    return [_json(kept, indent=None)]


def _json(value: Any, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text.replace("\x7f", "\\u007f").replace("\u202e", "\\u202e")


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value
