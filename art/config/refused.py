"""What Lightning's Trainer takes and ART does not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

REFUSED: Mapping[str, str] = {
    "overfit_batches": "The stage overfit_one_batch does it, in every recipe.",
    "limit_predict_batches": "ART predicts all that it is asked to.",
    "fast_dev_run": "The stage loss_at_init sees whether a program runs.",
    "barebones": "ART needs the hooks and loggers that it switches off.",
    "callbacks": "Each is a section of its own, [callbacks.NAME].",
    "logger": "Each is a section of its own, [loggers.NAME].",
    "enable_checkpointing": "ART keeps the best weights; a section [callbacks.NAME] with "
    '@callbacks = "lightning.ModelCheckpoint.v1" keeps others.',
    "enable_progress_bar": "ART shows the progress.",
    "enable_model_summary": 'A section [callbacks.NAME] with @callbacks = "lightning.'
    'ModelSummary.v1" prints it.',
    "profiler": "Run Lightning's profilers outside of ART.",
    "plugins": "ART's own keep its checkpoints safe; name a precision or a strategy instead.",
    "default_root_dir": "It is the run folder; [paths] runs says where those are.",
}
"""Settings of Lightning's Trainer that ART does not take, and why."""
