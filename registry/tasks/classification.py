"""Tasks that choose one class for each sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from annotated_types import Ge

from art.core.data_info import DataInfo
from art.core.task import Task
from art.errors import DataError, ModelError
from art.registries import tasks
from art.registry.tasks._class_weights import scaled_weights
from art.registry.tasks._targets import is_one_hot, refuse_unread

if TYPE_CHECKING:
    from torch import Tensor


class Classification(Task):
    """Cross-entropy over logits `(N, C)` and class indices `(N,)`.

    Args:
        label_smoothing: share of the target's weight that is spread over all classes.
        class_weights: how much a sample of each class weighs in the loss, in the order of the
            classes; `"balanced"` for the inverse of how often a class is in the training split
            (King and Zeng, 2001), null for all alike. Weights are scaled to a mean of 1 over the
            training samples, so that an untrained model's loss is still ln C, and a sample weighs
            the same in every batch.
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

    def __init__(
        self,
        label_smoothing: float = 0.0,
        class_weights: Literal["balanced"] | Sequence[Annotated[float, Ge(0)]] | None = None,
    ) -> None:
        self.label_smoothing = label_smoothing
        self.class_weights = class_weights
        self._weights: tuple[float, ...] | None = None

    def prepare(self, data_info: DataInfo) -> None:
        """Refuse targets that are no classes, and scale the weights of those that are.

        Raises:
            DataError: they are floats, or there are more or fewer weights than classes.
        """
        if data_info.kind == "regression":
            how = "Convert them (`targets.long()`)"
            what = "floats"
            if _is_one_hot(data_info):
                what = f"one-hot rows of {data_info.output_size} floats"
                how = "Convert them (`targets.argmax(1)`)"
            raise DataError(
                f"the training targets are {what}, but a classification needs class indices: "
                f"integers from 0. {how}, choose a regression task, or leave [task] out: a "
                f"LightningModule with a loss of its own needs none."
            )
        if self.class_weights is not None:
            self._weights = scaled_weights(self.class_weights, data_info)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy in nats, from logits; each sample counts as much as its class does."""
        from torch.nn.functional import cross_entropy

        if self._weights is None:
            return cross_entropy(outputs, targets, label_smoothing=self.label_smoothing)
        losses = cross_entropy(
            outputs, targets, label_smoothing=self.label_smoothing, reduction="none"
        )
        return (losses.new_tensor(self._weights)[targets] * losses).mean()

    def predictions(self, outputs: Tensor) -> Tensor:
        """Probabilities of the classes, `(N, C)`."""
        return outputs.float().softmax(dim=1)

    def expected_loss(self, data_info: DataInfo) -> float:
        """ln C: an untrained model should find every class equally likely."""
        return math.log(data_info.output_size)

    def check_outputs(self, outputs: Tensor, targets: Tensor, data_info: DataInfo) -> None:
        """Refuse outputs that are no logits of this data's classes."""
        refuse_unread(targets)
        classes = data_info.output_size
        shape = tuple(outputs.shape)
        if outputs.ndim != 2 or shape[0] != len(targets) or shape[1] < classes:
            raise ModelError(
                f"the model's outputs have shape {shape}, but a classification into {classes} "
                f"classes needs ({len(targets)}, {classes}): one logit a class for each sample. "
                f"Change the size of the model's last layer."
            )
        if targets.is_floating_point() or targets.ndim != 1:
            one_hot = is_one_hot(targets)
            how = " They are one-hot: take `targets.argmax(1)`." if one_hot else ""
            raise ModelError(
                f"the targets are {targets.dtype} of shape {tuple(targets.shape)}, but a "
                f"classification needs class indices: integers of shape ({len(targets)},).{how}"
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


def _is_one_hot(data_info: DataInfo) -> bool:
    """Whether float targets are rows with a single 1 among zeros.

    Numbers in 0..1 are all 0 or 1 where their variance is m (1 - m), and rows of them have one 1 on
    average where the means add up to 1.
    """
    means, stds = data_info.target_mean, data_info.target_std
    return (
        len(means) > 1
        and math.isclose(sum(means), 1, abs_tol=1e-5)
        and all(
            math.isclose(std * std, mean * (1 - mean), abs_tol=1e-5)
            for mean, std in zip(means, stds, strict=True)
        )
    )
