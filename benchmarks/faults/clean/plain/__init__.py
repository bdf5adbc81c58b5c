"""Plain clean programs, in topics."""

from benchmarks.faults.clean.plain import images, sequences, tables, training

__all__ = ["images", "sequences", "tables", "training"]
