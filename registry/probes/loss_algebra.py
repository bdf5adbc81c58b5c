"""Does the loss fall towards the target, and is it a mean over the batch?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._reordered import depends_on_order, summed

if TYPE_CHECKING:
    from torch import Tensor

    from art.training.probing.auditing import Audit, Pull

STEPS = 30
CLOSE = 0.05
"""The relative distance of a loss in training, with dropout, from one in eval mode."""
TURNED = 0.9
"""A cosine, from which on a pull is against another."""


@probes("art.LossAlgebra.v1")
class LossAlgebra(Probe):
    """The loss must fall towards the targets, and be a mean over the samples of a batch.

    The pull of the total loss at the inputs of each loss function of torch must not be against
    what that function asks for: a flipped sign trains a model to be wrong. Where a loss is written
    by hand, a few steps on one batch must not make the predictions worse while the loss falls. A
    batch with every sample twice must have the same loss; twice the loss is a sum, and the
    learning rate then grows with the batch (declare `[contract] reduction = "sum"` where meant).
    A batch whose samples stand in another order must have the same loss: else outputs meet the
    targets of other samples, where the input of one and the target of another act together.
    """

    cost: ClassVar[str] = "6 to 9 forward, 10 to 13 backward; 30 more of a loss below 0"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at the pull, the fall and the sum."""
        from art.training.probing.auditing import Audit

        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        once = Audit(without_dropout=True)
        context.fit(batches=[batch], max_steps=1, callbacks=[once], logged=False)
        found = [s for s in [_against(once)] if s is not None]
        if not found:
            # one that begins above 0 was not turned around
            below = not once.losses or once.losses[0] <= 0
            wrong = _learns_to_be_wrong(context, batch) if below else None
            found += [wrong] if wrong is not None else []
        if not context.contract.coupled and context.contract.reduction != "sum":
            sum_ = summed(context, batch, once)
            found += [sum_] if sum_ is not None else []
        if not found and not context.contract.coupled:
            paired = depends_on_order(context, batch, once)
            found += [paired] if paired is not None else []
        return found


def _against(once: Audit) -> Suspicion | None:
    """Whether the total loss pulls the other way. One part of several may be meant to: an adversary
    is to be misled, and a network that plays against another has an optimizer of its own."""
    ways = [(pull, way) for pull, way in ((p, _way(p)) for p in once.pulls) if way is not None]
    turned = [pull for pull, way in ways if way < -TURNED]
    if not turned or (len(turned) < len(ways) and len(once.adaptive) > 1):
        return None
    function = turned[0].call.function
    return Suspicion(
        "the loss is maximised: its sign is flipped"
        if len(turned) == len(ways)
        else "a part of the loss is maximised: its sign may be flipped",
        f"the total loss pushes the outputs away from what {function} asks for",
        "Remove the minus sign before the loss (and do not ascend with maximize=True).",
        certain=len(turned) == len(ways),
    )


def _way(pull: Pull) -> float | None:
    """The cosine of the pull and of what the loss function itself asks for."""
    wanted = _wanted(pull)
    size = 0.0 if wanted is None else float(wanted.norm() * pull.gradient.norm())
    return float((wanted * pull.gradient).sum()) / size if wanted is not None and size else None


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
        if pull.call.function == "kl_div":
            settings["reduction"] = "batchmean"  # the direction is the same for all of them
            settings["log_target"] = bool(pull.call.settings.get("log_target", False))
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
    # outputs that are no predictions of these targets may do so on purpose; where the loss is their
    # error with a minus, they are
    turned = abs(losses[0] + before[0]) <= CLOSE * before[0]
    return Suspicion(
        "the loss falls while the predictions get worse: its sign is flipped",
        f"in {STEPS} steps on one batch the loss fell from {losses[0]:.4g} to {losses[-1]:.4g}, "
        f"and the predictions' error rose from {before[0]:.4g} to {after[0]:.4g}",
        "Look for a minus sign before the loss, for optimizers with maximize=True, and for a loss "
        "whose target is another one than the data's.",
        certain=turned,
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
