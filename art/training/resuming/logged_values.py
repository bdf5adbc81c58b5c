"""What a module has logged in an epoch so far, which Lightning averages at the epoch's end."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from art.training.namespaces import namespace_of, part_of, pl

COUNTED = ("_current_fx", "_first_loop_iter")
"""Where Lightning is among the hooks that log: it begins new sums where a hook is another."""

KEPT = ("callback", "logged", "progress_bar")
_REDUCTIONS = {
    function.__name__: function for function in (torch.mean, torch.sum, torch.max, torch.min)
}
"""What Lightning can reduce by. A name in a file must not choose any other function."""


def _results_of(namespace: Any) -> Any:
    """Where a namespace keeps the classes of logged values."""
    return part_of(namespace, "trainer.connectors.logger_connector.result")


_SIMPLE = tuple(
    field.name
    for field in fields(_results_of(pl)._Metadata)
    if field.name not in ("reduce_fx", "_sync")
)


def take(trainer: pl.Trainer) -> dict[str, Any]:
    """The running sums of this epoch, and the last values of everything that was logged."""
    results = trainer.fit_loop.epoch_loop._results
    connector = trainer._logger_connector
    return {
        "connector": {name: getattr(connector, name) for name in COUNTED},
        "running": [[key, _taken(metric)] for key, metric in results.items()],
        "last": {
            kind: {
                name: value.detach().clone()
                for name, value in getattr(connector, f"_{kind}_metrics").items()
                if isinstance(value, Tensor)
            }
            for kind in KEPT
        },
    }


def put(trainer: pl.Trainer, kept: dict[str, Any]) -> None:
    """Put them back."""
    results = trainer.fit_loop.epoch_loop._results
    results.clear()
    for key, values in kept["running"]:
        metric = _made(trainer, values)
        if metric is not None:
            results[key] = metric.to(trainer.strategy.root_device)
    connector = trainer._logger_connector
    for name in COUNTED:
        setattr(connector, name, kept["connector"][name])
    for kind in KEPT:
        last = {
            name: value.to(trainer.strategy.root_device)
            for name, value in kept["last"][kind].items()
        }
        getattr(connector, f"_{kind}_metrics").clear()
        getattr(connector, f"_{kind}_metrics").update(last)


def _taken(metric: Any) -> dict[str, Any]:
    meta, sync = metric.meta, metric.meta._sync
    values: dict[str, Any] = {
        "meta": {name: getattr(meta, name) for name in _SIMPLE},
        "reduce": meta.reduce_fx.__name__,
        "should": bool(sync and sync.should),
        "rank_zero_only": bool(sync and sync.rank_zero_only),
        "is_tensor": metric.is_tensor,
        "has_reset": metric.has_reset,
        "updates": metric._update_count,
    }
    if metric.is_tensor:
        values["value"] = metric.value.detach().clone()
        values["count"] = metric.cumulated_batch_size if meta.is_mean_reduction else None
        last = metric._forward_cache
        values["last"] = last.detach().clone() if isinstance(last, Tensor) else None
    return values


def _made(trainer: pl.Trainer, values: dict[str, Any]) -> Any:
    kinds = _results_of(namespace_of(trainer))
    meta = kinds._Metadata(**values["meta"], reduce_fx=_REDUCTIONS[values["reduce"]])
    meta.sync = kinds._Sync(
        _should=values["should"],
        fn=trainer.strategy.reduce,
        rank_zero_only=values["rank_zero_only"],
    )
    metric = kinds._ResultMetric(meta, values["is_tensor"])
    metric.has_reset = values["has_reset"]
    metric._update_count = values["updates"]
    if values["is_tensor"]:
        metric.value = values["value"]
        if values["count"] is not None:
            metric.cumulated_batch_size = values["count"]
        metric._forward_cache = values["last"]
        return metric
    # a metric object of the module, whose own state is kept with the module
    own = dict(trainer.lightning_module.named_modules()).get(meta.metric_attribute or "")
    if own is None:
        return None
    metric.value = own
    metric._forward_cache = own._forward_cache
    return metric
