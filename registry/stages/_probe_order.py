"""In which order the probes of a stage take their time."""

from __future__ import annotations

from collections.abc import Sequence

BY_YIELD: tuple[str, ...] = (
    "art.FrozenWeights.v1",
    "art.Modes.v1",
    "art.BestIsKept.v1",
    "art.Generalization.v1",
    "art.SeenInTraining.v1",
    "art.ClassNames.v1",
    "art.ReceptiveField.v1",
    "art.PaddingIsInert.v1",
    "art.MonitorDirection.v1",
    "art.SampleIndependence.v1",
    "art.LabelLedger.v1",
    "art.InputScale.v1",
    "art.DistinctUnits.v1",
    "art.LoaderAudit.v1",
    "art.LivingUnits.v1",
    "art.DroppedInEval.v1",
    "art.LoadedWeights.v1",
    "art.LossDomain.v1",
    "art.SplitLeak.v1",
    "art.RoundTrip.v1",
    "art.GradientAudit.v1",
    "art.NonLinearity.v1",
    "art.ParameterLedger.v1",
    "art.ReportedMetrics.v1",
    "art.TargetInFeature.v1",
    "art.SplitDrift.v1",
    "art.LossAlgebra.v1",
    "art.InitialLoss.v1",
    "art.SuspiciousLabels.v1",
    "art.LearningRateTrace.v1",
    "art.SharedModules.v1",
    "art.GradientReset.v1",
    "art.InputParts.v1",
    "art.LabelAgreement.v1",
    "art.LossFloor.v1",
    "art.LearningRate.v1",
    "art.HeldOut.v1",
    "art.HeldBack.v1",
    "art.FiniteInEval.v1",
    "art.InputValues.v1",
    "art.Repeatability.v1",
)
"""What finds most a second comes first, so that least is lost where the time does not suffice.
Measured in the fault benchmark: `python -m benchmarks.faults.yields RESULTS`. Four that found
nothing there and take next to no time stand with the free ones, the others at the end."""


def by_yield(names: Sequence[str]) -> list[str]:
    """The names in that order, and behind them the others, a user's own, as they are given."""
    rank = {name: place for place, name in enumerate(BY_YIELD)}
    return sorted(names, key=lambda name: rank.get(name, len(rank)))
