"""A trained model with all that prediction needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from art.core.data_info import DataInfo
from art.core.reader import Reader, Rows
from art.core.task import Task
from art.errors import DataError, ModelError, UserError
from art.prediction.answers import Kind, Predictions, joined
from art.prediction.building import rebuilt
from art.training.checkpoints.use import Use
from art.training.failures import is_out_of_memory
from art.training.namespaces import is_lightning_module
from art.training.scoring.calling import feed
from art.training.scoring.predictions import UNREADABLE
from art.training.scoring.untargeted import as_people_read, said_of, said_of_inputs

AT_ONCE = 256
"""Rows of a batch."""
KINDS: dict[str, Kind] = {"classes": "probabilities", "scores": "scores", "": "outputs"}


class TrainedModel:
    """A trained module in eval mode, and how its inputs are made and its outputs are read.

    `model.predict("new.csv")` reads a file as the data part read its own, and gives probabilities
    with class names, or numbers in the target's units. `model(inputs)` is the module's own
    `forward` on inputs that are prepared already, without gradients.

    Attributes:
        module: as its function returned it, with the trained weights, in eval mode.
        data_info: what the training data held: shapes, class names, columns.
        name: the project's.
        source: where it was loaded from.
        blocks: the config's `task`, `data` and `model`.
        scores: those of the run that made it.
    """

    def __init__(
        self,
        module: nn.Module,
        use: Use,
        *,
        task: Task | None,
        name: str,
        source: Path,
        blocks: dict[str, Any],
        scores: dict[str, float],
    ) -> None:
        self.module = module.eval()
        self.use = use
        self.task = task
        self.name = name
        self.source = source
        self.blocks = blocks
        self.scores = scores

    def __repr__(self) -> str:
        kind = f"{self.data_info.kind} " if self.data_info.kind else ""
        return (
            f"<{type(self.module).__name__} trained for the {kind}project '{self.name}', from "
            f"{self.source}: .predict(file or values), .module, .classes, .prepare(values)>"
        )

    @property
    def data_info(self) -> DataInfo:
        """What the training data held."""
        return self.use.data_info

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes' names, in the order of the outputs; empty where there are none."""
        meaning = self.use.meaning
        return () if meaning and meaning.relation == "encoded" else self.data_info.class_names

    @property
    def target(self) -> str:
        """The name of what is predicted."""
        return str(self.data_info.reader.get("target") or "prediction")

    @cached_property
    def reader(self) -> Reader:
        """What reads inputs as the data part read its own.

        Raises:
            DataError: the data part does not say how its inputs are read from a file.
        """
        if not self.data_info.reader:
            name = self.blocks.get("data", {}).get("@data", "the module's own loaders")
            raise DataError(
                f"{name} does not say how its inputs are made from a file, so ART cannot make them "
                f"alike. Give the data module a predict_dataloader and name `predict` as INPUT "
                f"(`test`, `val` and `train` are its other splits), or let it set `self.reader` to "
                f"a block of @readers. In Python, art.load_model(RUN).module takes the inputs that "
                f"it was trained on."
            )
        reader = rebuilt(self.data_info.reader, "readers", data_info=self.data_info)
        if not isinstance(reader, Reader):
            raise DataError(
                f"@readers '{self.data_info.reader.get('@readers')}' returned "
                f"{type(reader).__name__}; it must return an art.Reader."
            )
        return reader

    @property
    def device(self) -> torch.device:
        """Where the module is."""
        return next((p.device for p in self.module.parameters()), torch.device("cpu"))

    def to(self, device: str) -> TrainedModel:
        """Itself, with the module on another device.

        Raises:
            UserError: this machine has no such device.
        """
        try:
            usable = torch.empty(0, device=device).device.type != "meta"  # which holds no numbers
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            why = str(error).strip().partition("\n")[0]
            raise UserError(f"device '{device}': this machine has none: {why}") from error
        if not usable:
            raise UserError(f"device '{device}': it computes nothing. Name cpu or cuda.")
        self.module.to(device)
        return self

    def __call__(self, *inputs: Any) -> Any:
        """The module's own outputs for prepared inputs, as tensors or arrays."""
        tensors = [torch.as_tensor(value).to(self.device) for value in inputs]
        with torch.no_grad():
            return self.module(*tensors)

    def prepare(self, values: Any) -> Tensor:
        """The module's inputs, made of a file (a path) or of values in memory, as in training.

        Raises:
            UserError: they are not what the model was trained on.
        """
        return torch.from_numpy(self._rows(values).inputs)

    def predict(self, values: Any) -> Predictions:
        """What the model says of a file (a path) or of values in memory.

        Args:
            values: a path as `str` or `Path`; else rows as dicts, columns by name, an array of
                unscaled values or, of a model of texts, a list of them.

        Raises:
            UserError: they are not what the model was trained on.
        """
        rows = self._rows(values)
        made = joined(list(self._by_batches(rows)))
        notes = (*rows.notes, *_without_an_answer(made))
        return Predictions(**{**vars(made), "notes": notes})

    def _rows(self, values: Any) -> Rows:
        if isinstance(values, Path) or (isinstance(values, str) and not self._reads_texts(values)):
            return self.reader.read(Path(values))
        return self.reader.rows(values)

    def _reads_texts(self, text: str) -> bool:
        """Whether a str is a text to predict: no file of that name is there."""
        return bool(self.data_info.vocabulary) and (" " in text or "\n" in text)

    def _by_batches(self, rows: Rows) -> Iterator[Predictions]:
        for start in range(0, len(rows), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            inputs = torch.from_numpy(np.ascontiguousarray(rows.inputs[part])).to(self.device)
            yield self.of_inputs(inputs, rows.names[part])

    def of_inputs(self, inputs: Any, names: tuple[str, ...]) -> Predictions:
        """What the model says of prepared inputs.

        Raises:
            ModelError: it cannot take them.
        """
        with torch.no_grad():
            try:
                if self.task is not None and not self._is_own:
                    return self._by_task(feed(self.module, inputs), names)
                module: Any = self.module
                said = said_of_inputs(module, inputs, self.use.way)
            except (*UNREADABLE, AssertionError, OverflowError) as error:
                if is_out_of_memory(error) or isinstance(error, UserError):
                    raise
                shape = tuple(getattr(inputs, "shape", ()))
                raise ModelError(
                    f"{type(self.module).__name__} cannot take inputs of shape {shape}: "
                    f"{(str(error) or type(error).__name__).splitlines()[0]:.200}"
                ) from error
        return self._by_meaning(said, names)

    def of_batch(self, batch: Any, index: int, names: tuple[str, ...]) -> Predictions:
        """What the model says of a batch of its own loaders."""
        from art.training.data_modules.batches import inputs_of

        with torch.no_grad():
            if self.task is not None and not self._is_own:
                return self._by_task(feed(self.module, inputs_of(batch)), names)
            module: Any = self.module
            try:
                said = said_of(module, batch, index, self.use.way)
            except UNREADABLE as error:
                if is_out_of_memory(error) or isinstance(error, UserError):
                    raise
                raise ModelError(
                    f"{type(module).__name__} cannot predict batch {index + 1} of this loader: "
                    f"{type(error).__name__}: {str(error).splitlines()[0]:.200}. Does its "
                    f"predict_step take what the loader gives?"
                ) from error
        return self._by_meaning(said, names or tuple(map(str, range(1, len(said) + 1))))

    @property
    def _is_own(self) -> bool:
        from art.training.refusing import trains_itself

        return is_lightning_module(self.module) and trains_itself(self.module)

    def _by_task(self, outputs: Tensor, names: tuple[str, ...]) -> Predictions:
        assert self.task is not None
        kind: Kind = "amounts" if self.task.kind == "regression" else "probabilities"
        values = self.task.predictions(outputs).cpu().numpy()
        names = names or tuple(map(str, range(1, len(values) + 1)))
        return Predictions(kind, values, names, self.classes, target=self.target)

    def _by_meaning(self, said: Tensor, names: tuple[str, ...]) -> Predictions:
        values, what = as_people_read(said, self.use.meaning, self.use.way)
        kind = KINDS.get(what, what)
        classes = self.classes if kind != "amounts" else ()
        return Predictions(kind, values.float().cpu().numpy(), names, classes, target=self.target)  # type: ignore[arg-type]


def _without_an_answer(made: Predictions) -> tuple[str, ...]:
    """What to say of rows for which the model gives NaN."""
    spoilt = np.isnan(made.values.reshape(len(made), -1)).any(1)
    if not spoilt.any():
        return ()
    first, count = made.names[int(spoilt.argmax())], int(spoilt.sum())
    rows = f"{count} row{'s' * (count > 1)}"
    return (
        f"the model gives NaN for {rows}, the first of them row {first}: look for inputs far "
        f"from what it was trained on.",
    )
