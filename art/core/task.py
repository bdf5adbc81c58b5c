"""The task: what a kind of problem asks of a model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.data_info import DataInfo

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class TaskProfile:
    """What stages and default checks must know of a task before torch is imported.

    Attributes:
        kind: `classification`, `segmentation` (a class for each pixel), `regression`, or `""` where
            nothing is known.
        score: the metric that decides, `accuracy`; `""` where only the loss can.
        higher_is_better: its direction.
        own_loss: whether the loss is the task's, so that ART knows what to expect of it; a
            LightningModule with its own optimizer brings a loss of its own too.
    """

    kind: str = ""
    score: str = ""
    higher_is_better: bool = True
    own_loss: bool = False


class Task(ABC):
    """Loss, predictions and expectations of a kind of problem, for models ART wraps.

    Attributes:
        kind: as in `TaskProfile`.
        score: as in `TaskProfile`.
        higher_is_better: as in `TaskProfile`.
        default_metrics: `[metrics]` as a config would have it where it names none.
        default_visualizers: `[visualizers]` likewise.
    """

    kind: ClassVar[str] = ""
    score: ClassVar[str] = ""
    higher_is_better: ClassVar[bool] = True
    default_metrics: ClassVar[dict[str, Any]] = {}
    default_visualizers: ClassVar[dict[str, Any]] = {}

    def prepare(self, data_info: DataInfo) -> None:  # noqa: B027 - a task may need nothing
        """Learn what the task needs of the training data, e.g. the targets' scale."""

    @abstractmethod
    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of a batch, a scalar.

        Args:
            outputs: what the model returned, `(N, ...)`.
            targets: `(N,)` or `(N, ...)`.
        """

    @abstractmethod
    def predictions(self, outputs: Tensor) -> Tensor:
        """What metric calculators read, from what the model returned."""

    def target_scale(self) -> tuple[Sequence[float], Sequence[float]] | None:
        """What `predictions` multiplies the outputs by and then adds, by output; None where it does
        something else. An export writes it down for other programs."""
        return None

    @abstractmethod
    def expected_loss(self, data_info: DataInfo) -> float:
        """The loss of a model that knows nothing yet, e.g. ln C."""

    @abstractmethod
    def check_outputs(self, outputs: Tensor, targets: Tensor, data_info: DataInfo) -> None:
        """Refuse a model that does not fit.

        Raises:
            art.errors.ModelError: with the shapes found, those expected, and what to change.
        """
