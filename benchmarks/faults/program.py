"""What the benchmark judges: programs, and the hosts that mistakes are put into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from benchmarks.faults.raw import Raw

Kind = Literal["classification", "regression", ""]


@dataclass(frozen=True)
class Program:
    """A training program as a user has it: data, a model, and how long to train.

    Attributes:
        name: unique in the benchmark; letters, digits, `_` and `-`.
        make_data: makes a fresh data module.
        make_model: makes a fresh, untrained model.
        max_epochs: how long it trains.
        contract: what its author declares, the keys of `[contract]`.
        kind: of the task; empty where none of ART's fits what it learns from.
        sections: more sections of its config, by dotted name and with plain values, where it needs
            any: an nn.Module needs `{"task": {"@tasks": ...}, "optimizer": {...}}`.
    """

    name: str
    make_data: Callable[[], pl.LightningDataModule]
    make_model: Callable[[], pl.LightningModule]
    max_epochs: int
    contract: Mapping[str, Any] = field(default_factory=dict)
    kind: Kind = "classification"
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Host:
    """A sound program, its classes, and raw data that it has never seen.

    Attributes:
        name: the host's name.
        data: the data module's class; its `preprocess` is the way from raw inputs to a model's,
            and `restore`, where it has one, the way back from outputs to the target's units.
        model: the model's class.
        apart: gives raw inputs and targets that the program never sees.
        max_epochs: how long it trains.
        metric: the name under which the program logs its validation metric.
        kind: of the task.
        floor: the quality on `apart` that the sound program reaches: accuracy, or R2.
        contract: what its author declares.
    """

    name: str
    data: type[pl.LightningDataModule]
    model: type[pl.LightningModule]
    apart: Callable[[], Raw]
    max_epochs: int
    metric: str
    kind: Kind = "classification"
    floor: float = 0.9
    contract: Mapping[str, Any] = field(default_factory=dict)

    def program(
        self,
        name: str = "",
        *,
        data: Callable[[], pl.LightningDataModule] | None = None,
        model: Callable[[], pl.LightningModule] | None = None,
        max_epochs: int | None = None,
        contract: Mapping[str, Any] | None = None,
    ) -> Program:
        """The host as a program; with another data module or model where one is given.

        Args:
            name: of the program; the host's own where empty.
            data: makes the data module in place of the host's.
            model: makes the model in place of the host's.
            max_epochs: in place of the host's.
            contract: in place of the host's.
        """
        return Program(
            name=name or self.name,
            make_data=data or self.data,
            make_model=model or self.model,
            max_epochs=max_epochs or self.max_epochs,
            contract=self.contract if contract is None else contract,
            kind=self.kind,
        )
