"""The contract: what a user declares about the program, so that probes need not guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the user declares about the program.

    A declaration that the program contradicts closes the gate; what is declared is never
    suspected.

    Args:
        frozen: parts of the model that are not trained, by parameter name.
        shared: parts of the model that stand in several places on purpose, by module name.
        order: what holds the time order of samples: a column of the inputs (its name or number),
            a key of the batch, or an attribute of the data set.
        groups: what says which samples belong together, found like order.
        coupled: whether a sample's loss or output depends on others of its batch, as in
            contrastive learning.
        stochastic: whether the model draws at random in eval mode too.
        unbounded: whether the loss may fall without bound.
        reduction: how the loss takes the samples of a batch together; null expects a mean.
        clipping: the largest norm that the program itself clips gradients to.
        accumulation: batches whose gradients the program itself sums up for one step.
        horizon: epochs over which the learning rate is to fall; [training] max_epochs where null.
        directions: whether a score that the program logs gets better upwards (max) or downwards
            (min), by name.
        augmentations: splits whose inputs are drawn anew each time they are read.
        one_class: whether the training split holds one class on purpose, as in anomaly detection.
        unseen_classes: whether val or test hold classes that train lacks, as in few-shot and metric
            learning.
        ids: which inputs are numbers of things and no amounts: columns, by name or number; true
            for all.
        views: how many views of each sample a batch holds.
        stationary: false where the data wanders with time, so that splits may differ.
        shared_samples: splits that hold samples of train on purpose: a module that cuts its
            validation part off itself, one graph for all splits.
        fixed_order: whether training samples come in one order on purpose, as in a curriculum.
    """

    frozen: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    order: str | None = None
    groups: str | None = None
    coupled: bool = False
    stochastic: bool = False
    unbounded: bool = False
    reduction: Literal["mean", "sum"] | None = None
    clipping: Annotated[float, Gt(0)] | None = None
    accumulation: Annotated[int, Ge(1)] | None = None
    horizon: Annotated[int, Ge(1)] | None = None
    directions: dict[str, Literal["min", "max"]] = field(default_factory=dict)
    augmentations: list[str] = field(default_factory=lambda: ["train"])
    one_class: bool = False
    unseen_classes: bool = False
    ids: bool | list[str] = False
    views: Annotated[int, Ge(2)] | None = None
    stationary: bool = True
    shared_samples: list[Literal["val", "test"]] = field(default_factory=list)
    fixed_order: bool = False

    @property
    def drifts(self) -> bool:
        """Whether splits may differ in their values: cut by time, or of data that wanders."""
        return self.order is not None or not self.stationary
