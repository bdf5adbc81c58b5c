"""Regularize with three attempts, of ART's own parts alone."""

from benchmarks.robustness.programs import _parts  # noqa: F401 - registers the witness
