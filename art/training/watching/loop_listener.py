"""Listens to a training loop that somebody else has written; changes nothing in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import _get_current_function_mode_stack, _pop_mode, _push_mode

from art.core.probe import Suspicion
from art.training.probing.fresh_draws import drawn_names
from art.training.probing.listening import LossCall, LossCalls, nodes_under
from art.training.probing.noting import depends_on_mode
from art.training.watching.loop_facts import LoopFacts, Series

LOST_GRADIENT = "its gradient is not finite in step"
JUDGED = 4
"""Backward passes whose loss functions are judged: those of the first batches tell all."""
CLOSELY, EVERY = 100, 16
"""Steps whose gradients and losses are read; of later ones on a GPU, which has to be waited for,
every 16th."""


class LoopListener:
    """Notes what a loop does with a model and its optimizers.

    Hooks of optimizers and tensors tell of steps and gradients, at the beginning also a
    `TorchFunctionMode`, of loss functions and backward passes; it costs some microseconds a call,
    so it is left after a few. Nothing is drawn at random, and nothing is replaced.

    Args:
        model: what is trained.
        optimizers: all that train it.
        others: further modules with parameters, such as a loss with weights of its own.
        judge: says what is wrong with a call of a loss function.

    Attributes:
        facts: what was heard.
        suspicions: what `judge` said, each cause once.
        named: the parameters of the model and the others, by name.
        drawn: weights that want no gradient and are as torch draws new ones.
        versions: how often each had been changed when the listening began, as torch counts it.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizers: Sequence[torch.optim.Optimizer],
        *,
        others: Sequence[nn.Module] = (),
        judge: Callable[[LossCall], Iterable[Suspicion]] = lambda call: (),
    ) -> None:
        self.model = model
        self.optimizers = list(optimizers)
        self.facts = LoopFacts()
        self.suspicions: dict[str, Suspicion] = {}
        self.after_step: Callable[[], None] = lambda: None
        self.named = dict(model.named_parameters())
        for other in others:
            kind = type(other).__name__
            self.named |= {f"{kind}.{name}": p for name, p in other.named_parameters()}
        self.drawn = drawn_names(model)  # now: a copy of what is trained will differ from it soon
        self.versions = {name: p._version for name, p in self.named.items()}
        self._judge = judge
        self._arrived = False
        self._used: dict[int, tuple[Tensor, int]] = {}
        self._met: dict[int, bool] = {}
        self._handles: list[Any] = []
        self._mode = _Heard(self._take_backward)
        self._inside = False
        self._losses = [m for m in others if isinstance(m, nn.modules.loss._Loss)]

    @property
    def owned(self) -> set[int]:
        """The ids of the parameters that an optimizer has."""
        return {id(p) for o in self.optimizers for g in o.param_groups for p in g["params"]}

    @property
    def has_heard_losses(self) -> bool:
        """Whether it has heard what loss functions are given."""
        return self.facts.backwards >= JUDGED

    def enter(self) -> None:
        """Listen to loss functions and backward passes from here on."""
        self._mode.__enter__()
        self._inside = True

    def leave(self, *, now: bool = True) -> None:
        """Cease to listen to them.

        Args:
            now: also where another mode was entered since, and is still on; else it is let be.
        """
        above = []
        if not self._inside or not (now or _get_current_function_mode_stack()[-1] is self._mode):
            return
        while _get_current_function_mode_stack()[-1] is not self._mode:
            above.append(_pop_mode())
        self._inside = False
        self._mode.__exit__(None, None, None)
        for mode in reversed(above):  # as `torch.set_default_device` leaves one
            _push_mode(mode)

    def attach(self) -> None:
        """Put the hooks in place."""
        for name, parameter in self.named.items():
            if parameter.requires_grad:
                self._handles.append(parameter.register_hook(self._arrival(name, parameter)))
        for number, optimizer in enumerate(self.optimizers):
            self._handles.append(optimizer.register_step_post_hook(self._stepped(number)))
        for name, part in self.model.named_modules():
            if part is self.model or depends_on_mode(part):
                self._handles.append(part.register_forward_pre_hook(self._called(name)))
        for loss in self._losses:
            self._handles.append(loss.register_forward_hook(self._computed))

    def detach(self) -> None:
        """Take all hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._used = {}

    # Hooks

    def _arrival(self, name: str, parameter: nn.Parameter) -> Callable[[Tensor], None]:
        """A gradient comes, and is about to be added to what is there."""

        def note(gradient: Tensor) -> None:
            self.facts.graded.add(name)
            self._arrived = True
            used = self._used.pop(id(parameter), None)
            if used is None:
                return
            tensor, version = used
            same = parameter.grad is tensor and tensor._version == version
            # `p.grad.data.zero_()` changes it without being counted
            stays = same and bool(tensor.detach().any())
            self._met[id(parameter)] = stays

        return note

    def _stepped(self, number: int) -> Callable[..., None]:
        def note(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            facts = self.facts
            groups = optimizer.param_groups
            # read once: another thread may take a gradient away at any time
            found = [(p, p.grad) for g in groups for p in g["params"]]
            graded = [(p, grad) for p, grad in found if grad is not None]
            facts.steps += 1
            if not graded and not facts.graded:
                facts.without += 1
            elif self._arrived and self._closely(facts.steps, [p for p, _ in graded]):
                facts.looked_at += 1
                facts.empty += not any(bool(grad.any()) for _, grad in graded)
                if not facts.lost and graded and not bool(graded[0][1].isfinite().all()):
                    facts.lost, facts.lost_as = facts.steps, LOST_GRADIENT
            self._arrived = False
            if self._met:
                facts.stale += all(self._met.values())
                facts.renewed += not all(self._met.values())
            self._met = {}
            for p, grad in graded:
                self._used[id(p)] = grad, grad._version
            for place, group in enumerate(groups):
                key = number * 1000 + place
                facts.rates.setdefault(key, Series()).add(float(group["lr"]))
            if self.has_heard_losses:
                self.leave(now=False)
            self.after_step()

        return note

    def _closely(self, number: int, tensors: Sequence[Tensor]) -> bool:
        """Whether values are read, which a GPU has to be waited for."""
        on_cpu = all(tensor.device.type == "cpu" for tensor in tensors[:1])
        return number <= CLOSELY or on_cpu or number % EVERY == 0

    def _called(self, name: str) -> Callable[..., None]:
        return lambda module, inputs: self.note_mode(name, module.training)

    def note_mode(self, name: str, training: bool) -> None:
        """A part of the model, or with an empty name the whole, is called."""
        facts = self.facts
        if not torch.is_grad_enabled():
            facts.evaluating[name, training] += 1
            return
        facts.learning[name, training] += 1
        facts.first_modes.setdefault(name, training)
        facts.last_modes[name] = training

    def _computed(self, loss: nn.Module, given: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.requires_grad:
            self.take_loss(output)

    def take_loss(self, loss: Tensor) -> None:
        """The loss of a batch that is trained on."""
        facts = self.facts
        if loss.numel() != 1 or not self._closely(facts.losses.count, [loss]):
            return
        value = float(loss.detach())
        facts.losses.add(value)
        if not math.isfinite(value) and not facts.lost:
            facts.lost, facts.lost_as = facts.losses.count, f"it is {value} in batch"

    def _take_backward(self, loss: Tensor, calls: Sequence[tuple[LossCall, Any]]) -> None:
        self.facts.backwards += 1
        if self.facts.backwards <= JUDGED:
            self._judge_calls(loss, calls)

    def _judge_calls(self, loss: Tensor, calls: Sequence[tuple[LossCall, Any]]) -> None:
        under = nodes_under(loss.grad_fn) if loss.grad_fn is not None else set()
        for call, made in calls:
            if made in under:
                for suspicion in self._judge(call):
                    self.suspicions.setdefault(suspicion.cause, suspicion)


class _Heard(LossCalls):
    """Tells of each backward pass, with the calls of loss functions before it."""

    def __init__(
        self, on_backward: Callable[[Tensor, Sequence[tuple[LossCall, Any]]], None]
    ) -> None:
        super().__init__()
        self._on_backward = on_backward

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is not Tensor.backward:
            return super().__torch_function__(func, types, args, kwargs)
        with torch._C.DisableTorchFunction():
            self._on_backward(args[0], list(self._made))
        self._made, self.calls = [], []
        return func(*args, **(kwargs or {}))
