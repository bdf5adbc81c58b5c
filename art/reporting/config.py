"""What a config would run, and where each of its values comes from, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from art.core.secrets import redact
from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.text import cells, clean, cut, fill, wrap

if TYPE_CHECKING:
    from art.config import RecipeConfig
    from art.config.layering.origins import Origin
    from art.running.planned import PlannedStage

SECTIONS = ("task", "data", "optimizer", "scheduler", "executor", "advisor")
NAMED = ("metrics", "visualizers", "loggers", "callbacks")
ENDLESS = 10_000
"""The width of a pipe: nothing is wrapped or cut there."""


def describe(recipe: RecipeConfig, plan: Sequence[PlannedStage], screen: Screen) -> str:
    """The parts of a recipe as calls, its stages with their checks and why each would run, its
    variables, and what is odd about it."""
    shown = replace(recipe, values=recipe.redacted())
    runs = sum(stage.runs for stage in plan)
    summary = f"{len(plan)} to do" if runs == len(plan) else f"{runs} of {len(plan)} to do"
    lines: list[Line] = [
        [Span(clean(f"{recipe.source}: no mistakes", screen.unicode), "good")],
        *_layers(recipe, screen),
        [],
        [Span("Parts", "bold")],
        *_parts(shown, screen),
        [],
        [Span("Stages", "bold"), Span(f"  {summary if runs else 'all up to date'}")],
        *_stages(shown, plan, screen),
        *_variables(recipe, screen),
        *_remarks(recipe, screen),
    ]
    return paint(lines, screen.colour)


def _layers(recipe: RecipeConfig, screen: Screen) -> Iterator[Line]:
    """What is laid over the recipe config."""
    from art.config.layering.origins import sources_of

    sources = sources_of(recipe)
    if sources:
        yield from _entry("with settings of ", ", ".join(sources), screen)


def _parts(recipe: RecipeConfig, screen: Screen) -> Iterator[Line]:
    blocks = {section: recipe.values.get(section) for section in SECTIONS}
    blocks |= {f"model {name}".strip(): block for name, block in recipe.models.items()}
    for section in NAMED:
        parts = recipe.values.get(section, {})
        blocks |= {f"{section.removesuffix('s')} {name}": block for name, block in parts.items()}
    shown = {name: block for name, block in blocks.items() if block}
    width = max((cells(name) for name in shown), default=0)
    for name, block in shown.items():
        yield from _entry(f"  {fill(name, width)}  ", _call(block), screen)


def _stages(recipe: RecipeConfig, plan: Sequence[PlannedStage], screen: Screen) -> Iterator[Line]:
    names = list(dict.fromkeys(stage.name for stage in plan))
    hidden = recipe.secrets.hidden_in
    width = max((cells(name) for name in names), default=0)
    for name in names:
        each = [stage for stage in plan if stage.name == name]
        spec = each[0].spec
        head = Span(f"  {spec.order:2d} {fill(name, width)}  ")
        if len(each) == 1:
            yield [head, _state(each[0])]
        else:
            yield [head]
            models = max(cells(str(stage.model)) for stage in each)
            for stage in each:
                yield [Span(f"     {fill(str(stage.model), models)}  "), _state(stage)]
        yield from _entry("     ", _call(hidden(redact(spec.block))), screen)
        if spec.overrides:
            settings = ", ".join(
                f"{key} = {_json(value)}" for key, value in hidden(redact(spec.overrides)).items()
            )
            yield from _entry("     with ", settings, screen)
        inner = max((cells(check) for check in spec.checks), default=0)
        for check in spec.checks.values():
            warns = "  (warns only)" if check.severity == "warn" else ""
            start = f"       {fill(check.name, inner)}  "
            yield from _entry(start, f"{_call(hidden(redact(check.block)))}{warns}", screen)


def _state(stage: PlannedStage) -> Span:
    return Span(f"runs: {stage.why}", "busy") if stage.runs else Span(stage.why, "dim")


def _variables(recipe: RecipeConfig, screen: Screen) -> Iterator[Line]:
    from art.config.checking.usage import variables

    found = variables(recipe)
    if not found:
        return
    yield []
    yield [Span("Variables", "bold")]
    for variable in found:
        value = "a section" if isinstance(variable.value, Mapping) else _json(variable.value)
        text = f"{value}, used by {', '.join(variable.used_by)}"
        yield from _entry(f"  ${{{variable.name}}} = ", text, screen)


def _remarks(recipe: RecipeConfig, screen: Screen) -> Iterator[Line]:
    from art.config.checking.usage import remarks

    found = remarks(recipe)
    if not found:
        return
    yield []
    yield [Span("Look at", "bold")]
    for remark in found:
        first, *rest = wrap(str(remark), screen.width - 4, screen.unicode)
        yield [Span("  ! ", "warn"), Span(first)]
        yield from ([Span(f"    {line}")] for line in rest)


def _entry(start: str, text: str, screen: Screen) -> Iterator[Line]:
    """A text behind its name, on as many lines as it needs."""
    indent = cells(start) if cells(start) <= screen.width // 2 else 6
    first, *rest = wrap(text, max(screen.width - cells(start), 20), screen.unicode)
    if rest and indent != cells(start):
        rest = wrap(" ".join(rest), screen.width - indent, screen.unicode)
    yield [Span(clean(start, screen.unicode)), Span(first)]
    yield from ([Span(f"{' ' * indent}{line}")] for line in rest)


def describe_origins(recipe: RecipeConfig, screen: Screen) -> str:
    """Every value of a recipe, section by section, and behind it where it comes from."""
    from art.config.layering.origins import origins_of

    origins = origins_of(recipe)
    settings = [clean(f"{one.path[-1]} = {_json(one.value)}", screen.unicode) for one in origins]
    places = [clean(one.text, screen.unicode) for one in origins]
    column = min(max(map(cells, settings), default=0), _column(places, screen))
    lines: list[Line] = []
    last: tuple[str, ...] = ()
    for one, setting, place in zip(origins, settings, places, strict=True):
        if one.path[:-1] != last:
            last = one.path[:-1]
            lines += [[]] * bool(lines)
            lines.append([Span(f"[{'.'.join(last)}]", "bold")])
        if screen.width < ENDLESS:
            setting = cut(setting, column, screen.unicode)
        gap = " " * max(column - cells(setting), 0)
        lines.append([Span(setting), Span(f"{gap}  "), Span(place, _style(one))])
    return paint(lines, screen.colour)


def _column(places: Sequence[str], screen: Screen) -> int:
    """The column behind which the places stand: room for those that are not the longest ones."""
    if screen.width >= ENDLESS:
        return 48
    usual = sorted(map(cells, places))[int(len(places) * 0.95)] if places else 0
    return max(screen.width - usual - 2, screen.width // 2)


def _style(origin: Origin) -> str:
    return "dim" if origin.place.startswith("default") else "busy"


def _call(block: Mapping[str, Any]) -> str:
    """A block as the call that it stands for."""
    name = next((str(value) for key, value in block.items() if key.startswith("@")), "")
    settings = (
        f"{key}={_call(value) if _is_block(value) else _json(value)}"
        for key, value in block.items()
        if not key.startswith("@")
    )
    return f"{name}({', '.join(settings)})"


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping) and any(str(key).startswith("@") for key in value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
