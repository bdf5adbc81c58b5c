"""The stage that opens the test split, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.errors import UserError
from art.registries import stages
from art.registry.probes._trained import last_trained
from art.registry.stages._gentle import KEEPS_UP
from art.registry.stages._kinds import CLASSES
from art.registry.stages._probing import CHECKS, TRAINED_PROBES, reasons_of, run_probes, say
from art.registry.stages._sampling import standard_error


@stages("art.Evaluate.v1")
class Evaluate(Stage):
    """Evaluate the winner on the test split, against the baseline.

    Everything before has looked at the validation split often enough to be fitted to it. The test
    split is scored here, by one pass of the best model, and by no other stage but the baseline
    (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.2). Where the data has
    no test split the model is judged on val, and that is said, as a warning: such a score is too
    good.

    Args:
        model_from: the stage whose checkpoint is scored; the latest that left one where null.
        probes: what is measured of the trained model, by registered name; ART's own choice where
            null.
    """

    hints: ClassVar[dict[str, str]] = {
        "beats_baseline": "The model is worse on the test split than a simple model. Prefer the "
        "simple one, or look at the learning curves: too few epochs, too much regularization, or "
        "a validation split that does not look like the test split.",
        "keeps_up": "A simple model does far better on the test split. Look for inputs that are "
        "prepared differently there, for a checkpoint that is not the best one, and for what the "
        "stages before have warned of.",
        "honest": "The test score is far below the validation score. The splits differ, or the "
        "validation split was used so often that the model is fitted to it. Look for groups or "
        "near-duplicates that train and validation share.",
    }
    reasons: ClassVar[dict[str, str]] = {
        **reasons_of("in what was trained and reported"),
        "beats_baseline": "The network beats the simple models.",
        "keeps_up": "No simple model is far better on the test split.",
        "honest": "The test split says what the validation split said.",
    }

    def __init__(self, model_from: str | None = None, probes: list[str] | None = None) -> None:
        self.model_from = model_from
        self.probes = TRAINED_PROBES if probes is None else probes

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """Not far below the baseline; worse than it, or far below validation, is a warning.

        A network that a simple model beats by little is sound: which of the two to take is for its
        user to say. Far below it something is wrong with any network.
        """
        checks: dict[str, Any] = dict(CHECKS)
        if not profile.score:
            return checks
        score, val = f"test/{profile.score}", f"val/{profile.score}"
        if "baseline" in stages:
            beats: dict[str, Any] = {"@checks": "art.Beats.v1", "score": score, "stage": "baseline"}
            beats |= {"noise": f"{score}_error", "instead": val, "optional": True}
            checks["beats_baseline"] = {**beats, "severity": "warn"}
            checks["keeps_up"] = {**beats, "margin": KEEPS_UP}
        trained = [stage for stage in ("regularize", "overfit") if stage in stages]
        if trained:
            checks["honest"] = {
                "@checks": "art.Beats.v1",
                "score": score,
                "stage": trained[0],
                "against": val,
                "margin": -0.03 if profile.kind in CLASSES else -0.1,
                "noise": f"{score}_error",
                "severity": "warn",
                "optional": True,
            }
        return checks

    def run(self, context: StageContext) -> Outcome:
        """Score the best model of the recipe on val and test."""
        source = self.model_from or self._latest(context)
        data = context.build_data()
        there = [split for split in ("val", "test") if context.loader(data, split) is not None]
        model = context.load_model(source)
        context.note(f"scoring the checkpoint of '{source}'")
        scores, seen = context.evaluate(model, data, there)
        judged = there[-1] if there else ""
        if judged in seen.predictions:
            parts = seen.predictions[judged], seen.targets[judged]
            error = standard_error(context.profile, *parts)
            if error is not None:
                scores[f"{judged}/{context.profile.score}_error"] = error
        outcome = Outcome(scores=scores, seen=seen)
        if judged != "test":
            say(outcome, *_without_test(type(data).__name__, judged))
        run_probes(self.probes, context, outcome)
        seen.data_info, seen.scores = context.data_info, outcome.scores
        return outcome

    def _latest(self, context: StageContext) -> str:
        name = last_trained(context)
        if name is not None:
            return name
        raise UserError(
            "no earlier stage has left a checkpoint to evaluate. Put 'overfit' or 'regularize' "
            "before this stage in [project] stages."
        )


def _without_test(data: str, judged: str) -> tuple[str, str, str]:
    """Cause, evidence and remedy where there is no test split."""
    how = "the model is judged on val, which chose it" if judged else "the model is not judged"
    return (
        f"there is no test split: {how}",
        f"{data} gives no test_dataloader",
        "Give it one with samples that nothing before has seen: what a split has chosen looks "
        "better on that split than it is.",
    )
