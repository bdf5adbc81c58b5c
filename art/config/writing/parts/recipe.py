"""`[project] stages`: a stage's name put into the list where it belongs, and taken out again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from art.config.names import STAGES
from art.config.reading.lines import Lines
from art.config.reading.positions import COMMENTS, KeySpan
from art.config.writing.edit import set_value
from art.config.writing.parts.placing import put_lines, put_section, take_lines, take_section
from art.errors import UserError, did_you_mean

KEY = ("project", "stages")
NOTE = "# ART's own recipe and what was added to it; without this line it is ART's own again."
"""Above a list that was not there: where nothing added is left in it, it can go."""

WORD = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def place_in(names: Sequence[str], name: str, after: str = "", before: str = "") -> int:
    """Where a stage goes in a recipe, counted from 0.

    Args:
        names: the recipe.
        name: the new stage. One of ART's own goes to its usual place, any other to the end.
        after, before: another stage to stand next to.

    Raises:
        UserError: `after` or `before` is no stage of the recipe.
    """
    for other in (after, before):
        if other and other not in names:
            raise UserError(f"no stage '{other}' in the recipe.{did_you_mean(other, names)}")
    if after or before:
        return names.index(after) + 1 if after else names.index(before)
    if name in STAGES:
        earlier = STAGES[: STAGES.index(name)]
        known = [index for index, other in enumerate(names) if other in earlier]
        later = [index for index, other in enumerate(names) if other in STAGES]
        return known[-1] + 1 if known else (later[0] if later else len(names))
    return len(names)


def put_stage(text: str, names: Sequence[str], name: str, index: int) -> str:
    """Add a stage's name to the recipe; nothing else of the list's text changes.

    Args:
        text: the config.
        names: its recipe; the default one where it names none.
        name: the new stage.
        index: where it goes.

    Raises:
        UserError: the list is a reference, or no list of names.
    """
    lines = Lines(text)
    if KEY not in lines.keys:
        return _write_list(text, [*names[:index], name, *names[index:]])
    found = _list_of(lines, lines.keys[KEY])
    if not found.words:
        return set_value(text, KEY, [name])
    if index:
        start, end = found.words[index - 1]
        begin = found.raw.rfind("\n", 0, start) + 1
        alone = begin and not found.raw[begin:start].strip()
        between = f",{lines.ending}{found.raw[begin:start]}" if alone else ", "
        return found.changed(end, end, f"{between}{json.dumps(name, ensure_ascii=False)}")
    start, _ = found.words[0]
    return found.changed(start, start, f"{json.dumps(name, ensure_ascii=False)}, ")


def take_stage(text: str, names: Sequence[str], name: str) -> str:
    """Remove a stage's name from the recipe.

    Raises:
        UserError: as for `put_stage`.
    """
    rest = [other for other in names if other != name]
    lines = Lines(text)
    if KEY not in lines.keys:
        return _write_list(text, rest)
    span = lines.keys[KEY]
    if rest == list(STAGES) and lines.line(span.at.line - 1) == NOTE:
        return take_lines(text, span.at.line - 1, span.last)
    header = lines.headers.get(KEY[:1], 0)
    if rest == list(STAGES) and lines.line(header - 1) == NOTE and _is_alone(lines):
        return take_section(text, KEY[:1])
    found = _list_of(lines, span)
    index = list(names).index(name)
    start, end = found.words[index]
    if index:
        start = found.words[index - 1][1]
    elif len(found.words) > 1:
        end = found.words[1][0]
    if any(line.strip().startswith(COMMENTS) for line in found.raw[start:end].split("\n")[1:]):
        return set_value(text, KEY, rest)
    return found.changed(start, end, "")


def _write_list(text: str, names: Sequence[str]) -> str:
    """The text with a list that was not there."""
    lines = Lines(text)
    setting = f"stages = {json.dumps(list(names), ensure_ascii=False)}"
    section = KEY[:1]
    if section not in lines.headers:
        return put_section(text, section, [NOTE, "[project]", setting], [section])
    end = lines.ends[section]
    indent = lines.indent(end, False)
    return put_lines(text, end, [f"{indent}{NOTE}", f"{indent}{setting}"])


def _is_alone(lines: Lines) -> bool:
    """Whether the list is all that `[project]` holds."""
    return [path for path in lines.keys if path[0] == KEY[0]] == [KEY]


@dataclass
class _List:
    """A list's text: all lines of the setting as one, and where each name stands in it."""

    lines: Lines
    span: KeySpan
    raw: str
    words: list[tuple[int, int]]

    def changed(self, start: int, end: int, new: str) -> str:
        """The whole config with a piece of the list replaced."""
        self.lines.lines[self.span.at.line - 1 : self.span.last] = [
            self.raw[:start] + new + self.raw[end:]
        ]
        return self.lines.text


def _list_of(lines: Lines, span: KeySpan) -> _List:
    raw = "".join(lines.lines[span.at.line - 1 : span.last])
    words = [
        (match.start(), match.end())
        for match in WORD.finditer(raw, span.value_at.column - 1)
        if not raw[raw.rfind("\n", 0, match.start()) + 1 :].lstrip().startswith(COMMENTS)
    ]
    try:
        names = json.loads(span.text)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or [json.loads(raw[a:b]) for a, b in words] != names:
        raise UserError(
            f"line {span.at.line}: [project] stages is not a plain list of names, so no command "
            f"can change it. Write the names out, or edit it by hand."
        )
    return _List(lines, span, raw, words)
