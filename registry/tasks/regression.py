"""Tasks that estimate numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from art.core.data_info import DataInfo
from art.core.task import Task
from art.errors import DataError, ModelError
from art.registries import tasks
from art.registry.tasks._targets import refuse_unread

if TYPE_CHECKING:
    from torch import Tensor


@tasks("art.TabularRegression.v1")
class TabularRegression(Task):
    """One or several numbers for each row of a table; outputs and targets `(N,)` or `(N, D)`.

    The loss is taken on targets scaled to mean 0 and standard deviation 1 by the training split:
    its value is then a share of the targets' variance, whatever their units, and an untrained
    model's loss is close to 1. Predictions and scores are in the targets' own units.

    Args:
        loss: `mse` (squared error), `huber` (squared near zero, linear beyond one standard
            deviation; for outliers) or `mae` (absolute error).
        scale_targets: False where the model's outputs are in the targets' own units already.
    """

    kind = "regression"
    score = "r2"
    higher_is_better = True
    default_metrics: ClassVar[dict[str, Any]] = {"scores": {"@metrics": "art.Regression.v1"}}
    default_visualizers: ClassVar[dict[str, Any]] = {
        "samples": {"@visualizers": "art.SampleGallery.v1", "stages": ["explore"]},
        "curves": {
            "@visualizers": "art.LearningCurves.v1",
            "stages": ["overfit_one_batch", "overfit", "regularize"],
        },
        "residuals": {
            "@visualizers": "art.Residuals.v1",
            "stages": ["baseline", "regularize", "evaluate"],
        },
    }

    def __init__(
        self, loss: Literal["mse", "huber", "mae"] = "mse", scale_targets: bool = True
    ) -> None:
        self.loss_name = loss
        self.scale_targets = scale_targets
        self._mean: list[float] = [0.0]
        self._std: list[float] = [1.0]
        self._scales: tuple[Tensor, Tensor] | None = None

    def prepare(self, data_info: DataInfo) -> None:
        """Learn the targets' mean and standard deviation from the training split.

        Raises:
            DataError: the targets are classes.
        """
        if data_info.kind in ("classification", "segmentation"):
            raise DataError(
                "the data module says that its targets are classes, but a regression needs "
                "numbers. Give float targets, or choose a classification task."
            )
        if self.scale_targets and data_info.target_std:
            self._mean = list(data_info.target_mean)
            self._std = [std if std > 0 else 1.0 for std in data_info.target_std]
        self._scales = None

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss over samples and outputs, in squared (absolute) standard deviations."""
        from torch.nn import functional as F

        mean, std = self._scale(outputs)
        goals = (targets.to(outputs.dtype).reshape(len(targets), -1) - mean) / std
        losses: dict[str, Any] = {"mse": F.mse_loss, "huber": F.huber_loss, "mae": F.l1_loss}
        return losses[self.loss_name](outputs.reshape(len(outputs), -1), goals)

    def predictions(self, outputs: Tensor) -> Tensor:
        """Numbers in the targets' units, `(N,)` where there is one target, else `(N, D)`."""
        mean, std = self._scale(outputs)
        values = outputs.float().reshape(len(outputs), -1) * std + mean
        return values.squeeze(1) if values.shape[1] == 1 else values

    def target_scale(self) -> tuple[list[float], list[float]]:
        """Standard deviations and means of the training targets; 1 and 0 where they are as is."""
        return list(self._std), list(self._mean)

    def expected_loss(self, data_info: DataInfo) -> float:
        """The loss of always saying the mean: the variance of the (scaled) targets."""
        if self.scale_targets:
            return {"mse": 1.0, "huber": 0.4, "mae": 0.8}[self.loss_name]
        variances = [
            std**2 + mean**2
            for mean, std in zip(data_info.target_mean, data_info.target_std, strict=True)
        ]
        power = 1.0 if self.loss_name == "mse" else 0.5
        return sum(value**power for value in variances) / len(variances)

    def check_outputs(self, outputs: Tensor, targets: Tensor, data_info: DataInfo) -> None:
        """Refuse outputs whose size is not that of the targets."""
        refuse_unread(targets, classes=False)
        found = outputs.reshape(len(outputs), -1).shape
        wanted = targets.reshape(len(targets), -1).shape
        if found != wanted:
            raise ModelError(
                f"the model's outputs have shape {tuple(outputs.shape)}, but the targets have "
                f"{tuple(targets.shape)}: {wanted[1]} number(s) for each of {wanted[0]} samples "
                f"are needed. Change the size of the model's last layer."
            )

    def _scale(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation as tensors beside `like`, made once a device and dtype."""
        import torch

        if (
            self._scales is None
            or self._scales[0].device != like.device
            or self._scales[0].dtype != like.dtype
        ):
            self._scales = (
                torch.tensor(self._mean, dtype=like.dtype, device=like.device),
                torch.tensor(self._std, dtype=like.dtype, device=like.device),
            )
        return self._scales
