"""Tasks that choose one class for each sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.data_info import DataInfo
from art.core.task import Task
from art.errors import DataError, ModelError
from art.registries import tasks

if TYPE_CHECKING:
    from torch import Tensor


class Classification(Task):
    """Cross-entropy over logits `(N, C)` and class indices `(N,)`.

    Args:
        label_smoothing: share of the target's weight that is spread over all classes.
    """

    kind = "classification"
    score = "accuracy"
    higher_is_better = True
    default_metrics: ClassVar[dict[str, Any]] = {
        "scores": {"@metrics": "art.Classification.v1"},
    }
    default_visualizers: ClassVar[dict[str, Any]] = {
        "samples": {"@visualizers": "art.SampleGallery.v1", "stages": ["explore"]},
        "curves": {
            "@visualizers": "art.LearningCurves.v1",
            "stages": ["overfit_one_batch", "overfit", "regularize"],
        },
        "confusion": {
            "@visualizers": "art.ConfusionMatrix.v1",
            "stages": ["baseline", "regularize", "evaluate"],
        },
    }

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self.label_smoothing = label_smoothing

    def prepare(self, data_info: DataInfo) -> None:
        """Refuse targets that are no classes.

        Raises:
            DataError: they are floats.
        """
        if data_info.kind == "regression":
            raise DataError(
                "the training targets are floats, but a classification needs class indices: "
                "integers from 0. Convert them (`targets.long()`), choose a regression task, or "
                "leave [task] out: a LightningModule with a loss of its own needs none."
            )

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy in nats, from logits."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(outputs, targets, label_smoothing=self.label_smoothing)

    def predictions(self, outputs: Tensor) -> Tensor:
        """Probabilities of the classes, `(N, C)`."""
        return outputs.float().softmax(dim=1)

    def expected_loss(self, data_info: DataInfo) -> float:
        """ln C: an untrained model should find every class equally likely."""
        return math.log(data_info.output_size)

    def check_outputs(self, outputs: Tensor, targets: Tensor, data_info: DataInfo) -> None:
        """Refuse outputs that are no logits of this data's classes."""
        classes = data_info.output_size
        shape = tuple(outputs.shape)
        if outputs.ndim != 2 or shape[0] != len(targets) or shape[1] < classes:
            raise ModelError(
                f"the model's outputs have shape {shape}, but a classification into {classes} "
                f"classes needs ({len(targets)}, {classes}): one logit a class for each sample. "
                f"Change the size of the model's last layer."
            )
        if targets.is_floating_point() or targets.ndim != 1:
            raise ModelError(
                f"the targets are {targets.dtype} of shape {tuple(targets.shape)}, but a "
                f"classification needs class indices: integers of shape ({len(targets)},)."
            )


@tasks("art.ImageClassification.v1")
class ImageClassification(Classification):
    """One class for each image; inputs `(N, channels, height, width)`."""


@tasks("art.TabularClassification.v1")
class TabularClassification(Classification):
    """One class for each row of a table; inputs `(N, columns)`."""


@tasks("art.TextClassification.v1")
class TextClassification(Classification):
    """One class for each text; inputs as the model takes them, mostly token ids `(N, length)`."""

    default_visualizers: ClassVar[dict[str, Any]] = {
        **Classification.default_visualizers,
        "misread": {
            "@visualizers": "art.MisreadTexts.v1",
            "stages": ["regularize", "evaluate"],
        },
    }
