"""Hears what a module's own step compares: the loss functions it calls, and the loss it trains on.

A step is run as it stands, on one batch, in eval mode; nothing of it remains: it logs nothing,
optimizes nothing, and leaves buffers, attributes and random generators as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from art.training.diverging import Enough, call_step, silenced, untouched
from art.training.module_logger.quiet import replaced
from art.training.namespaces import pl
from art.training.scoring.calling import evaluating

CLASSES = ("cross_entropy", "nll_loss", "multi_margin_loss")
TWO_WAYS = ("binary_cross_entropy_with_logits", "binary_cross_entropy", "soft_margin_loss")
AMOUNTS = (
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "gaussian_nll_loss",
    "poisson_nll_loss",
)
FUNCTIONS = (*CLASSES, *TWO_WAYS, *AMOUNTS)
"""Loss functions of torch that compare predictions with targets element by element."""
MOST_CALLS = 64


@dataclass(frozen=True)
class HeardLoss:
    """One call of a loss function.

    Attributes:
        function: its name in `torch.nn.functional`.
        inputs: what the model says, `(N, ...)`.
        targets: what it is compared with.
        result: the loss that came of it; still part of the graph where gradients are recorded.
    """

    function: str
    inputs: Tensor
    targets: Tensor
    result: Tensor


@dataclass
class HeardStep:
    """What a step did on one batch.

    Attributes:
        losses: the loss functions that it called, in order.
        made: by the name of a part of the module, the tensors that it gave.
        loss: what it trains on; None where it returned none.
        failed: why it did not run through, in one line; empty where it did.
    """

    losses: list[HeardLoss] = field(default_factory=list)
    made: dict[str, list[Tensor]] = field(default_factory=dict)
    loss: Tensor | None = None
    failed: str = ""

    def matters(self, heard: HeardLoss) -> bool:
        """Whether the loss that is trained on depends on that call."""
        if self.loss is None or not self.loss.requires_grad or not heard.result.requires_grad:
            return self.loss is None or heard.result is self.loss
        try:
            found = torch.autograd.grad(
                self.loss, heard.result, torch.ones_like(self.loss), True, allow_unused=True
            )
        except RuntimeError:  # a graph that the step itself has gone back through is freed
            return True
        return found[0] is not None


class _Ear(TorchFunctionMode):
    """Notes the calls of loss functions, by any name that leads to `torch.nn.functional`.

    A step that goes back through its loss itself ends there, with that loss kept.
    """

    def __init__(self, step: HeardStep) -> None:
        super().__init__()
        self._step = step
        self._heard = step.losses
        self._names = {getattr(torch.nn.functional, name): name for name in FUNCTIONS}

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Make the call, and note it where it is one of a loss function."""
        if func is torch.Tensor.backward:
            self._step.loss = args[0]
            raise Enough
        result = func(*args, **(kwargs or {}))
        name = self._names.get(func) if callable(func) else None
        if name is not None and len(self._heard) < MOST_CALLS:
            given = dict(zip(("input", "target"), args, strict=False)) | (kwargs or {})
            inputs, targets = given.get("input"), given.get("target")
            if isinstance(inputs, Tensor) and isinstance(targets, Tensor):
                self._heard.append(HeardLoss(name, inputs, targets.detach(), result))
        return result


def hear(
    module: pl.LightningModule, step: str, batch: Any, index: int = 0, *, learning: bool = True
) -> HeardStep:
    """Run one of a module's own steps on a batch, and hear what it compares.

    Args:
        module: a user's own, in the middle of a run (its Trainer may be asked for anything).
        step: `training_step`, `validation_step` or `test_step`.
        batch: on the module's device.
        index: the batch's number.
        learning: record gradients, so that `HeardStep.matters` can tell.
    """
    heard = HeardStep()
    with ExitStack() as stack:
        stack.enter_context(evaluating(module))
        stack.enter_context(untouched(module))
        stack.enter_context(silenced(module))
        stack.enter_context(_last_loss_kept(module, heard))
        if learning:
            stack.enter_context(parts_heard(module, heard.made))
        stack.enter_context(torch.set_grad_enabled(learning))
        stack.enter_context(_Ear(heard))
        try:
            output = call_step(getattr(module, step), batch, index)
        except Enough:  # it optimizes by hand: what it wanted to go back through was kept
            return heard
        except Exception as error:
            heard.failed = _in_a_line(error)
            return heard
    heard.loss = _loss_of(output) if heard.loss is None else heard.loss
    return heard


@contextmanager
def parts_heard(module: nn.Module, made: dict[str, list[Tensor]]) -> Iterator[None]:
    """Note the tensors that each part of a module gives, by its name; the whole's is empty."""
    handles = []
    for name, part in module.named_modules():

        def note(part: nn.Module, given: Any, output: Any, name: str = name) -> None:
            if isinstance(output, Tensor):
                made.setdefault(name, []).append(output.detach())

        handles.append(part.register_forward_hook(note))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _last_loss_kept(module: Any, heard: HeardStep) -> Iterator[None]:
    """Keep the loss that a step which optimizes by hand would go back through first."""

    def keep(loss: Any, *args: Any, **kwargs: Any) -> None:
        heard.loss = loss if isinstance(loss, Tensor) else None
        raise Enough

    with replaced(module, {"manual_backward": keep}):
        yield


def _loss_of(output: Any) -> Tensor | None:
    if isinstance(output, Mapping):
        output = output.get("loss")
    return output if isinstance(output, Tensor) and output.numel() == 1 else None


def _in_a_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]:.160}" if lines else type(error).__name__
