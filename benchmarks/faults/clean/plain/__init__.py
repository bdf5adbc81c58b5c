"""Plain clean programs, in topics."""

from benchmarks.faults.clean.plain import images, modules, sequences, tables, training

__all__ = ["images", "modules", "sequences", "tables", "training"]
