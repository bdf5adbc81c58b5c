"""Listens to a training run: the steps its optimizers take, and the parameters it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from art.training.namespaces import pl
from art.training.probing.digests import Digest, of_tensors
from art.training.probing.using import Used

ENTRIES = 2**16
"""Numbers that are kept of each parameter's gradient."""


@dataclass
class Step:
    """What one optimizer was about to do in one step.

    Attributes:
        optimizer: its place in the Trainer's list.
        gradients: by parameter name, the first numbers of each; None where there is none.
        zeros: parameters whose gradient is all 0.
    """

    optimizer: int
    gradients: dict[str, Tensor | None] = field(default_factory=dict)
    zeros: set[str] = field(default_factory=set)


class StepListener(pl.Callback):
    """Notes the gradients that each optimizer steps with.

    Args:
        still: keep the weights where they are (learning rate 0) and draw the same dropout at
            every step, so that equal batches must give equal gradients.
        without_dropout: train without dropout, so that equal units stay equal.

    Attributes:
        steps: of every optimizer, in order.
        owned: parameters that an optimizer has.
        owners: the same by the optimizer's place in the Trainer's list.
        wanting: parameters that want a gradient, once training has begun.
        touched: parameters that anything was computed with in a training batch.
        graded: parameters that a gradient other than 0 has reached by the time of a step.
        before, after: digests of the parameters at the start and at the end.
        hidden: attributes that hold layers which are no part of the module.
    """

    def __init__(self, still: bool = False, without_dropout: bool = False) -> None:
        self.steps: list[Step] = []
        self.owned: set[str] = set()
        self.owners: dict[int, set[str]] = {}
        self.wanting: list[str] = []
        self.touched: set[str] = set()
        self.graded: set[str] = set()
        self.before: dict[str, Digest] = {}
        self.after: dict[str, Digest] = {}
        self.hidden: dict[str, list[Tensor]] = {}
        self._still = still
        self._without_dropout = without_dropout
        self._handles: list[Any] = []
        self._rates: list[tuple[dict[str, Any], Any]] = []
        self._used = Used()
        self._module: pl.LightningModule | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put a hook before the step of every optimizer."""
        names = {id(parameter): name for name, parameter in pl_module.named_parameters()}
        self._module = pl_module
        self.before = _digests(pl_module)
        self._used.listen_to(pl_module, trainer.optimizers)
        if self._without_dropout:  # the module is this run's own, so nothing is put back
            for part in pl_module.modules():
                if isinstance(part, torch.nn.modules.dropout._DropoutNd):
                    part.p = 0.0
        for number, optimizer in enumerate(trainer.optimizers):
            for group in optimizer.param_groups:
                own = {names[id(p)] for p in group["params"] if id(p) in names}
                self.owners.setdefault(number, set()).update(own)
                self.owned |= own
                if self._still:
                    self._hold(group)
            hook = self._hook(number, names)
            self._handles.append(optimizer.register_step_pre_hook(hook))

    def on_train_batch_start(self, *args: Any, **kwargs: Any) -> None:
        """Draw the same dropout for every batch."""
        if self._still:
            torch.default_generator.manual_seed(0)

    def _hold(self, group: dict[str, Any]) -> None:
        self._rates.append((group, group["lr"]))
        group["lr"] = 0.0 if not isinstance(group["lr"], Tensor) else torch.zeros(())

    def _hook(self, number: int, names: dict[int, str]) -> Callable[..., None]:
        def note(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            step = Step(number)
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    name = names.get(id(parameter))
                    if name is not None:
                        self._note(step, name, parameter.grad)
                if self._still and group["lr"] != 0.0:  # a schedule has set it again
                    group["lr"] = 0.0
            self.steps.append(step)
            self._note_graded()
            if self._still:  # a wrapped module takes several steps a batch as Lightning counts
                torch.default_generator.manual_seed(0)

        return note

    def _note(self, step: Step, name: str, gradient: Tensor | None) -> None:
        step.gradients[name] = None
        if gradient is None:
            return
        # a copy of the first numbers alone, so that eight steps do not fill the memory
        step.gradients[name] = gradient.detach().reshape(-1)[:ENTRIES].clone()
        if not bool(gradient.any()):
            step.zeros.add(name)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Take the hooks off and keep the weights as they are now."""
        self.after = _digests(pl_module)
        self._note_graded()
        named = dict(pl_module.named_parameters())
        self.wanting = [name for name, p in named.items() if p.requires_grad]
        self.touched = self._used.names(pl_module)
        self._used.remove()
        stepped = {
            id(p) for o in trainer.optimizers for group in o.param_groups for p in group["params"]
        }
        self.hidden = hidden_layers(pl_module, stepped)
        for handle in self._handles:
            handle.remove()
        # what is found may be kept longer than the weights
        self._handles, self._rates, self._module = [], [], None

    def reaches_all(self, after: int) -> bool:
        """Whether, after so many steps, every parameter that wants a gradient has got one, and
        belongs to an optimizer."""
        if len(self.steps) < after or self._module is None:
            return False
        self._note_graded()
        wanting = {n for n, p in self._module.named_parameters() if p.requires_grad}
        return wanting <= self.graded & self.owned

    @property
    def idle(self) -> set[str]:
        """Parameters whose optimizer took no step, while another one did."""
        stepped = {step.optimizer for step in self.steps}
        resting = [own for number, own in self.owners.items() if number not in stepped]
        taken = [own for number, own in self.owners.items() if number in stepped]
        return set().union(*resting) - set().union(*taken) if taken else set()

    def _note_graded(self) -> None:
        if self._module is not None:
            grads = ((name, p.grad) for name, p in self._module.named_parameters())
            self.graded |= {n for n, g in grads if g is not None and bool(g.any())}


def _digests(module: pl.LightningModule) -> dict[str, Digest]:
    return of_tensors(dict(module.named_parameters()))


def hidden_layers(module: nn.Module, stepped: set[int]) -> dict[str, list[Tensor]]:
    """Of `plain_layers`, those that a gradient reaches and no optimizer has; a teacher that is
    hidden there on purpose has none.

    Args:
        module: that was trained.
        stepped: the ids of the parameters that optimizers have.
    """
    return {
        name: [p.detach() for p in loose]
        for name, loose in plain_layers(module).items()
        if any(p.grad is not None and id(p) not in stepped for p in loose)
    }


def plain_layers(module: nn.Module) -> dict[str, list[nn.Parameter]]:
    """Attributes that hold layers in a list or dict, where they are no part of the module, with
    their parameters."""
    known = {id(parameter) for parameter in module.parameters()}
    found = {}
    for name, part in module.named_modules():
        for key, value in vars(part).items():
            inside = value.values() if isinstance(value, dict) else value
            if key.startswith("_") or not isinstance(value, list | tuple | dict):
                continue
            layers = [item for item in inside if isinstance(item, nn.Module)]
            loose = [p for layer in layers for p in layer.parameters() if id(p) not in known]
            if loose:
                found[f"{name}.{key}" if name else key] = loose
    return found


def layers_at(module: nn.Module, name: str) -> list[nn.Module]:
    """The layers that `plain_layers` found under a name."""
    path, _, key = name.rpartition(".")
    value = vars(module.get_submodule(path))[key]
    inside = value.values() if isinstance(value, dict) else value
    return [item for item in inside if isinstance(item, nn.Module)]


class AtTheEnd(pl.Callback):
    """Lets a module believe that its last epoch has begun, where a part of its loss may set in.

    Args:
        epochs: of a whole training.
        epoch_batches: batches of an epoch.
    """

    def __init__(self, epochs: int, epoch_batches: int) -> None:
        self._epochs = epochs
        self._steps = (epochs - 1) * epoch_batches

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Set the counters that `current_epoch` and `global_step` are read from."""
        loop = trainer.fit_loop
        loop.epoch_progress.current.completed = self._epochs - 1
        loop.max_epochs = self._epochs
        automatic = loop.epoch_loop.automatic_optimization.optim_progress
        manual = loop.epoch_loop.manual_optimization.optim_step_progress
        automatic.optimizer.step.total.completed = self._steps
        manual.total.completed = self._steps
