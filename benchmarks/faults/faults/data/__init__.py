"""Mistakes in the data: labels, rows, leaks, and inputs."""

from benchmarks.faults.faults.data import inputs, labels, leaks, rows

__all__ = ["inputs", "labels", "leaks", "rows"]
