"""The verdict on a recipe in one sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from art.core.record import CheckResult
from art.reporting.conclusion import Conclusion, conclusions, trained
from art.reporting.measured import SOUND
from art.reporting.snapshots import MISSING, NOT_RUN, Report, StageSnapshot
from art.reporting.spans import Line, Screen, Span
from art.reporting.text import cells, clean, fill, number, wrap

CONFIG = "CONFIG"
_LABEL = 9
_STOPPED = {
    "failed": "The gate of {name} is closed",
    "refused": "{name} was refused",
    "crashed": "{name} crashed",
    "interrupted": "{name} was interrupted",
    "running": "{name} is running",
}


def verdict_lines(report: Report, screen: Screen) -> list[Line]:
    """What came out, in a sentence, with a mark; nothing before anything has run."""
    if not any(stage.status != MISSING for stage in report.stages):
        return []
    mark, style, text = _verdict(report, screen)
    first, *rest = wrap(text, max(screen.width - 4, 10), screen.unicode)
    return [
        [Span("  "), mark, Span(" "), Span(first, style)],
        *([Span("    "), Span(more, style)] for more in rest),
    ]


def next_lines(report: Report, screen: Screen, config: str = CONFIG) -> list[Line]:
    """What the recipe chose, where the model is, and the commands that make sense now.

    Args:
        report: the state of the recipe.
        screen: what the text is for.
        config: the config's name and the options of the command that ran it.
    """
    entries = [*_chosen(report, config), *_model(report), *_commands(report, config)]
    lines: list[Line] = [[]] if entries else []
    before = ""
    for label, text, why in entries:
        shown = "" if label == before else label
        before = label
        line = [Span("  " + fill(shown, _LABEL), "dim"), Span(clean(text, screen.unicode))]
        if why and cells(text) + cells(why) + _LABEL + 6 <= screen.width:
            line.append(Span(f"  {why}", "dim"))
        lines.append(line)
    return lines


def _verdict(report: Report, screen: Screen) -> tuple[Span, str, str]:
    stopped = next((s for s in report.stages if s.status in _STOPPED), None)
    if stopped is not None:
        return screen.mark(stopped.status), "bold", _stopped(stopped, report)
    missing = sum(stage.status in NOT_RUN for stage in report.stages)
    if missing:
        done = f"{len(report.stages) - missing} of {len(report.stages)} stages have run"
        return screen.mark("passed"), "bold", f"{done}, and every gate of theirs is open."
    found = conclusions(report)
    if len(found) > 1:
        beaten = found[0].beats is False
        mark = Span("!", "warn") if beaten else screen.mark("passed")
        return mark, "warn" if beaten else "bold", _of_several(found)
    one = found[0] if found else None
    if one is None or not one.score:
        return screen.mark("passed"), "bold", "Every gate is open. No held-out score was measured."
    if one.beats is None:
        return screen.mark("passed"), "bold", f"Every gate is open: {measured(one)}."
    against = f"{measured(one)}, and {number(one.simple)} for {_words(one.simple_name)}"
    if one.beats:
        text = f"Every gate is open, and the model beats the simple ones: {against}."
        return screen.mark("passed"), "bold", text
    what = "a simple model is better" if one.loses else "a simple model is as good"
    if one.gain is not None and one.gain > 0:
        what = "the lead over a simple model may be chance"
    return Span("!", "warn"), "warn", f"Every gate is open, but {what}: {against}."


def measured(one: Conclusion) -> str:
    """`test/accuracy 0.9852 ± 0.0082`."""
    error = f" ± {one.error:.2g}" if one.error else ""
    return f"{one.score} {number(one.value)}{error}"


def _stopped(stage: StageSnapshot, report: Report) -> str:
    model = f" for {stage.model}" if len(report.models) > 1 and stage.model else ""
    text = _STOPPED[stage.status].format(name=f"{stage.stage}{model}")
    failed = [_cause(check) for check in stage.failed_checks]
    if failed:
        text += f": {', '.join(failed)}"
    behind = sum(s.status in NOT_RUN and s.order > stage.order for s in report.stages)
    waiting = f"{behind} later stage{'s have' if behind > 1 else ' has'}"
    return f"{text}. {waiting} not run." if behind else f"{text}."


def _cause(check: CheckResult) -> str:
    """What a probe is certain of, else the check's name: the numbers stand below."""
    return check.message.partition(": ")[0] if check.check == SOUND else check.name


def _of_several(found: list[Conclusion]) -> str:
    best, second = found[0], found[1]
    if not best.score or best.score != second.score:
        return f"Every gate is open for {len(found)} models, which have no score in common."
    on_val = best.val is not None and second.val is not None and not best.score.startswith("val/")
    where = f" on val ({number(best.val)})" if on_val else ""
    text = f"{best.model} is best{where}: {measured(best)}"
    errors = [one.error for one in (best, second) if one.error]
    if errors and abs(best.value - second.value) <= max(errors):
        text += f", but {second.model} is within the error: {number(second.value)}"
    if best.beats is False:
        text += f"; {_words(best.simple_name)} reaches {number(best.simple)}"
    return f"{text}."


def _chosen(report: Report, config: str) -> Iterator[tuple[str, str, str]]:
    """The settings that a stage found best, and the command that writes them into the config."""
    for stage in report.stages:
        if stage.settings and stage.status == "passed" and stage.folder:
            told = ", ".join(f"{name} = {_value(v)}" for name, v in stage.settings.items())
            model = f" for {stage.model}" if len(report.models) > 1 and stage.model else ""
            yield "Chosen", f"{told}  ({stage.stage}{model})", ""
            run = PurePath(report.folder, stage.folder)
            command = f"art apply {run} {config.partition(' ')[0]}"
            yield "Chosen", command, "writes it into the config"


def _model(report: Report) -> Iterator[tuple[str, str, str]]:
    """The best weights of the best model: of its last stage that left a checkpoint."""
    found = conclusions(report)
    model = found[0].model if found else next(iter(report.models), None)
    passed = [s for s in trained(report, model) if s.status == "passed"]
    if passed:
        file = PurePath(report.folder, passed[-1].folder, passed[-1].artifacts["checkpoint"])
        yield "Model", str(file), f"of {model}" if len(report.models) > 1 else ""


def _commands(report: Report, config: str) -> Iterator[tuple[str, str, str]]:
    statuses = {stage.status for stage in report.stages}
    if statuses == {"passed"}:
        if any("checkpoint" in stage.artifacts for stage in report.stages):
            yield "Next", f"art predict {report.folder} INPUT", "what it says of new data"
            yield "Next", f"art export {report.folder}", "all that other programs need to use it"
    elif not statuses & {"failed", "refused", "crashed", "running"} and statuses != {MISSING}:
        yield "Next", f"art train {config}", "goes on from there"


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")
