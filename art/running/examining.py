"""Examines the data or the model of a recipe: measurements and probes, without training.

Nothing is written to the run store: the stages work in a temporary folder that is removed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from sysconfig import get_paths
from traceback import walk_tb
from typing import TYPE_CHECKING

from art.config import CheckSpec, RecipeConfig, StageSpec
from art.core.check import Findings
from art.core.probe import Suspicion
from art.core.record import CheckResult, Severity
from art.core.stage import Outcome, Stage, StageContext
from art.errors import UserError
from art.registries import probes, stages
from art.running.examination import Examination, Finding, Sound, StageExamination, Subject
from art.running.judging import build_stage, judge, told_by_stage, with_reasons
from art.running.machine import refuse_what_is_missing
from art.running.planning import targets
from art.running.redacted import redacted_messages

if TYPE_CHECKING:
    from art.running.parts import Parts

Progress = Callable[[str, float, float, str], None]
"""Takes the stage (and the model, where there are several), how much is done, of how much, and
what is done now."""

Told = Callable[[float, float, str], None]
"""Takes how much is done, of how much, and what is done now."""

DEFAULT_STAGES: dict[Subject, tuple[str, ...]] = {
    "data": ("explore",),
    "model": ("loss_at_init", "overfit_one_batch"),
}

NOT_SHOWN = ("suspicions", "probes")
"""Tables that are not statistics: the findings are told in words, and the times are for records."""


def examine(
    config: RecipeConfig, subject: Subject, progress: Progress = lambda *_: None
) -> Examination:
    """Run what the recipe's stages measure of the data or the model, and judge it.

    Args:
        config: the recipe.
        subject: `data` or `model`.
        progress: told how far it is.

    Raises:
        UserError: the recipe has no stage for it, a part of it cannot be used, or this machine
            lacks what `[system]` asks for.
    """
    chosen = [spec for spec in config.stages if _examines(spec) == subject]
    if not chosen:
        names = ", ".join(f'"{name}"' for name in DEFAULT_STAGES[subject])
        raise UserError(
            f"no stage of this recipe examines the {subject}. Give it the default ones: "
            f"--project.stages '[{names}]'"
        )
    refuse_what_is_missing(config)
    found: list[StageExamination] = []
    from art.running.parts import Parts

    with tempfile.TemporaryDirectory(prefix="art-debug-") as folder:
        parts = Parts(Path(folder))
        for spec in chosen:
            for block, model in targets(config, spec):
                if any(before.crashed and before.model == model for before in found):
                    continue  # it would crash again
                one = config.for_model(block) if block else config
                told = partial(progress, f"{spec.name} for {model}" if block else spec.name)
                found.append(examine_stage(one, spec, model, parts, told, folder=Path(folder)))
    return Examination(config.project.name, subject, _name(config, subject), tuple(found))


def _examines(spec: StageSpec) -> str:
    return str(getattr(stages.get(spec.registered), "examines", ""))


def _name(config: RecipeConfig, subject: Subject) -> str:
    if subject == "data":
        return str((config.block("data") or {}).get("@data", ""))
    if len(config.models) > 1:
        return f"{len(config.models)} models"
    return "".join(str(block.get("@models", "")) for block in config.models.values())


def examine_stage(
    config: RecipeConfig,
    spec: StageSpec,
    model: str | None,
    parts: Parts,
    told: Told = lambda *_: None,
    *,
    folder: Path,
) -> StageExamination:
    """What one stage finds without training; what crashes in it is kept as its end.

    Args:
        config: the recipe, for the model at hand.
        spec: the stage.
        model: the model's name; None for a stage of the data.
        parts: builds the data and the model.
        told: takes how much is done, of how much, and what is done now.
        folder: where it may work.

    Raises:
        UserError: a part of the program cannot be used.
    """
    from art.running.context import Context
    from art.running.run_log import RunLog
    from art.training.quieting import advice_in_log

    path = Path(tempfile.mkdtemp(dir=folder))

    told(0, 1, "")
    try:
        context = Context(
            config,
            spec,
            path,
            earlier={},
            previous=[],
            fingerprint="",
            loggers=[],
            log=RunLog(path / "log.txt"),
            progress=lambda done, total, text="": told(done, total, text),
            parts=parts,
        )
        stage = build_stage(spec)
        if stage.examines == "model":
            _step(context)
        with redacted_messages(config.secrets), advice_in_log(context.note):
            outcome = stage.examine(context)
        reasons = [*context.explained, *told_by_stage(outcome.probes)]
        results = _judged(spec, stage, outcome, reasons)
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        text = str(error).strip().partition("\n")[0]
        said = f"{type(error).__name__}: {text}" if text else type(error).__name__
        said = config.secrets.hidden(said)
        return StageExamination(spec.name, model, crashed=said, at=_place(error))
    return StageExamination(
        spec.name,
        model,
        findings=tuple(_findings(spec, outcome, results)),
        sound=tuple(
            Sound(report.probe, str(getattr(probes.get(report.probe), "cost", "")))
            for report in outcome.probes
            if not report.suspicions and not report.not_judged
        ),
        passed=tuple(r for r in results.values() if r.passed and not _reads(spec.checks[r.name])),
        scores={name: float(value) for name, value in outcome.scores.items()},
        tables={name: table for name, table in outcome.tables.items() if name not in NOT_SHOWN},
    )


def _step(context: StageContext) -> None:
    """One step on one batch: a program that crashes in it is to be told so, and is not probed."""
    batch = next(iter(context.loader(context.build_data(), "train")))
    context.fit(batches=[batch], max_steps=1, logged=False)


def _judged(
    spec: StageSpec, stage: Stage, outcome: Outcome, notes: Sequence[str]
) -> dict[str, CheckResult]:
    """The stage's checks of what was measured, by name.

    A stage of the model measures less here than when it runs: checks of what it did not measure
    are left out. A stage of the data measures all, and what is missing is missing.
    """
    findings = Findings(outcome.scores, lambda _: None, outcome.probes)
    whole = stage.examines == "data"
    results = [
        judge(check, findings, stage.hints)
        for check in spec.checks.values()
        if whole or check.block.get("score", "probes/run") in outcome.scores
    ]
    return {result.name: result for result in with_reasons(results, notes)}


def _findings(
    spec: StageSpec, outcome: Outcome, results: Mapping[str, CheckResult]
) -> Iterable[Finding]:
    """First what the probes name, then the checks of scores that fail; faults before the rest."""
    severities: dict[bool, Severity] = {True: "block", False: "warn"}
    for name, check in spec.checks.items():
        if name in results and _reads(check):
            severities[bool(check.block["certain"])] = check.severity
    found = [
        _of_probe(suspicion, report.probe, severities[suspicion.certain])
        for report in outcome.probes
        for suspicion in report.suspicions
    ]
    found += [
        _of_check(result)
        for name, result in results.items()
        if not result.passed and not _reads(spec.checks[name])
    ]
    return sorted(found, key=lambda finding: finding.severity != "block")


def _reads(check: CheckSpec) -> bool:
    """Whether a check is one of probes, as `art.Sound.v1`: what they say is shown in its place."""
    return "certain" in check.block


def _of_probe(suspicion: Suspicion, probe: str, severity: Severity) -> Finding:
    return Finding(
        severity, suspicion.cause, suspicion.where, suspicion.evidence, suspicion.remedy, probe
    )


def _of_check(result: CheckResult) -> Finding:
    cause = f"{result.name}: expected {result.expected}"
    return Finding(result.severity, cause, "", result.message, result.hint, result.check)


def _place(error: BaseException) -> str:
    """The innermost line of the traceback in the user's own code, else the innermost one."""
    lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    others = (str(Path(__file__).parent.parent), *get_paths().values(), "<")
    file, line = ([at for at in lines if not at[0].startswith(others)] or lines)[-1]
    path, here = Path(file), Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path.name}:{line}"
