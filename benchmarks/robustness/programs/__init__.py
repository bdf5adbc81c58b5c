"""The programs that are killed: what people write, in small, with all that a run may carry along.

Each is a file as a user gives it with `--code`, and the sections of its config. `PROGRAMS` names
them; the harness of `kills` trains each one without an interruption and with many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Program:
    """A program that is trained, killed and trained on.

    Attributes:
        name: of its file.
        sections: of its config, by name, beside those that all have; values as in JSON.
        stage: the one stage of its recipe.
        exact: whether it goes on inside an epoch; else from the last epoch's end, and says so.
        step: batches between two places where it can be saved; a wrapped module trains on many.
        score: that it has at its end.
    """

    name: str
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    stage: str = "overfit"
    exact: bool = True
    step: int = 1
    score: str = "val/accuracy"

    @property
    def code(self) -> Path:
        """What `--code` is given."""
        return HERE / f"{self.name}.py"


def own(name: str, *, model: str | None = None, **more: Any) -> Program:
    """A program with a module and a data module of its own."""
    sections = {
        "model": {"@models": f"{model or name}.v1"},
        "data": {"@data": f"{name}.v1"},
        **more.pop("sections", {}),
    }
    return Program(name, sections, **more)


PROGRAMS: tuple[Program, ...] = (
    Program(
        "wrapped",
        {
            "model": {"@models": "wrapped.v1"},
            "data": {"@data": "art.Digits.v1", "batch_size": 20, "val_fraction": 0.6},
            "task": {"@tasks": "art.ImageClassification.v1"},
            "optimizer": {"@optimizers": "torch.AdamW.v1", "lr": 0.003},
            "scheduler": {"@schedulers": "torch.OneCycle.v1", "max_lr": 0.01},
            "training": {"accumulate_grad_batches": 3, "gradient_clip_val": 0.5, "max_epochs": 4},
        },
        step=32,
    ),
    Program(
        "attempts",
        {
            "model": {"@models": "art.CNN.v1", "channels": [4, 4]},
            "data": {"@data": "art.Digits.v1", "batch_size": 32, "val_fraction": 0.6},
            "task": {"@tasks": "art.ImageClassification.v1"},
            "optimizer": {"@optimizers": "torch.Adam.v1", "lr": 0.003},
            "training": {"max_epochs": 3},
            "stages.regularize": {
                "attempts": [{}, {"model.dropout": 0.3}, {"optimizer.weight_decay": 0.1}],
                "gap": 0.0,
            },
        },
        stage="regularize",
        step=32,
    ),
    own("metrics"),
    own("augmented"),
    own("workers", sections={"system": {"num_workers": 2}}),
    own("samplers"),
    own("batches"),
    own("adversarial", score="val/loss"),
    own(
        "plateau",
        sections={
            "training": {
                "accumulate_grad_batches": 2, "early_stopping_patience": 2, "max_epochs": 9,
            },
            "callbacks.counting": {"@callbacks": "plateau.Counting.v1"},
            "callbacks.thawing": {"@callbacks": "plateau.Thawing.v1"},
        },
        stage="regularize",
    ),
    own("stream", exact=False),
    own("pairs", score="val/loss"),
    own("twice", stage="own", sections={"stages.own": {"@stages": "twice.v1"}}),
    own("keepsakes"),
    own("transfer"),
    own("skipping"),
    own(
        "lightnings",
        sections={
            "training": {"max_epochs": 5},
            "callbacks.averaging": {"@callbacks": "lightnings.Averaging.v1"},
            "callbacks.stopping": {"@callbacks": "lightnings.Stopping.v1"},
            "callbacks.growing": {"@callbacks": "lightnings.Growing.v1"},
        },
    ),
    own(
        "scheduled",
        sections={
            "task": {"@tasks": "art.TabularClassification.v1"},
            "optimizer": {"@optimizers": "torch.SGD.v1", "lr": 0.05, "momentum": 0.9},
            "scheduler": {"@schedulers": "torch.ReduceOnPlateau.v1", "patience": 0},
            "training": {"max_epochs": 5, "check_val_every_n_epoch": 2, "max_steps": 180},
        },
        step=32,
    ),
    own("combined", score="val/loss"),
    own(
        "checked",
        sections={
            "training": {
                "max_epochs": 5, "val_check_interval": 4, "num_sanity_val_steps": 2,
                "reload_dataloaders_every_n_epochs": 2, "limit_val_batches": 1,
                "gradient_clip_val": 0.5, "gradient_clip_algorithm": "value",
            },
            "callbacks.stopping": {
                "@callbacks": "lightning.EarlyStopping.v1", "monitor": "val_loss", "patience": 6,
            },
        },
    ),
)  # fmt: skip

OPEN: tuple[Program, ...] = (own("generators"), own("curriculum"), own("loaders", exact=False))
"""Programs that do not come out the same yet: they keep a state in a data set, a sampler or a
loader of their own. They are trained where they are named."""

BY_NAME = {program.name: program for program in (*PROGRAMS, *OPEN)}
