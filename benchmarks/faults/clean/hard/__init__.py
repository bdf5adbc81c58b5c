"""Hard clean programs, in topics: right, and easily taken for wrong."""

from benchmarks.faults.clean.hard import tasks, transfer

__all__ = ["tasks", "transfer"]
