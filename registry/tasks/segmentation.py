"""The task that chooses one class for each pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import tasks
from art.registry.tasks._targets import refuse_unread
from art.registry.tasks.classification import Classification

if TYPE_CHECKING:
    from torch import Tensor


@tasks("art.Segmentation.v1")
class Segmentation(Classification):
    """One class for each pixel: logits `(N, C, H, W)`, masks `(N, H, W)` of class indices."""

    kind = "segmentation"
    default_metrics: ClassVar[dict[str, Any]] = {
        **Classification.default_metrics,
        "overlap": {"@metrics": "art.Overlap.v1"},
    }
    default_visualizers: ClassVar[dict[str, Any]] = {
        **Classification.default_visualizers,
        "masks": {
            "@visualizers": "art.MaskGallery.v1",
            "stages": ["regularize", "evaluate"],
        },
    }

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy over all pixels, in nats; each counts as much as its class does."""
        return super().loss(outputs, targets.long())

    def check_outputs(self, outputs: Tensor, targets: Tensor, data_info: DataInfo) -> None:
        """Refuse outputs that are no logits of each pixel's classes."""
        refuse_unread(targets)
        expected = (len(targets), data_info.output_size, *targets.shape[1:])
        if outputs.ndim != targets.ndim + 1 or outputs.shape[2:] != targets.shape[1:]:
            raise ModelError(
                f"the model's outputs have shape {tuple(outputs.shape)}, but masks of shape "
                f"{tuple(targets.shape)} need {expected}: one logit a class for each pixel."
            )
