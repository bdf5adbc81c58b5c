"""Clean programs: right ones, that must pass. `PLAIN` are ordinary, `HARD` easily taken for wrong.

They are LightningModules and data modules that know nothing of ART, on scikit-learn's data or on
data made of it. What they declare in `[contract]`, if anything, stands at their registration.
"""

from __future__ import annotations

from benchmarks.faults.clean import hard, plain
from benchmarks.faults.clean._register import HARD, PLAIN

__all__ = ["HARD", "PLAIN", "hard", "plain"]
