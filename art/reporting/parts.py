"""What is registered, on a screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.text import cells, clean, fill, wrap

if TYPE_CHECKING:
    from art.config import Parameter, Part

WIDEST = 44
"""No column of settings is wider: a longer one pushes its doc to the right."""


def describe_parts(parts: Sequence[Part], does: Mapping[str, str], screen: Screen) -> str:
    """Each part with its place, its line of doc, and its settings with types and defaults.

    Args:
        parts: what to show, grouped by registry.
        does: what the functions of each registry make; one without parts is shown as empty.
        screen: what the text is for.
    """
    lines: list[Line] = []
    for registry, what in does.items():
        lines += [[]] * bool(lines)
        lines.append([Span(f"@{registry}", "bold"), Span(f"  {what}")])
        own = [part for part in parts if part.registry == registry]
        for part in own:
            lines += [[], *_part(part, screen)]
        if not own:
            lines += [[Span("  nothing is registered", "dim")]]
    return paint(lines, screen.colour)


def _part(part: Part, screen: Screen) -> Iterator[Line]:
    name = clean(part.name, screen.unicode)
    yield [Span(f"  {name}", "busy"), Span(f"  {clean(part.place, screen.unicode)}", "dim")]
    yield from ([Span(f"    {line}")] for line in wrap(part.doc, screen.width - 4, screen.unicode))
    if part.cost:
        cost = wrap(f"cost: {part.cost}", screen.width - 4, screen.unicode)
        yield from ([Span(f"    {line}", "dim")] for line in cost)
    settings = [_setting(one) for one in part.settings]
    widest = min(WIDEST, max(screen.width // 2, 20))
    width = max((cells(text) for text in settings if cells(text) <= widest), default=0)
    for text, one in zip(settings, part.settings, strict=True):
        start = f"      {fill(text, width)}"
        doc = clean(one.doc, screen.unicode)
        if cells(start) + 2 + cells(doc) <= screen.width:
            yield [Span(start), Span(f"  {doc}", "dim")] if doc else [Span(start)]
            continue
        yield from ([Span(f"      {x}")] for x in wrap(text, screen.width - 6, screen.unicode))
        for line in wrap(doc, screen.width - 10, screen.unicode):
            yield [Span(" " * 10), Span(line, "dim")]


def _setting(parameter: Parameter) -> str:
    text = f"{parameter.name}: {parameter.type}"
    if parameter.required:
        return text
    return f"{text} = {json.dumps(parameter.default, default=str, ensure_ascii=False)}"
