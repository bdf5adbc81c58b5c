"""Hard clean programs, in topics: right, and easily taken for wrong."""

from benchmarks.faults.clean.hard import (
    losses,
    nets,
    outputs,
    raw_values,
    tasks,
    training,
    transfer,
)

__all__ = ["losses", "nets", "outputs", "raw_values", "tasks", "training", "transfer"]
