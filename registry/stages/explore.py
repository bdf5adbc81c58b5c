"""The stage that looks at the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from annotated_types import Ge

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.core.visualizer import Seen
from art.errors import DataError
from art.registries import stages
from art.registry.stages import _measures as measures
from art.registry.stages._columns import columns_table
from art.registry.stages._kinds import CLASSES
from art.registry.stages._probing import CHECKS, DATA_PROBES, reasons_of, run_probes, say

if TYPE_CHECKING:
    import numpy as np

SPLITS = ("train", "val", "test")
IF_READ: dict[str, Any] = {"optional": True}
"""A split need not be there, and what cannot be read of one is said by a warning of its own."""


@stages("art.Explore.v1")
class Explore(Stage):
    """Become one with the data: sizes, classes, ranges, missing values, duplicates and leaks.

    Most faults of a training run are in its data, and no later stage can repair them. Karpathy's
    recipe (A Recipe for Training Neural Networks, 2019, step 1) therefore begins with the data,
    before any network is written. The stage reads every split once, measures it, draws samples,
    and closes the gate on what no model could be trusted after: missing values, inputs of a size
    that no network learns well from (raw pixels), classes that a split lacks, and validation or
    test samples that are in the training split as well.

    Args:
        max_samples: samples read of each split at most.
        probes: what is measured of the data, by registered name; ART's own choice where null.
    """

    reads: ClassVar[tuple[str, ...]] = ("task", "data", "contract")
    per_model = False
    examines: ClassVar[str] = "data"
    hints: ClassVar[dict[str, str]] = {
        "input_scale": "The inputs are far larger than a network learns well from: raw 0-255 "
        "pixels, or a table that was not standardised. Divide pixels by 255 (built-in data: "
        'scale = "unit") or standardise each column by the training split (scale = "standard").',
        "missing_values": "There are NaN or infinite inputs. Impute them from the training split, "
        "drop the rows, or look for a division by zero or a logarithm of zero in the "
        "preprocessing.",
        "classes": "A class has no sample in the training split. Look for sorted data that was "
        "split without shuffling, for labels that start at 1, and for a filter that drops a class.",
        "val_leak": "Validation samples are also in the training split. Look for rows "
        "duplicated before the split, and for augmentation or oversampling done before it. Where "
        'it is meant to be so, declare it: [contract] shared_samples = ["val"].',
        "test_leak": "Test samples are also in the training split: the test score would "
        "reward memory. Look for rows duplicated before the split. Where it is meant to be so, "
        'declare it: [contract] shared_samples = ["test"].',
        "val_classes": "A class is missing from the validation split; its scores cannot be "
        "measured. Split with stratification, or give that class more samples.",
        "constant_inputs": "Nearly every input is the same for all samples. Look for a channel or "
        "column that was read wrong.",
    }
    reasons: ClassVar[dict[str, str]] = {
        **reasons_of("in the data"),
        "missing_values": "No value is missing.",
        "input_scale": "Inputs have a size that a network can learn from.",
        "constant_inputs": "Inputs differ from sample to sample.",
        "val_leak": "No validation sample is in the training split.",
        "classes": "Every class is there to be learned.",
        "val_classes": "Every class is there to be validated.",
        "test_leak": "No test sample is in the training split.",
    }

    def __init__(
        self,
        max_samples: Annotated[int, Ge(1)] = 100_000,
        probes: list[str] | None = None,
    ) -> None:
        self.max_samples = max_samples
        self.probes = DATA_PROBES if probes is None else probes

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """No missing values, a sane scale, all classes there, no sample in two splits."""
        warn = {"severity": "warn"}
        # A user's own module may fill and scale its inputs, and some data repeats: probes judge
        # what its first layer receives, and whether chance explains the copies.
        own = {} if profile.own_loss else warn
        found: dict[str, Any] = {
            **CHECKS,
            "missing_values": {**_equals("train/missing_values", 0), **own},
            "input_scale": {**_below("train/input_scale", 5.0), **own},
            "constant_inputs": _below("train/constant_inputs", 0.95),
            "val_leak": {**_below("val/seen_in_train", 0.05), **own},
        }
        if profile.kind in CLASSES:
            found["classes"] = _equals("train/missing_classes", 0)
            found["val_classes"] = {**_equals("val/missing_classes", 0), **warn}
        if "evaluate" in stages:
            found["test_leak"] = {**_below("test/seen_in_train", 0.05), **own}
        return found

    def run(self, context: StageContext) -> Outcome:
        """Read every split, measure it, leave tables and samples."""
        return self.examine(context)

    def examine(self, context: StageContext) -> Outcome:
        """All that the stage does: nothing is trained."""
        from art.training.data_modules.collecting import collect
        from art.training.data_modules.target_reading import are_classes

        data = context.build_data()
        info = context.data_info
        scores: dict[str, float] = {}
        hashes: dict[str, list[bytes]] = {}
        targets: dict[str, np.ndarray] = {}
        unread: dict[str, str] = {}
        train_targets: np.ndarray | None = None
        seen = Seen(data_info=info)
        for index, split in enumerate(SPLITS):
            loader = context.loader(data, split)
            if loader is None:
                continue
            context.progress(index, len(SPLITS), split)
            read = collect(loader, self.max_samples)
            if read.inputs is None:
                unread[split] = read.unread
                scores[f"{split}/size"] = float(info.sizes.get(split, 0))
                continue
            inputs, goals = read.inputs, read.targets
            if split == "train":
                train_targets = goals
                seen.samples = inputs[:256].copy()
                seen.sample_targets = None if goals is None else goals[:256].copy()
            found = {"size": float(info.sizes.get(split, len(inputs))), "shown": float(len(inputs))}
            found |= measures.input_scores(inputs)
            if info.class_counts and goals is not None:
                goals = measures.labelled(goals)
                if context.profile.own_loss:
                    _refuse_negative(goals, split)
                goals = goals[goals >= 0]  # of a module's own loss, which may pass them over
                found |= measures.target_scores(goals, info.output_size)
                targets[split] = goals
            scores |= {f"{split}/{name}": value for name, value in found.items()}
            hashes[split] = measures.row_hashes(inputs)
        shared = measures.duplicate_scores(hashes)
        statistics = _statistics(scores | shared)
        # what is declared is counted by a probe, and is nothing that a check asks for
        declared = {f"{split}/seen_in_train" for split in context.contract.shared_samples}
        scores |= {name: share for name, share in shared.items() if name not in declared}
        seen.scores = scores
        outcome = Outcome(scores=scores, seen=seen)
        outcome.tables["statistics"] = statistics
        columns = columns_table(info, train_targets)
        if columns is not None:
            outcome.tables["columns"] = columns
        if targets:
            outcome.tables["balance"] = (
                ["class", *targets],
                measures.balance_rows(info, targets),
            )
        batch, samples = (
            context.settings_of(("data",)).get("data.batch_size"),
            info.sizes.get("train"),
        )
        if isinstance(batch, int) and samples and batch > samples:
            say(outcome, *_too_large(batch, samples))
        if unread:
            say(outcome, *_unread(unread))
        elif info.unscored and not are_classes(info):  # of which a probe has more to say
            say(outcome, *_unscored(info.unscored))
        run_probes(self.probes, context, outcome)
        return outcome


def _unread(why: dict[str, str]) -> tuple[str, str, str]:
    """Cause, evidence and remedy of splits that were not read."""
    found = "; ".join(f"{split}: {text}" for split, text in why.items())
    return (
        "the data could not be read, so nothing was measured of it",
        f"{found}; batches are read where their inputs are tensors with one row a sample, alone or "
        "several in a tuple or dict",
        "Training is not affected. What the data holds is for you to look at: its values, its "
        "labels, and whether samples of val or test stand in train.",
    )


def _unscored(why: str) -> tuple[str, str, str]:
    """Cause, evidence and remedy of targets that are not scored."""
    return (
        "predictions are not scored against the targets, and no baseline is fitted",
        why,
        "Training is not affected: the module's own loss and the metrics that it logs decide. "
        "Class indices from 0, or up to 64 numbers a sample, are scored where they are the second "
        "part of a batch or stand under the key `target`, `y` or `label`.",
    )


def _too_large(batch: int, samples: int) -> tuple[str, str, str]:
    """Cause, evidence and remedy of a batch that no split fills."""
    return (
        "the batch is larger than the training split",
        f"batch_size is {batch:,}, and the split has {samples:,} samples: an epoch is one step on "
        "all of them, and the stages that repeat one batch repeat the whole split",
        "Lower [data] batch_size.",
    )


def _refuse_negative(targets: np.ndarray, split: str) -> None:
    if len(targets) and int(targets.min()) < 0:
        raise DataError(
            f"the {split} targets hold {int(targets.min())}: class indices start at 0. Look at how "
            f"the labels are encoded."
        )


def _statistics(scores: dict[str, float]) -> tuple[list[str], list[list[Any]]]:
    names = list(dict.fromkeys(name.split("/", 1)[1] for name in scores))
    rows = [[name, *(scores.get(f"{split}/{name}") for split in SPLITS)] for name in names]
    return ["measure", *SPLITS], rows


def _below(score: str, value: float) -> dict[str, Any]:
    return {"@checks": "art.LessThan.v1", "score": score, "value": value, **IF_READ}


def _equals(score: str, value: float) -> dict[str, Any]:
    return {"@checks": "art.Equals.v1", "score": score, "value": value, **IF_READ}
