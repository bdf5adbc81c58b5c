"""A model as ONNX, from prepared inputs to predictions, compared with itself before it is kept."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from typing import Any, cast

import torch
from torch import Tensor, nn

from art.core.data_info import DataInfo
from art.prediction.trained import TrainedModel
from art.training.scoring.calling import feed
from art.training.scoring.untargeted import as_people_read

CLOSE = 1e-4
"""The largest difference that is allowed, as a share of the largest prediction, or of 1."""
SIZES = (1, 3, 64)
"""Rows of the batches that are compared: one that was traced with two must take any number."""


def as_onnx(model: TrainedModel) -> tuple[bytes | None, str]:
    """The content of an ONNX file and how close it comes, or None and why there is none.

    The graph takes `inputs` as `TrainedModel.prepare` makes them, any number of rows, and gives
    `predictions`: probabilities, or numbers in the target's units.
    """
    missing = [name for name in ("onnx", "onnxruntime") if find_spec(name) is None]
    if missing:
        return None, (
            f"no model.onnx: {' and '.join(missing)} not installed "
            f"(pip install 'actually-robust-training[onnx]')"
        )
    info = model.data_info
    if info.unread or not info.input_shape:
        return None, "no model.onnx: the batches of its data are not one array of inputs"
    whole = _Whole(model).eval()
    content = io.BytesIO()
    try:
        # torch prints the whole graph when it cannot export it; the user gets one line, from below
        with warnings.catch_warnings(), torch.no_grad(), redirect_stdout(io.StringIO()), _traced():
            warnings.simplefilter("ignore")  # of tracing: what comes of it is compared below
            torch.onnx.export(
                whole,
                (drawn(info, 2, seed=0),),
                cast(Any, content),  # it takes an open file as well
                input_names=["inputs"],
                output_names=["predictions"],
                dynamic_axes={"inputs": {0: "rows"}, "predictions": {0: "rows"}},
                dynamo=False,  # the other exporter needs onnxscript, and prints as it goes
            )
            worst = max(_difference(whole, content.getvalue(), info, size) for size in SIZES)
    except Exception as error:  # whatever a module meets that cannot be traced
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        return (
            None,
            f"no model.onnx: {type(model.module).__name__} cannot be exported ({said:.150})",
        )
    if not worst <= CLOSE:
        return None, (
            f"no model.onnx: its predictions differ from the module's by {worst:.1e} of the "
            f"largest, more than {CLOSE:.0e}"
        )
    return content.getvalue(), (
        f"model.onnx differs from the module by {worst:.0e} of the largest prediction at most, on "
        f"{sum(SIZES)} drawn rows"
    )


def drawn(info: DataInfo, rows: int, seed: int) -> Tensor:
    """Inputs of the data's shape: standard normal numbers, or ids that the data has."""
    generator = torch.Generator().manual_seed(seed)
    shape = (rows, *info.input_shape)
    if info.tokens:
        return torch.randint(1, max(info.tokens, 2), shape, generator=generator)
    return torch.randn(shape, generator=generator)


class _Whole(nn.Module):
    """From inputs to predictions."""

    def __init__(self, model: TrainedModel) -> None:
        super().__init__()
        self.module = model.module
        self._model = (model,)  # in a tuple: it is no part with weights of its own

    def forward(self, inputs: Tensor) -> Tensor:
        (model,) = self._model
        outputs = feed(self.module, inputs)
        if model.task is not None:
            scale = model.task.target_scale()
            return _in_units(outputs, scale) if scale else model.task.predictions(outputs)
        return as_people_read(outputs, model.use.meaning, model.use.way)[0]


def _in_units(outputs: Tensor, scale: tuple[Sequence[float], Sequence[float]]) -> Tensor:
    """Amounts `(N,)` or `(N, D)`, whatever the number of rows: it is not to stand in the graph."""
    multiply, add = (torch.tensor(list(of)) for of in scale)
    values = outputs.float().reshape(-1, len(multiply)) * multiply + add
    return values.squeeze(1) if len(multiply) == 1 else values


def _difference(whole: nn.Module, content: bytes, info: DataInfo, rows: int) -> float:
    """The largest difference on rows that tracing has not seen, as a share of the largest value."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is an exception as well
    session: Any = onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"]
    )
    inputs = drawn(info, rows, seed=rows)
    wanted = whole(inputs).double()
    found = torch.from_numpy(session.run(None, {"inputs": inputs.numpy()})[0]).double()
    if found.shape != wanted.shape:
        return float("inf")
    size = max(1.0, float(wanted.abs().max()))
    return float((found - wanted).abs().max()) / size


@contextmanager
def _traced() -> Iterator[None]:
    """Make attention and transformer layers run step by step: ONNX has no operator for their fast
    path."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
