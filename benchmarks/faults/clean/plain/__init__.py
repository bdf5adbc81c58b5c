"""Plain clean programs, in topics."""

from benchmarks.faults.clean.plain import images, modules, numbers, sequences, tables, training

__all__ = ["images", "modules", "numbers", "sequences", "tables", "training"]
