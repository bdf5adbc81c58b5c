"""What the parameter ledger says of the parameters that it finds wrong."""

from __future__ import annotations

from collections.abc import Sequence

from art.core.probe import Suspicion

SHOWN = 3


def unowned(names: list[str], certain: bool) -> Suspicion:
    """Parameters that a gradient reaches and no optimizer has."""
    return Suspicion(
        "parameters are in no optimizer and will never change",
        f"{len(names)} parameters want a gradient and get one, and no optimizer has them"
        + ("" if certain else "; they are the same for every seed, as loaded weights are"),
        "Give the optimizer all of self.parameters(), and register sub-modules in an nn.ModuleList "
        f"rather than a list. Where they are frozen on purpose, declare it: {_line(names)}.",
        listed(names),
        certain,
    )


def unreached(names: list[str], steps: int, certain: bool) -> Suspicion:
    """Parameters that no gradient has reached in some steps."""
    return Suspicion(
        "no gradient reaches some parameters",
        f"{len(names)} parameters had no gradient, or one of zeros, in {steps} steps",
        "Look for detach(), .data, no_grad or argmax on the way to the loss, and for units that "
        f"are dead from the start. Where that is meant, declare it: {_line(names)}.",
        listed(names),
        certain,
    )


def never_stepped(names: list[str], batches: int) -> Suspicion:
    """Parameters whose optimizer takes no step."""
    return Suspicion(
        "an optimizer never takes a step, and its parameters never change",
        f"{len(names)} parameters belong to an optimizer that took no step in {batches} batches, "
        f"while another one did",
        "Call its step() after manual_backward. Where it is not to train, declare it: "
        f"{_line(names)}.",
        listed(names),
    )


def unused(names: list[str], steps: int) -> Suspicion:
    """Parameters of layers that no step uses."""
    return Suspicion(
        "no training step uses some layers, and no gradient reaches them",
        f"{len(names)} parameters belong to layers that were not called in {steps} steps, or with "
        f"zeros alone, or whose outputs the loss does not depend on",
        "Look whether forward leaves a layer out. One that is left over can go, or be declared: "
        f"{_line(names)}.",
        listed(names),
        certain=False,
    )


def _line(names: Sequence[str]) -> str:
    """The line of `[contract]` that declares them, by the layers they belong to."""
    layers = dict.fromkeys(n.removeprefix("network.").rpartition(".")[0] or n for n in names)
    shown = ", ".join(f'"{layer}"' for layer in layers)
    return f"[contract] frozen = [{shown}]"


def listed(names: list[str]) -> str:
    """The first few names, without the part that ART adds."""
    shown = [name.removeprefix("network.") for name in names[:SHOWN]]
    return ", ".join(shown) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
