"""Does the loss fall towards the target, and is it a mean over the batch?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

    from art.training.probing.auditing import Audit, Pull

STEPS = 30
ENOUGH = 4
"""Samples of a batch from which on a sum is told from a mean."""
ORDER = 1e-4
"""The loss's relative change that rounding does not make: half precision makes a tenth of it."""


@probes("art.LossAlgebra.v1")
class LossAlgebra(Probe):
    """The loss must fall towards the targets, and be a mean over the samples of a batch.

    The pull of the total loss at the inputs of each loss function of torch must not be against
    what that function asks for: a flipped sign trains a model to be wrong. Where a loss is written
    by hand, a few steps on one batch must not make the predictions worse while the loss falls. A
    batch with every sample twice must have the same loss; twice the loss is a sum, and the
    learning rate then grows with the batch (declare `[contract] reduction = "sum"` where meant).
    A batch whose samples stand in another order must have the same loss: else outputs meet the
    targets of other samples.
    """

    cost: ClassVar[str] = "36 forward, 40 backward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at the pull, the fall and the sum."""
        from art.training.probing.auditing import Audit

        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        once = Audit(without_dropout=True)
        context.fit(batches=[batch], max_steps=1, callbacks=[once], logged=False)
        found = [s for s in [_against(once.pulls)] if s is not None]
        if not found:
            wrong = _learns_to_be_wrong(context, batch)
            found += [wrong] if wrong is not None else []
        if not context.contract.coupled and context.contract.reduction != "sum":
            summed = _summed(context, batch, once.losses)
            found += [summed] if summed is not None else []
        if not found and not context.contract.coupled:
            paired = _depends_on_order(context, batch, once)
            found += [paired] if paired is not None else []
        return found


def _against(pulls: Sequence[Pull]) -> Suspicion | None:
    for pull in pulls:
        wanted = _wanted(pull)
        if wanted is None:
            continue
        size = float(wanted.norm() * pull.gradient.norm())
        if size and float((wanted * pull.gradient).sum()) / size < -0.9:
            return Suspicion(
                "the loss is maximised: its sign is flipped",
                f"the total loss pushes the outputs away from what {pull.call.function} asks for",
                "Remove the minus sign before the loss (and do not ascend with maximize=True).",
            )
    return None


def _wanted(pull: Pull) -> Tensor | None:
    """The gradient that the loss function itself has at its inputs."""
    import torch

    function = getattr(torch.nn.functional, pull.call.function, None)
    if function is None or pull.call.inputs.shape != pull.gradient.shape:
        return None
    inputs = pull.call.inputs.detach().clone().requires_grad_()
    with torch.enable_grad():
        settings: dict[str, Any] = {}
        if pull.call.function in ("cross_entropy", "nll_loss"):
            settings["ignore_index"] = pull.call.ignored
        try:
            loss = function(inputs, pull.call.targets, **settings)
        except (RuntimeError, ValueError):
            return None
        (gradient,) = torch.autograd.grad(loss, inputs)
    return gradient


def _learns_to_be_wrong(context: StageContext, batch: Any) -> Suspicion | None:
    """Whether the loss falls and the predictions for the batch get worse all the same."""
    fit = context.fit(batches=[batch], max_steps=STEPS, logged=False)
    losses = [value for _, _, value in fit.history.get("train/loss", ())]
    if len(losses) < 2 or not losses[-1] < losses[0] <= 0:
        return None  # a loss that does not begin above 0 and falls is one that was turned around
    errors = [_error(m, batch, context) for m in (context.build_model(), fit.module)]
    before, after = errors
    if before is None or after is None or after[0] <= 1.5 * before[0] or after[1] > before[1]:
        return None
    return Suspicion(
        "the loss falls while the predictions get worse: its sign is flipped",
        f"in {STEPS} steps on one batch the loss fell from {losses[0]:.4g} to {losses[-1]:.4g}, "
        f"and the predictions' error rose from {before[0]:.4g} to {after[0]:.4g}",
        "Look for a minus sign before the loss, for optimizers with maximize=True, and for a loss "
        "whose target is another one than the data's.",
    )


def _error(model: Any, batch: Any, context: StageContext) -> tuple[float, float] | None:
    """A model's (cross-entropy, accuracy) or (squared error, minus itself) on a batch."""
    import torch
    from torch.nn.functional import cross_entropy

    from art.training.scoring.calling import evaluating

    with evaluating(model.cpu()), torch.no_grad():
        pair = context.predictions(model, batch)
    if pair is None:
        return None
    said, targets = pair
    if targets.is_floating_point():
        error = float((said.float() - targets.float()).square().mean())
        return error, -error
    if said.ndim != 2 or targets.ndim != 1:
        return None
    right = float((said.argmax(1) == targets).float().mean())
    return float(cross_entropy(said.float(), targets)), right


def _summed(context: StageContext, batch: Any, losses: Sequence[float]) -> Suspicion | None:
    import torch

    from art.training.data_modules.batches import batch_size_of
    from art.training.probing.auditing import Audit

    size = batch_size_of(batch)
    twice = _reordered(batch, size, lambda rows: torch.cat([rows, rows]))
    if twice is None or size < ENOUGH or not losses:
        return None
    audit = Audit(without_dropout=True)
    context.fit(batches=[twice], max_steps=1, callbacks=[audit], logged=False)
    if not audit.losses or not losses[0]:
        return None
    ratio = audit.losses[0] / losses[0]
    if not 1.95 < ratio < 2.05:
        return None
    return Suspicion(
        "the loss is summed over the batch, not averaged",
        f"a batch of {size} has the loss {losses[0]:.4g}, the same samples twice {ratio:.3g} times "
        "as much: the step grows with the batch",
        'Use reduction="mean" (the default). Where a sum is meant, declare it: [contract] '
        'reduction = "sum".',
    )


def _depends_on_order(context: StageContext, batch: Any, once: Audit) -> Suspicion | None:
    """Whether the loss is another one when the samples stand in reverse order."""
    from art.training.data_modules.batches import batch_size_of
    from art.training.probing.auditing import Audit

    size = batch_size_of(batch)
    reverse = _reordered(batch, size, lambda rows: rows.flip(0))
    if reverse is None or size < ENOUGH or once.draws or not once.losses:
        return None
    audit = Audit(without_dropout=True)
    context.fit(batches=[reverse], max_steps=1, callbacks=[audit], logged=False)
    if not audit.losses or len(audit.losses) != len(once.losses):
        return None
    one, other = once.losses[0], audit.losses[0]
    if abs(one - other) <= ORDER * max(abs(one), abs(other)):
        return None
    return Suspicion(
        "the loss depends on the order of the samples: outputs meet the targets of others",
        f"a batch of {size} has the loss {one:.4g}, and {other:.4g} with its samples in reverse "
        "order",
        "Look for a view or reshape of the outputs where permute or transpose is meant. Where "
        "samples belong together by their place, declare it: [contract] coupled = true.",
    )


def _reordered(batch: Any, size: int, change: Callable[[Tensor], Tensor]) -> Any:
    """The batch with its samples doubled or moved; None where it holds what cannot be changed."""
    import torch

    if isinstance(batch, torch.Tensor):
        return change(batch) if batch.ndim and len(batch) == size else batch
    if isinstance(batch, Mapping):
        parts = {key: _reordered(value, size, change) for key, value in batch.items()}
        return None if any(part is None for part in parts.values()) else parts
    if isinstance(batch, tuple | list) and not hasattr(batch, "_fields"):
        found = [_reordered(value, size, change) for value in batch]
        return None if any(part is None for part in found) else type(batch)(found)
    return None
