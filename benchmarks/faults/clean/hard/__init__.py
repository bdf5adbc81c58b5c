"""Hard clean programs, in topics: right, and easily taken for wrong."""

from benchmarks.faults.clean.hard import (
    batches,
    imbalance,
    losses,
    nets,
    order,
    outputs,
    raw_values,
    tasks,
    training,
    transfer,
)

__all__ = [
    "batches",
    "imbalance",
    "losses",
    "nets",
    "order",
    "outputs",
    "raw_values",
    "tasks",
    "training",
    "transfer",
]
