"""Does the loss get what it expects?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.data_info import class_words, classes_words
from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._class_ids import class_ids, few

if TYPE_CHECKING:
    from torch import Tensor

    from art.core.data_info import DataInfo
    from art.training.probing.listening import LossCall

ENOUGH = 32
"""Numbers that must lie in a range before that is no chance."""

OUTSIDE = 0.05
"""Targets beyond what an activation can give; a few may be outliers."""
MERGED = 3.0
"""How many times more samples than any other a class has that others were merged into."""
CLAMPED = 0.3
"""Outputs cut off at an end; a clamp that only guards a logarithm cuts hardly any."""


@probes("art.LossDomain.v1")
class LossDomain(Probe):
    """What a loss function is given must be what it expects.

    That is logits, probabilities or log-probabilities, and targets of the same shape. Two
    training steps are listened to. Every loss of torch ends in a function of
    `torch.nn.functional`, whoever calls it, so a user's own module is judged like a wrapped one.
    """

    cost: ClassVar[str] = "2 forward, 2 backward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Listen to two batches, and judge each call."""
        from art.training.probing.listening import LossListener

        data = context.build_data()
        batches = list(islice(iter(context.loader(data, "train")), 1))
        listener = LossListener()
        context.fit(batches=batches, max_steps=2, callbacks=[listener], logged=False)
        found: dict[str, Suspicion] = {}
        for call in listener.calls:
            for suspicion in (*judged(call), *_targets(call, batches[0], context)):
                said = suspicion if call.trained_on else _only_logged(suspicion)
                found.setdefault(said.cause, said)
        return list(found.values())


def _targets(call: LossCall, batch: Any, context: StageContext) -> Iterator[Suspicion]:
    yield from class_ids(call, batch, context)
    if call.function in ("cross_entropy", "nll_loss") and call.targets.ndim == 1:
        yield from _never_a_target(call, context.data_info)


def _only_logged(suspicion: Suspicion) -> Suspicion:
    """The suspicion of a value that no gradient comes from: the training itself may be sound."""
    return replace(
        suspicion,
        cause=f"in a value that is not trained on, {suspicion.cause}",
        evidence=f"{suspicion.evidence}; no backward pass goes through it",
        certain=False,
    )


def judged(call: LossCall) -> Iterator[Suspicion]:
    """What is wrong with what a loss function was given, by the call alone."""
    if call.function == "cross_entropy":
        yield from _cross_entropy(call.inputs, call.made_by)
        yield from _several_at_once(call)
    elif call.function == "nll_loss":
        yield from _log_probabilities(call.inputs)
    elif call.function == "kl_div":
        yield from _no_logarithms(call.inputs)
    elif call.function.startswith("binary_cross_entropy"):
        yield from _binary(call)
    else:
        yield from _shapes(call)
        yield from _reach(call)


def _cross_entropy(inputs: Tensor, made_by: str) -> Iterator[Suspicion]:
    rows = _rows(inputs)
    if rows.shape[1] == 1:
        yield Suspicion(
            "cross_entropy over one column is always 0",
            f"its inputs have the shape {tuple(inputs.shape)}",
            "Give the model one output a class, or use binary_cross_entropy_with_logits.",
        )
        return
    if rows.numel() < ENOUGH:
        return
    if bool((rows >= 0).all()) and bool(((rows.sum(1) - 1).abs() < 1e-3).all()):
        yield Suspicion(
            "a softmax comes before cross_entropy, which applies its own",
            f"the outputs are never negative and each row sums to 1 (a row: {few(rows[0])})",
            "Return the raw outputs (logits): remove the softmax at the end of the model.",
        )
    elif made_by.startswith(("Relu", "Hardtanh", "Threshold")):
        share = float((rows == 0).float().mean())
        yield Suspicion(
            "a ReLU comes before cross_entropy: logits must be able to be negative",
            f"no output is negative, and {share:.0%} are exactly 0",
            "Remove the activation behind the last layer.",
        )
    elif made_by.startswith(("Sigmoid", "Tanh")):
        yield Suspicion(
            f"a {_operation(made_by)} comes before cross_entropy, which expects logits",
            f"the outputs lie within its bounds (a row: {few(rows[0])})",
            f"Return the raw outputs: remove the {_operation(made_by)}, or use "
            "binary_cross_entropy.",
        )


def _log_probabilities(inputs: Tensor) -> Iterator[Suspicion]:
    rows = _rows(inputs)
    total = rows.logsumexp(1)
    if bool((total.abs() < 1e-2).all()):
        return
    given = "probabilities" if bool(((rows.sum(1) - 1).abs() < 1e-3).all()) else "raw outputs"
    yield Suspicion(
        f"nll_loss is given {given}, but expects log-probabilities",
        f"the exponentials of a row sum to {float(total[0].exp()):.4g}, not to 1",
        "End the model in log_softmax, or use cross_entropy on the raw outputs.",
    )


def _no_logarithms(inputs: Tensor) -> Iterator[Suspicion]:
    """Whether the divergence's first argument is probabilities, along any of its axes."""
    sums = [inputs.float().sum(axis) for axis in range(1, inputs.ndim)]
    if bool((inputs >= 0).all()) and any(bool(((s - 1).abs() < 1e-3).all()) for s in sums):
        yield Suspicion(
            "kl_div is given probabilities, but expects log-probabilities",
            f"no number of its first argument is negative, and each row sums to 1 (a row: "
            f"{few(inputs.reshape(-1))})",
            "Use log_softmax for the first argument; the second one takes probabilities.",
        )


def _binary(call: LossCall) -> Iterator[Suspicion]:
    inputs, targets = call.inputs.float(), call.targets.float()
    if bool((targets < 0).any()) or bool((targets > 1).any()):
        yield Suspicion(
            f"{call.function} is given targets outside 0 to 1",
            f"they reach from {float(targets.min()):.4g} to {float(targets.max()):.4g}",
            "Encode the targets as 0 and 1; for several classes use cross_entropy.",
        )
    if call.made_by.startswith("Clamp") and not call.function.endswith("with_logits"):
        ends = float(((inputs <= inputs.min()) | (inputs >= inputs.max())).float().mean())
        if ends > CLAMPED:
            yield Suspicion(
                "binary_cross_entropy is given raw outputs that are cut off at 0 and 1",
                f"{ends:.0%} of the outputs lie at an end",
                "Use binary_cross_entropy_with_logits on the raw outputs, without clamp.",
            )
    bounded = call.made_by.startswith(("Sigmoid", "Softmax", "Tanh", "Relu"))
    if call.function.endswith("with_logits") and bounded:
        yield Suspicion(
            f"a {_operation(call.made_by)} comes before binary_cross_entropy_with_logits, which "
            "applies its own sigmoid",
            f"the outputs lie within its bounds ({few(inputs.reshape(-1))})",
            "Return the raw outputs, or use binary_cross_entropy.",
        )


def _shapes(call: LossCall) -> Iterator[Suspicion]:
    shapes = tuple(call.inputs.shape), tuple(call.targets.shape)
    if shapes[0] == shapes[1] or 1 in (call.inputs.numel(), call.targets.numel()):
        return
    yield Suspicion(
        "outputs and targets of different shapes are broadcast: each is compared with all others",
        f"{call.function} of shapes {shapes[0]} and {shapes[1]}",
        "Give both the same shape: squeeze the outputs' last dimension, or unsqueeze the targets.",
    )


def _several_at_once(call: LossCall) -> Iterator[Suspicion]:
    """Whether targets that are no distribution over the classes meet a softmax."""
    if not call.targets.is_floating_point() or call.targets.shape != call.inputs.shape:
        return
    totals = _rows(call.targets).sum(1)
    off = float(((totals - 1).abs() > 0.01).float().mean())
    if off > OUTSIDE:
        yield Suspicion(
            "cross_entropy is given several classes at once: its softmax allows for one",
            f"{off:.0%} of the targets' rows do not sum to 1 (from {float(totals.min()):.3g} to "
            f"{float(totals.max()):.3g})",
            "Use binary_cross_entropy_with_logits for labels that do not exclude each other.",
        )


def _never_a_target(call: LossCall, info: DataInfo) -> Iterator[Suspicion]:
    """Whether the model can say a class that no training sample has, where it has the others."""
    counts = list(info.class_counts)
    if info.kind != "classification" or call.targets.is_floating_point() or not counts:
        return
    outputs = call.inputs.shape[-1]
    counts += [0] * (outputs - len(counts))
    names = info.class_names
    absent = [index for index, count in enumerate(counts[:outputs]) if not count]
    most, next_most = sorted(counts)[-1], sorted(counts)[-2]
    if absent and len(absent) <= outputs * 2 // 3 and most > MERGED * next_most:
        yield Suspicion(
            "classes are merged into one: the model has outputs for those that are missing",
            f"{class_words(counts.index(most), names)} has {most / max(sum(counts), 1):.0%} of the "
            f"training samples, and {len(absent)} of {outputs} outputs are never a target",
            "Look at the table that turns labels into class indices, and for a minimum or a clip "
            "over them. If the classes are right, give the model as many outputs.",
            class_words(counts.index(most), names),
        )
    elif absent and len(absent) <= max(1, outputs // 5):
        yield Suspicion(
            "the model has an output for a class that no training sample has",
            f"of {outputs} outputs, that of {classes_words(absent, names, 3)} is never a target",
            "Look for a class that was dropped or merged into another, for labels that start at 1, "
            "and for one output too many.",
            class_words(absent[0], names),
        )


def _reach(call: LossCall) -> Iterator[Suspicion]:
    """Whether an activation keeps amounts from where their targets are."""
    bounds = {"Relu": (0.0, None), "Softplus": (0.0, None), "Sigmoid": (0.0, 1.0)} | {
        "Tanh": (-1.0, 1.0),
        "Softmax": (0.0, 1.0),
    }
    found = next((b for name, b in bounds.items() if call.made_by.startswith(name)), None)
    if found is None:
        return
    targets, (low, high) = call.targets.float(), found
    outside = targets < low
    if high is not None:
        outside = outside | (targets > high)
    share = float(outside.float().mean())
    if share > OUTSIDE:
        yield Suspicion(
            f"a {_operation(call.made_by)} at the end keeps the outputs from their targets",
            f"{share:.0%} of the targets lie where it cannot reach (from "
            f"{float(targets.min()):.3g} to {float(targets.max()):.3g})",
            "Remove the activation behind the last layer.",
        )


def _operation(made_by: str) -> str:
    return made_by.partition("Backward")[0].lower()


def _rows(inputs: Tensor) -> Tensor:
    """`(n, C)` of `(N, C, ...)` or `(C,)`."""
    flat = inputs.float()
    if flat.ndim == 1:
        return flat[None]
    return flat.movedim(1, -1).reshape(-1, flat.shape[1])
