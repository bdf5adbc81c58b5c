"""Listens to a training run: the loss functions it calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from art.training.diverging import Enough
from art.training.namespaces import pl

LOSSES = (
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
)
KEPT = 64
"""Calls that are kept: those of the first few batches tell all."""


@dataclass(frozen=True)
class LossCall:
    """One call of a loss function of torch.

    Attributes:
        function: its name in `torch.nn.functional`, or `subtract` for a difference of two columns.
        inputs: its first argument, what the model says.
        targets: its second one.
        settings: the others, by name.
        made_by: the operation that made the inputs, as autograd names it (`SigmoidBackward0`),
            changes of shape left out; empty where they want no gradient.
        trained_on: whether the loss of the backward pass was made from it; a value that is only
            logged is not. True where nobody can tell.
    """

    function: str
    inputs: Tensor
    targets: Tensor
    settings: dict[str, Any]
    made_by: str = ""
    trained_on: bool = True

    @property
    def ignored(self) -> int:
        """The class index that the loss passes over."""
        return int(self.settings.get("ignore_index", -100))


class LossCalls(TorchFunctionMode):
    """Notes every call of a loss function made inside it, by any name that leads there.

    A loss is called through `torch.nn.functional` in the end, from `nn.CrossEntropyLoss` as well
    as from code of one's own. A difference of `(n, 1, ...)` and `(n, ...)`, which compares each
    sample with all others, is noted too: a squared error written by hand goes wrong there.

    Args:
        last: keep the last calls rather than the first.
    """

    def __init__(self, last: bool = False) -> None:
        super().__init__()
        self.calls: list[LossCall] = []
        self._made: list[tuple[LossCall, Any]] = []
        self._graph: set[Any] | None = None
        self._last = last
        self._wanted = {getattr(torch.nn.functional, name): name for name in LOSSES}
        self._differences = {torch.Tensor.sub, torch.Tensor.__sub__, torch.sub}

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Note a call that is of interest, and make it."""
        kwargs = kwargs or {}
        if func is Tensor.backward and isinstance(args[0].grad_fn, torch.autograd.graph.Node):
            with torch._C.DisableTorchFunction():
                self._graph = (self._graph or set()) | nodes_under(args[0].grad_fn)
        if self._last and len(self.calls) >= KEPT:
            del self.calls[0]
        known = len(self.calls)
        if known < KEPT:
            self._note(func, args, kwargs)
        result = func(*args, **kwargs)
        if len(self.calls) > known and isinstance(result, Tensor):
            self._made.append((self.calls[-1], result.grad_fn))
        return result

    def __exit__(self, *raised: Any) -> None:
        """Tell the calls that a backward pass went through from the others."""
        super().__exit__(*raised)
        made, graph = self._made, self._graph
        self._made, self._graph = [], None
        if graph is None:
            return
        strays = {id(call) for call, node in made if node not in graph}
        self.calls[:] = [replace(c, trained_on=False) if id(c) in strays else c for c in self.calls]

    def _note(self, func: Any, args: Any, kwargs: dict[str, Any]) -> None:
        name = self._wanted.get(func) if callable(func) else None
        if name is not None:
            given = dict(zip(("input", "target"), args, strict=False)) | kwargs
            inputs, targets = given.get("input"), given.get("target")
            if isinstance(inputs, Tensor) and isinstance(targets, Tensor):
                self._keep(name, inputs, targets, kwargs)
        elif func in self._differences and len(args) == 2 and _is_column_and_row(*args):
            self._keep("subtract", args[0], args[1], {})

    def _keep(self, name: str, inputs: Tensor, targets: Tensor, settings: dict[str, Any]) -> None:
        plain = {k: v for k, v in settings.items() if not isinstance(v, Tensor)}
        with torch._C.DisableTorchFunction():
            made_by = _made_by(inputs)
            self.calls.append(LossCall(name, inputs.detach(), targets.detach(), plain, made_by))


SHAPES = ("View", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Permute", "T", "Slice", "Select",
          "Clone", "ToCopy", "Expand", "Index", "Alias")  # fmt: skip
"""Operations that change how numbers are laid out, and not the numbers."""


def nodes_under(root: Any) -> set[Any]:
    """All nodes of autograd's graph that a backward pass from `root` goes through."""
    seen, waiting = {root}, [root]
    while waiting:
        for node, _ in waiting.pop().next_functions:
            if node is not None and node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _made_by(values: Tensor) -> str:
    made = values.grad_fn
    while made is not None and made.name().split("Backward")[0] in SHAPES:
        made = made.next_functions[0][0] if made.next_functions else None
    return made.name() if made is not None else ""


def _is_column_and_row(one: Any, other: Any) -> bool:
    """Whether `(n, 1, ...)` meets `(n, ...)`, which gives each with each in place of n pairs.

    Two parts of the model's own that do so, as distances between all pairs may, are left alone.
    """
    if not isinstance(one, Tensor) or not isinstance(other, Tensor):
        return False
    flat, deep = sorted((one, other), key=lambda tensor: tensor.ndim)
    if one.requires_grad and other.requires_grad:
        return False
    length = flat.shape[0] if flat.ndim else 0
    return length > 1 and deep.shape == (length, 1, *flat.shape[1:])


class LossListener(pl.Callback):
    """Listens to the loss functions of every training batch.

    Args:
        last: keep the last calls rather than the first.
        forward: the run ends, by `Enough`, where Lightning takes the first backward pass.
    """

    def __init__(self, last: bool = False, forward: bool = False) -> None:
        self.mode = LossCalls(last)
        self._forward = forward
        self._inside = False

    @property
    def calls(self) -> list[LossCall]:
        """What was heard, in order."""
        return self.mode.calls

    def on_train_batch_start(self, *args: Any, **kwargs: Any) -> None:
        """Begin to listen."""
        self.mode.__enter__()
        self._inside = True

    def on_train_batch_end(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen."""
        self._leave()

    def on_before_backward(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: Tensor
    ) -> None:
        """All of the batch's losses are known, where it is the only backward pass."""
        if self._forward and pl_module.automatic_optimization:
            raise Enough

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen when a step fails."""
        self._leave()

    def _leave(self) -> None:
        if self._inside:
            self._inside = False
            self.mode.__exit__(None, None, None)
