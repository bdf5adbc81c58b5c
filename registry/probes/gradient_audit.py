"""Does each step use the gradient of its loss?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

    from art.core.contract import Contract
    from art.training.probing.auditing import AuditedStep

STEPS = 8
ENOUGH = 4
"""Steps after which a sound program is known to be sound."""
MANY = 64
ALIKE = 0.999
"""A cosine."""
VANISHED = 0.3
"""A share of a gradient's numbers."""
TINY = 1e-2
"""A gradient clipped to a norm below this is not clipped on purpose."""


@probes("art.GradientAudit.v1")
class GradientAudit(Probe):
    """What reaches `optimizer.step` must be the gradient of the loss, but for clipping.

    At each backward pass the gradient is taken a second time, at the same weights and with the
    same dropout. What each optimizer then steps with must be their sum since its last step, or in
    its direction where it is clipped. A step that comes before its backward pass, a `zero_grad`
    between the two, clipping before unscaling: all run and train badly.
    """

    cost: ClassVar[str] = "4 forward, 8 backward; twice as many where something is wrong"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the gradients used with those taken."""
        from art.training.probing.auditing import Audit
        from art.training.probing.intervening import Decided

        data = context.build_data()
        # different batches: of one batch, gradients that add up and are clipped look alike
        batches = list(islice(iter(context.loader(data, "train")), STEPS))
        audit = Audit()
        sound = Decided(
            lambda: (
                len(audit.adaptive) == 1
                and len(audit.steps) >= ENOUGH
                and context.contract.accumulation is None
                and not _judged(audit.steps, context.contract)
            )
        )
        context.fit(batches=batches, max_steps=STEPS, callbacks=[audit, sound], logged=False)
        if not audit.steps and audit.losses and len(audit.adaptive) == 1:
            return _never_steps(context, batches)
        if len(audit.adaptive) != 1 or len(audit.steps) < 3:
            return []  # several optimizers see parts of each other's losses, and throw them away
        return _judged(audit.steps, context.contract)


def _judged(steps: Sequence[AuditedStep], contract: Contract) -> list[Suspicion]:
    """What is wrong with all of the steps: where one step is sound, more of them change nothing."""
    fault = _lost(steps[1:]) or _added(steps)
    fault = fault or _vanished(steps[1:])
    fault = fault or _miscounted(steps[1:], contract.accumulation)
    return [fault] if fault else _clipped(steps[1:], contract.clipping)


def _lost(steps: Sequence[AuditedStep]) -> Suspicion | None:
    used_nothing = all(bool((step.used == 0).all()) for step in steps)
    had_gradient = all(any(bool((f != 0).any()) for f in step.fresh) for step in steps)
    if not used_nothing or not had_gradient:
        return None
    return Suspicion(
        "the gradient is thrown away before the step",
        "backward gave one each time, and the optimizer stepped with zeros",
        "Call zero_grad before backward or after step, not between the two.",
    )


def _added(steps: Sequence[AuditedStep]) -> Suspicion | None:
    if not _adds_up(steps):
        return None
    return Suspicion(
        "gradients add up from step to step: zero_grad is missing or misplaced",
        "each step uses the gradient of its own batch and of those before it",
        "Call optimizer.zero_grad() before each backward pass.",
    )


def _vanished(steps: Sequence[AuditedStep]) -> Suspicion | None:
    """Whether the smallest numbers of each gradient, and those alone, have become 0."""
    shares = []
    for step in steps:
        if not step.fresh:
            return None
        sizes = _total(step).abs()
        lost = (sizes > 0) & (step.used == 0)
        kept = (sizes > 0) & ~lost
        if (
            not lost.any()
            or not kept.any()
            or float(sizes[lost].max()) > 2 * float(sizes[kept].min())
        ):
            return None
        shares.append(float(lost.sum() / (sizes > 0).sum()))
    if not shares or min(shares) < VANISHED:
        return None
    return Suspicion(
        "small gradients vanish before the step: they underflow in half precision",
        f"{min(shares):.0%} and more of the numbers that backward gave, the smallest ones, are 0 "
        "in what the optimizer steps with",
        "Scale the loss before backward and unscale the gradients before the step "
        "(torch.amp.GradScaler), or keep gradients in float32 or bfloat16.",
    )


def _miscounted(steps: Sequence[AuditedStep], declared: int | None) -> Suspicion | None:
    """Whether a step takes other batches than are declared, or the last of several alone."""
    passes = sorted({len(step.fresh) for step in steps})
    if declared is not None and passes != [declared]:
        return Suspicion(
            "the gradients of another number of batches than declared make a step",
            f"{', '.join(map(str, passes))} backward passes were made for a step; [contract] "
            f"accumulation is {declared}",
            "Step once every so many batches as are declared, or correct the declaration.",
        )
    # several passes over one batch may be meant: an attack on it, sharpness-aware steps, a line
    # search; a batch of which nothing is left is not
    if all(len(set(step.batches)) > 1 and _only_last(step) for step in steps):
        return Suspicion(
            "of several batches for one step, only the last one counts",
            f"{len(steps[0].fresh)} backward passes were made for a step, and its gradient is that "
            "of the last one",
            "Call zero_grad once a step, not once a batch.",
        )
    return None


def _never_steps(context: StageContext, batches: list[Any]) -> list[Suspicion]:
    """Whether the optimizer takes no step in many batches either."""
    from art.training.probing.auditing import Audit

    audit = Audit()
    context.fit(batches=batches, max_steps=MANY, callbacks=[audit], logged=False)
    if audit.steps:
        return []
    return [
        Suspicion(
            "the optimizer takes no step",
            f"{len(audit.losses)} backward passes were made, and none was followed by a step",
            "Look for a step that is skipped because gradients overflow (a loss scale that is too "
            "large for half precision), and for a condition that is never true.",
        )
    ]


def _adds_up(steps: Sequence[AuditedStep]) -> bool:
    """Whether each gradient is that of the step before, as it was used, with its own added."""
    pairs = [(a, b) for a, b in pairwise(steps) if b.fresh]
    return len(pairs) > 1 and all(
        _cosine(now.used, _total(now)) < ALIKE
        and _cosine(now.used, before.used + _total(now)) > ALIKE
        for before, now in pairs
    )


def _total(step: AuditedStep) -> Tensor:
    total: Tensor = sum(step.fresh[1:], step.fresh[0])
    return total


def _only_last(step: AuditedStep) -> bool:
    return (
        _cosine(step.used, step.fresh[-1]) > ALIKE
        and abs(float(step.used.norm() / step.fresh[-1].norm().clamp(min=1e-30)) - 1) < 0.01
        and _cosine(step.used, _total(step)) < ALIKE
    )


def _clipped(steps: Sequence[AuditedStep], declared: float | None) -> list[Suspicion]:
    """What is wrong with gradients that are shortened to one norm."""
    steps = [step for step in steps if step.fresh]
    totals = [_total(step) for step in steps]
    along = [_cosine(s.used, t) > ALIKE for s, t in zip(steps, totals, strict=True)]
    if not steps or not all(along):
        return []
    shares = [float(s.used.norm() / t.norm()) for s, t in zip(steps, totals, strict=True)]
    norms = [step.norm for step in steps]
    if max(shares) < 0.99 and max(norms) < 1.01 * min(norms):
        if declared is not None and abs(norms[0] - declared) > 0.05 * declared:
            return [
                Suspicion(
                    "gradients are not clipped to what is declared",
                    f"they are clipped to a norm of {norms[0]:.4g}; [contract] clipping is "
                    f"{declared:.4g}",
                    "Unscale the gradients before they are clipped (scaler.unscale_), or correct "
                    "the declaration.",
                )
            ]
        if declared is None and norms[0] < TINY:
            return [
                Suspicion(
                    "gradients are clipped to almost nothing",
                    f"each step's gradient has the norm {norms[0]:.3g}, of {max(shares):.2g} or "
                    "less of what backward gave",
                    "With a gradient scaler, call scaler.unscale_(optimizer) before clipping. "
                    f"Where it is meant, declare it: [contract] clipping = {norms[0]:.3g}.",
                )
            ]
    return []


def _cosine(one: Tensor, other: Tensor) -> float:
    size = float(one.norm() * other.norm())
    return float(one @ other) / size if size else 0.0
