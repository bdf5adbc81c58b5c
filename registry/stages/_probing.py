"""Runs probes for a stage, and gives it the checks that read them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from art.core.probe import OF_STAGE, NotJudged, Probe, ProbeReport, Suspicion
from art.core.stage import Outcome, StageContext
from art.errors import UserError
from art.registries import probes
from art.registry.stages._probe_order import by_yield

DATA_PROBES: tuple[str, ...] = (
    "art.InputValues.v1",
    "art.LabelLedger.v1",
    "art.ClassNames.v1",
    "art.SplitLeak.v1",
    "art.TargetInFeature.v1",
    "art.LoaderAudit.v1",
    "art.SplitDrift.v1",
    "art.LabelAgreement.v1",
    "art.SuspiciousLabels.v1",
)
MODEL_PROBES: tuple[str, ...] = (
    "art.LoadedWeights.v1",
    "art.SharedModules.v1",
    "art.InputScale.v1",
    "art.ReceptiveField.v1",
    "art.LossDomain.v1",
    "art.FiniteInEval.v1",
    "art.DroppedInEval.v1",
    "art.SampleIndependence.v1",
    "art.PaddingIsInert.v1",
    "art.DistinctUnits.v1",
    "art.LivingUnits.v1",
    "art.InitialLoss.v1",
    "art.NonLinearity.v1",
    "art.InputParts.v1",
    "art.FrozenWeights.v1",
)
TRAINING_PROBES: tuple[str, ...] = (
    "art.LossAlgebra.v1",
    "art.GradientReset.v1",
    "art.GradientAudit.v1",
    "art.ParameterLedger.v1",
    "art.LearningRate.v1",
    "art.LossFloor.v1",
    "art.LearningRateTrace.v1",
    "art.Modes.v1",
    "art.MonitorDirection.v1",
    "art.ReportedMetrics.v1",
    "art.RoundTrip.v1",
    "art.BestIsKept.v1",
    "art.Repeatability.v1",
)
TRAINED_PROBES: tuple[str, ...] = (
    "art.SeenInTraining.v1",
    "art.HeldBack.v1",
    "art.HeldOut.v1",
    "art.Generalization.v1",
)
"""What each stage runs by default, the most telling first: the first fault's hint is shown."""

CHECKS: dict[str, Any] = {
    "sound": {"@checks": "art.Sound.v1"},
    "suspicions": {"@checks": "art.Sound.v1", "certain": False, "severity": "warn"},
}


def reasons_of(what: str) -> dict[str, str]:
    """The line above each of these checks in a config; `what` says where the faults are."""
    return {
        "sound": f"No probe is certain of a fault {what}.",
        "suspicions": "What probes merely suspect is reported and stops nothing.",
    }


def say(outcome: Outcome, cause: str, evidence: str, remedy: str) -> None:
    """Have the stage itself suspect something; the check on suspicions warns of it. Said before
    the probes run, it is counted with what they find."""
    suspicion = Suspicion(cause, evidence, remedy, certain=False)
    outcome.probes.append(ProbeReport(OF_STAGE, (suspicion,)))


def run_probes(names: Sequence[str], context: StageContext, outcome: Outcome) -> None:
    """Run probes one after the other; their reports, scores and a table go to the outcome.

    Those that find most for their time run first; the reports stand in the order of the names.
    """
    reports: dict[str, ProbeReport] = {}
    for number, name in enumerate(by_yield(names)):
        context.progress(number, len(names), name)
        began = time.thread_time()
        in_time = context.probe_seconds_left() > 0
        report = _measured(name, context) if in_time else _left_out(name, context)
        reports[name] = replace(report, seconds=round(time.thread_time() - began, 3))
    outcome.probes += [reports[name] for name in names]
    if names:
        outcome.tables["probes"] = (
            ["probe", "seconds", "certain", "suspected"],
            [[r.probe, r.seconds, *_counted(r.suspicions)] for r in outcome.probes],
        )
    passed_over = [(r.probe, r.not_judged) for r in outcome.probes if r.not_judged]
    if passed_over:
        outcome.scores["probes/not_judged"] = float(len(passed_over))
        outcome.tables["not_judged"] = (["probe", "reason"], [list(row) for row in passed_over])
    found = [(r.probe, s) for r in outcome.probes for s in r.suspicions]
    outcome.scores["probes/run"] = float(len(names))
    outcome.scores["probes/faults"] = float(sum(s.certain for _, s in found))
    outcome.scores["probes/suspicions"] = float(sum(not s.certain for _, s in found))
    if found:
        outcome.tables["suspicions"] = (
            ["probe", "certain", "cause", "where", "evidence", "remedy"],
            [[name, s.certain, s.cause, s.where, s.evidence, s.remedy] for name, s in found],
        )


def _counted(found: Sequence[Suspicion]) -> tuple[int, int]:
    certain = sum(one.certain for one in found)
    return certain, len(found) - certain


def _left_out(name: str, context: StageContext) -> ProbeReport:
    reason = "the probes before it have taken the time that [system] probe_seconds gives them"
    context.note(f"{name} has not judged this program: {reason}")
    return ProbeReport(name, not_judged=reason)


def _measured(name: str, context: StageContext) -> ProbeReport:
    probe = probes.get(name)()
    if not isinstance(probe, Probe):
        raise UserError(
            f"@probes '{name}' returned {type(probe).__name__}; it must return an art.Probe."
        )
    try:
        with context.in_probe_time():
            return ProbeReport(name, tuple(probe.measure(context)))
    except NotJudged as why:
        reason = str(why)
    except UserError:
        raise
    except Exception as error:  # the stage runs the program as it is, and meets a real fault itself
        text = str(error).strip().partition("\n")[0]
        reason = f"the program raised {type(error).__name__} in it{f': {text}' if text else ''}"
    context.note(f"{name} has not judged this program: {reason}")
    return ProbeReport(name, not_judged=reason)
