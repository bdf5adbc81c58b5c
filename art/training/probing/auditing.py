"""Audits a training run: what the gradient of each backward pass is, and what each step uses."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.training.diverging import Enough
from art.training.namespaces import pl
from art.training.probing.listening import LossCall, LossCalls
from art.training.probing.rescaling import is_adaptive

ENTRIES = 4096
"""Numbers of each parameter's gradient that are compared; its norm is taken over all of them."""


@dataclass(frozen=True)
class Pull:
    """How the total loss pulls at what a loss function was given.

    Attributes:
        call: the loss function's call.
        gradient: of the total loss, with respect to the call's inputs.
    """

    call: LossCall
    gradient: Tensor


@dataclass(frozen=True)
class AuditedStep:
    """One step of an optimizer.

    Attributes:
        optimizer: its place in the Trainer's list.
        used: the gradient it stepped with, shortened.
        norm: the norm of the whole of it.
        fresh: the gradient of each backward pass since its last step, shortened.
        batches: the number of the batch of each of these passes.
    """

    optimizer: int
    used: Tensor
    norm: float
    fresh: list[Tensor]
    batches: list[int] = field(default_factory=list)


class _Backward(LossCalls):
    """Takes the gradient of a loss afresh when `backward` is called on it."""

    def __init__(self, on_loss: Callable[[Tensor, list[tuple[LossCall, Tensor]]], None]) -> None:
        super().__init__()
        self._on_loss = on_loss
        self._live: list[tuple[LossCall, Tensor]] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is Tensor.backward and args[0].numel() == 1 and args[0].requires_grad:
            live, self._live = self._live, []
            with torch._C.DisableTorchFunction():
                self._on_loss(args[0], live)
        return super().__torch_function__(func, types, args, kwargs)

    def _keep(self, name: str, inputs: Tensor, targets: Tensor, settings: dict[str, Any]) -> None:
        super()._keep(name, inputs, targets, settings)
        if inputs.requires_grad:
            self._live.append((self.calls[-1], inputs))


class Audit(pl.Callback):
    """Notes losses, gradients and steps of a short run.

    Args:
        without_dropout: train without dropout.
        first: the run ends with the first loss, by `Enough`, and takes no gradient.

    Attributes:
        losses: the value of each backward pass.
        pulls: at the inputs of each loss function of torch.
        steps: of every optimizer, in order.
        adaptive: of each optimizer, whether the gradient's size does not matter to it.
        draws: whether anything was drawn at random in a batch.
    """

    def __init__(self, without_dropout: bool = False, first: bool = False) -> None:
        self._first = first
        self.losses: list[float] = []
        self.pulls: list[Pull] = []
        self.steps: list[AuditedStep] = []
        self.adaptive: list[bool] = []
        self.draws = False
        self._random: tuple[Any, ...] = ()
        self._without_dropout = without_dropout
        self._mode = _Backward(self._take)
        self._inside = False
        self._fresh: dict[int, list[Tensor]] = {}
        self._batches: dict[int, list[int]] = {}
        self._batch = -1
        self._owned: list[list[Tensor]] = []
        self._handles: list[Any] = []

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put a hook behind the step of every optimizer."""
        if self._without_dropout:  # the module is this run's own, so nothing is put back
            for part in pl_module.modules():
                if isinstance(part, torch.nn.modules.dropout._DropoutNd):
                    part.p = 0.0
        self.adaptive = [is_adaptive(optimizer) for optimizer in trainer.optimizers]
        for number, optimizer in enumerate(trainer.optimizers):
            owned = [p for group in optimizer.param_groups for p in group["params"]]
            self._owned.append([p for p in owned if p.requires_grad])
            self._fresh[number], self._batches[number] = [], []
            self._handles.append(optimizer.register_step_post_hook(self._hook(number)))

    def on_train_batch_start(self, *args: Any, **kwargs: Any) -> None:
        """Begin to listen."""
        self._random = _random_states()
        self._batch += 1
        self._mode.__enter__()
        self._inside = True

    def on_train_batch_end(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen."""
        self.draws = self.draws or self._random != _random_states()
        self._leave()

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """Cease to listen when a step fails."""
        self._leave()
        self._owned = []

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._owned, self._handles = [], []  # what is found may be kept longer than the weights

    def _leave(self) -> None:
        if self._inside:
            self._inside = False
            self._mode.__exit__(None, None, None)

    def _take(self, loss: Tensor, live: list[tuple[LossCall, Tensor]]) -> None:
        self.losses.append(float(loss.detach()))
        if self._first:
            raise Enough
        for number, owned in enumerate(self._owned):
            wanting = [p for p in owned if p.requires_grad]  # a GAN turns them on and off
            if wanting:
                found = torch.autograd.grad(loss, wanting, retain_graph=True, allow_unused=True)
                known = {id(p): g for p, g in zip(wanting, found, strict=True)}
                self._fresh[number].append(_short([known.get(id(p)) for p in owned], owned))
                self._batches[number].append(self._batch)
        for call, inputs in live:
            (pull,) = torch.autograd.grad(loss, inputs, retain_graph=True, allow_unused=True)
            if pull is not None:
                self.pulls.append(Pull(call, pull.detach().clone()))

    def _hook(self, number: int) -> Callable[..., None]:
        def note(optimizer: Any, args: Any, kwargs: Any) -> None:
            owned = self._owned[number]
            if not owned:
                return
            gradients = [p.grad for p in owned]
            sizes = [g.detach().norm() for g in gradients if g is not None]
            norm = float(torch.stack(sizes).norm()) if sizes else 0.0
            fresh, self._fresh[number] = self._fresh[number], []
            batches, self._batches[number] = self._batches[number], []
            used = _short(gradients, owned)
            self.steps.append(AuditedStep(number, used, norm, fresh, batches))

        return note


def _random_states() -> tuple[Any, ...]:
    """Where the generators of Python, numpy and torch stand."""
    numbers = np.random.get_state(legacy=False)["state"]
    drawn = bytes(torch.default_generator.get_state().numpy())
    return random.getstate(), numbers["key"].tobytes(), numbers["pos"], drawn


def _short(gradients: Any, owned: list[Tensor]) -> Tensor:
    parts = [
        (torch.zeros_like(p) if g is None else g).detach().reshape(-1)[:ENTRIES].float().cpu()
        for g, p in zip(gradients, owned, strict=True)
    ]
    return torch.cat(parts).clone()
