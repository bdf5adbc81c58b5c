"""The whole state of a training run between two batches: taken, and put back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset

from art.training.namespaces import is_lightning_module, overrides, pl
from art.training.resuming import logged_values
from art.training.resuming.putting_back import Putter
from art.training.resuming.python_state import Names, Taker
from art.training.seeding import generator_states, set_generator_states
from art.training.wrapping import TaskModule

_OF_LIGHTNING = set(vars(pl.LightningModule()))
_OF_DATA = set(vars(pl.LightningDataModule()))
_WITH_A_STATE_DICT = ("pytorch_lightning.", "lightning.pytorch.", "art.training.")
_SEPARATE = ("optimizer_states", "lr_schedulers", "loops")
_HOOKS_THAT_KEEP_GRADIENTS = (
    "optimizer_step", "optimizer_zero_grad", "backward", "on_before_zero_grad",
)  # fmt: skip


def take(trainer: pl.Trainer, module: pl.LightningModule) -> tuple[dict[str, Any], list[str]]:
    """The state of a run, in values that `load_checkpoint` can read.

    Returns:
        The state, and where something stands that could not be kept.
    """
    names = Names(module)
    taker = Taker(names)
    dump = trainer._checkpoint_connector.dump_checkpoint(weights_only=False)
    separate = {name: dump.pop(name) for name in _SEPARATE}
    state = {
        "dump": taker.value(dump, "checkpoint"),
        "optimizers": [taker.value(s, "optimizer") for s in separate["optimizer_states"]],
        "groups": [_group_names(optimizer, names) for optimizer in trainer.optimizers],
        "schedulers": [taker.value(s, "scheduler") for s in separate["lr_schedulers"]],
        "loops": taker.value(separate["loops"]["fit_loop"], "loops"),
        "logged": taker.value(logged_values.take(trainer), "logged"),
        "module": take_module(module, taker),
        "callbacks": [
            taker.attributes(callback, set(), type(callback).__name__)
            for callback in _users_callbacks(trainer)
        ],
        "data": take_data(trainer),
        "generators": taker.value(generator_states(), "generators"),
    }
    return state, taker.lost


def put(trainer: pl.Trainer, module: pl.LightningModule, state: dict[str, Any]) -> None:
    """Make a run that has just begun the one whose state this is."""
    putter = Putter(Names(module))
    dump = putter.value(state["dump"], None)
    for optimizer, groups in zip(trainer.optimizers, state["groups"], strict=True):
        _regroup(optimizer, groups, putter)
    dump["optimizer_states"] = [
        putter.value(kept, optimizer.state_dict())
        for kept, optimizer in zip(state["optimizers"], trainer.optimizers, strict=True)
    ]
    schedulers = [config.scheduler for config in trainer.lr_scheduler_configs]
    dump["lr_schedulers"] = [
        putter.value(kept, scheduler.state_dict())
        for kept, scheduler in zip(state["schedulers"], schedulers, strict=True)
    ]
    connector: Any = trainer._checkpoint_connector
    connector._loaded_checkpoint = dump
    connector.restore_datamodule()
    connector.restore_model()
    connector.restore_callbacks()
    connector.restore_precision_plugin_state()
    connector.restore_optimizers_and_schedulers()
    connector._loaded_checkpoint = {}
    put_module(module, state["module"], putter)
    for callback, kept in zip(_users_callbacks(trainer), state["callbacks"], strict=True):
        putter.attributes(callback, kept)
    put_data(trainer, state["data"])
    _put_loops(trainer, putter.value(state["loops"], None))
    logged_values.put(trainer, putter.value(state["logged"], None))
    set_generator_states(putter.value(state["generators"], None))


def take_module(module: pl.LightningModule, taker: Taker) -> dict[str, Any]:
    """What a module keeps beside its state dict."""
    scheduler = module.loop.scheduler if isinstance(module, TaskModule) else None
    return {
        "parts": {
            name: taker.attributes(part, _omitted(part), f"self.{name}" if name else "self")
            for name, part in module.named_modules()
        },
        "training": {name: part.training for name, part in module.named_modules()},
        "trainable": {name: p.requires_grad for name, p in module.named_parameters()},
        "buffers": {name: value.detach() for name, value in _unsaved_buffers(module)},
        "gradients": {
            name: parameter.grad.detach()
            for name, parameter in module.named_parameters()
            if parameter.grad is not None and _keeps_gradients(module)
        },
        "scheduler": taker.value(scheduler.state_dict(), "scheduler") if scheduler else None,
    }


def put_module(module: pl.LightningModule, kept: dict[str, Any], putter: Putter) -> None:
    """Put it back."""
    for name, part in module.named_modules():
        if name in kept["parts"]:
            putter.attributes(part, kept["parts"][name])
            part.training = kept["training"][name]
    keeps_gradients = _keeps_gradients(module)
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(kept["trainable"].get(name, parameter.requires_grad))
        if keeps_gradients:
            gradient = kept["gradients"].get(name)
            parameter.grad = None if gradient is None else gradient.to(parameter.device)
    for name, buffer in _unsaved_buffers(module):
        if name in kept["buffers"]:
            buffer.data = kept["buffers"][name].to(buffer.device)
    if kept["scheduler"] is not None and isinstance(module, TaskModule):
        scheduler = module.loop.scheduler
        scheduler.load_state_dict(putter.value(kept["scheduler"], scheduler.state_dict()))


def take_data(trainer: pl.Trainer) -> dict[str, dict[str, Any]]:
    """The numbers and texts that the data module and its data sets keep in attributes."""
    return {name: dict(_scalars(part)) for name, part in _data_parts(trainer)}


def put_data(trainer: pl.Trainer, kept: dict[str, dict[str, Any]]) -> None:
    """Put them back."""
    for name, part in _data_parts(trainer):
        vars(part).update(kept.get(name, {}))


def _data_parts(trainer: pl.Trainer) -> list[tuple[str, Any]]:
    """The data module and the data sets that it holds, by name."""
    data = getattr(trainer, "datamodule", None)
    if data is None:
        return []
    sets = [(name, value) for name, value in vars(data).items() if isinstance(value, Dataset)]
    return [("", data), *sets]


def _scalars(part: Any) -> Iterator[tuple[str, Any]]:
    """What a program may turn up and down as it trains, as the difficulty of what it shows."""
    for name, value in vars(part).items():
        if name not in _OF_DATA and type(value) in (bool, int, float, str, type(None)):
            yield name, value


def _omitted(part: nn.Module) -> set[str]:
    """Attributes that are kept elsewhere, or are Lightning's own."""
    return _OF_LIGHTNING if is_lightning_module(part) else set(_PLAIN_MODULE)


_PLAIN_MODULE = set(vars(nn.Module()))


def _unsaved_buffers(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    return [
        (f"{prefix}.{name}" if prefix else name, part._buffers[name])
        for prefix, part in module.named_modules()
        for name in sorted(part._non_persistent_buffers_set)
        if part._buffers.get(name) is not None
    ]


def _keeps_gradients(module: pl.LightningModule) -> bool:
    """Whether a gradient may have to outlive the step that made it.

    It may where gradients of several batches are summed up, and where a module steps by hand.
    """
    if isinstance(module, TaskModule):
        return module.loop.accumulate > 1
    if module.trainer.accumulate_grad_batches > 1:
        return True
    return not module.automatic_optimization or any(
        overrides(module, hook) for hook in _HOOKS_THAT_KEEP_GRADIENTS
    )


def _users_callbacks(trainer: pl.Trainer) -> list[pl.Callback]:
    """Those whose state nobody else keeps."""
    return [
        callback
        for callback in trainer.callbacks  # type: ignore[attr-defined]
        if not type(callback).__module__.startswith(_WITH_A_STATE_DICT)
    ]


def _group_names(optimizer: torch.optim.Optimizer, names: Names) -> list[list[str | None]]:
    return [[names.of(p) for p in group["params"]] for group in optimizer.param_groups]


def _regroup(optimizer: torch.optim.Optimizer, groups: list[list[Any]], putter: Putter) -> None:
    """Give an optimizer the parameters that it had, which hooks may have added as it trained."""
    if [len(group) for group in groups] == [len(g["params"]) for g in optimizer.param_groups]:
        return
    if any(name is None for group in groups for name in group):
        return
    optimizer.param_groups[:] = [
        {**optimizer.defaults, "params": [putter.names.tensors[name] for name in group]}
        for group in groups
    ]


def _put_loops(trainer: pl.Trainer, kept: dict[str, Any]) -> None:
    """Set the counters. It is no restart to Lightning: the run is where it was, in an epoch."""
    loop = trainer.fit_loop
    loop.load_state_dict(kept)
    epoch_loop = loop.epoch_loop
    for each in (
        loop, epoch_loop, epoch_loop.automatic_optimization, epoch_loop.manual_optimization,
        epoch_loop.val_loop,
    ):  # fmt: skip
        each._restarting = False
        each._loaded_from_state_dict = False
        each._resuming_from_checkpoint = False
        each.reset_restart_stage()
    fetcher = loop._data_fetcher
    if fetcher is not None and fetcher.length is not None:
        # a chunk that was left half done had been begun
        epoch_loop.batch_progress.current.reset_on_restart()
        epoch_loop.batch_progress.total.reset_on_restart()
        fetcher.fetched = epoch_loop.batch_progress.current.ready
