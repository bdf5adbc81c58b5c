"""Hard programs: batches of every make."""

from benchmarks.faults.clean.hard.batches import (
    loaders,
    own_names,
    ragged,
    several_inputs,
    without_targets,
)

__all__ = ["loaders", "own_names", "ragged", "several_inputs", "without_targets"]
