"""CPU time of a training step: raw torch, Lightning as users write it, and ART's Overfit stage.

ART runs twice: with its own module, and with the same LightningModule that Lightning trains, on the
same data module, which says what ART's monitors add to a step of a user's own program.

    python benchmarks/training.py [--epochs N] [--repeats N] [--model mlp|cnn]

One process, one thread, all in turn and repeated, so that a noisy machine is noisy for all of them.
Prints one JSON line for each of them and model: the median CPU milliseconds a step, the ratio to
raw torch by pairs, and for the own module in ART the ratio to the same in Lightning. ART runs with
everything on: all its scores on train and val, the CSV logger, checkpoints, and the live view drawn
to a pseudo-terminal; what a stage costs once (its figures, its record, the scores of the best
weights) is shared out over its steps.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import logging
import os
import pty
import resource
import statistics
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import rich.console
import torch
import torchmetrics
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

import art
from art.api import populate
from art.registries import data as data_registry
from art.reporting.live import LiveView

BATCH = 64
OWN_IN_LIGHTNING, OWN_IN_ART = "own module in lightning", "own module in art overfit"


def cpu_seconds() -> float:
    """CPU time of this process so far, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def make_network(name: str) -> nn.Module:
    """The same networks as art.MLP.v1 and art.CNN.v1 make."""
    if name == "mlp":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(),
            nn.Linear(64, 10),
        )  # fmt: skip
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 16, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


@functools.cache
def splits() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Digits as art.Digits.v1 splits them."""
    module = data_registry.get("art.Digits.v1")(batch_size=BATCH)
    module.prepare_data()
    module.setup("fit")
    train, val = module.train_dataloader(), module.val_dataloader()
    return train.inputs, train.targets, val.inputs, val.targets


def raw(name: str, epochs: int) -> int:
    """A plain loop over shuffled indices, nothing else."""
    x, y, _, _ = splits()
    network = make_network(name)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    steps = 0
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for start in range(0, len(x), BATCH):
            index = order[start : start + BATCH]
            loss = cross_entropy(network(x[index]), y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
    return steps


class UsualModule(pl.LightningModule):
    """As the tutorials write it: torchmetrics and self.log in every step."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.network = make_network(name)
        scores = {
            "accuracy": torchmetrics.Accuracy("multiclass", num_classes=10),
            "f1": torchmetrics.F1Score("multiclass", num_classes=10, average="macro"),
        }
        self.train_scores = torchmetrics.MetricCollection(scores, prefix="train/")
        self.val_scores = torchmetrics.MetricCollection(scores, prefix="val/").clone()

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        """Loss and scores of a batch."""
        x, y = batch
        outputs = self.network(x)
        loss = cross_entropy(outputs, y)
        self.log("train/loss", loss, prog_bar=True)
        self.log_dict(self.train_scores(outputs, y))
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        """Loss and scores of a batch."""
        x, y = batch
        outputs = self.network(x)
        self.log("val/loss", cross_entropy(outputs, y))
        self.val_scores.update(outputs, y)
        self.log_dict(self.val_scores)

    def configure_optimizers(self) -> Any:
        """AdamW."""
        return torch.optim.AdamW(self.parameters(), lr=1e-3)


def lightning(name: str, epochs: int, folder: Path, screen: Any) -> int:
    """Stock loaders, bar, CSV logger and checkpoints."""
    x, y, val_x, val_y = splits()
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        default_root_dir=str(folder),
        logger=pl.loggers.CSVLogger(str(folder)),
        log_every_n_steps=1,
        enable_model_summary=False,
        callbacks=[
            pl.callbacks.ModelCheckpoint(monitor="val/loss"),
            pl.callbacks.TQDMProgressBar(),
        ],
    )
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        trainer.fit(
            UsualModule(name),
            DataLoader(TensorDataset(x, y), BATCH, shuffle=True),
            DataLoader(TensorDataset(val_x, val_y), BATCH),
        )
    return trainer.global_step


def own_in_lightning(name: str, epochs: int, folder: Path, screen: Any) -> int:
    """The user's module on ART's data module, trained by Lightning alone."""
    module = data_registry.get("art.Digits.v1")(batch_size=BATCH)
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        default_root_dir=str(folder),
        logger=pl.loggers.CSVLogger(str(folder)),
        enable_model_summary=False,
        num_sanity_val_steps=0,
        callbacks=[
            pl.callbacks.ModelCheckpoint(monitor="val/loss"),
            pl.callbacks.TQDMProgressBar(),
        ],
    )
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        trainer.fit(UsualModule(name), datamodule=module)
    return trainer.global_step


def register_own(name: str) -> None:
    """Register the user's module for ART's config."""

    @art.models(f"bench.Usual_{name}.v1")
    def usual() -> UsualModule:
        return UsualModule(name)


class StageClock(LiveView):
    """The live view, which also takes the CPU time between a stage's start and its end."""

    spent = 0.0
    steps = 0

    def stage_started(self, *args: Any, **kwargs: Any) -> None:
        """Start the clock."""
        super().stage_started(*args, **kwargs)
        self._from = cpu_seconds()

    def stage_finished(self, record: Any) -> None:
        """Stop the clock."""
        self.spent = cpu_seconds() - self._from
        super().stage_finished(record)


CONFIG = """
[project]
name = "bench"
stages = ["overfit"]
[paths]
runs = "{runs}"
[system]
accelerator = "cpu"
[data]
@data = "art.Digits.v1"
[model]
@models = "{model}"
[training]
max_epochs = {epochs}
"""
BY_TASK = """
[task]
@tasks = "art.ImageClassification.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""


def art_stage(
    name: str, epochs: int, folder: Path, screen: Any, *, own: bool = False
) -> tuple[float, int]:
    """CPU seconds and steps of the Overfit stage, as `art train` runs it on a terminal."""
    model = {"mlp": "art.MLP.v1", "cnn": "art.CNN.v1"}[name]
    model = f"bench.Usual_{name}.v1" if own else model
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "bench.cfg"
    text = CONFIG.format(runs=folder / "runs", model=model, epochs=epochs)
    config.write_text(text if own else text + BY_TASK)
    console = rich.console.Console(file=screen, force_terminal=True, width=80)
    with StageClock(console) as clock:
        done = art.train(config, observer=clock)
    if not done.report.stages:
        raise RuntimeError(f"the Overfit stage did not run: {done}")
    per_epoch = -(-len(splits()[0]) // BATCH)
    return clock.spent, epochs * per_epoch


def timed(run: Callable[[], int]) -> float:
    """CPU milliseconds a step."""
    before = cpu_seconds()
    steps = run()
    return 1000 * (cpu_seconds() - before) / steps


def terminal() -> Any:
    """A pseudo-terminal whose output is read and thrown away."""
    reader, writer = pty.openpty()

    def drain() -> None:
        with contextlib.suppress(OSError):  # the other end was closed
            while os.read(reader, 65536):
                pass

    threading.Thread(target=drain, daemon=True).start()
    return os.fdopen(writer, "w")


def measure(name: str, epochs: int, repeats: int) -> None:
    """Run the three in turn and print their lines."""
    screen = terminal()
    with tempfile.TemporaryDirectory() as folder:  # imports and first calls belong to nobody
        raw(name, 1)
        art_stage(name, 1, Path(folder), screen)
        lightning(name, 1, Path(folder), screen)
        art_stage(name, 1, Path(folder) / "own", screen, own=True)
    times: dict[str, list[float]] = {
        "raw torch": [], "lightning as usual": [], "art overfit": [],
        OWN_IN_LIGHTNING: [], OWN_IN_ART: [],
    }  # fmt: skip
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            where = Path(folder)
            times["raw torch"].append(timed(lambda: raw(name, epochs)))
            for own, who in ((False, "art overfit"), (True, OWN_IN_ART)):
                spent, steps = art_stage(name, epochs, where / who, screen, own=own)
                times[who].append(1000 * spent / steps)
            for run, who in (
                (lightning, "lightning as usual"),
                (own_in_lightning, OWN_IN_LIGHTNING),
            ):
                times[who].append(
                    timed(lambda run=run, where=where: run(name, epochs, where, screen))
                )
    for who, found in times.items():
        ratios = [a / b for a, b in zip(found, times["raw torch"], strict=True)]
        line = {
            "model": name,
            "who": who,
            "cpu_ms_per_step": round(statistics.median(found), 4),
            "times_raw": round(statistics.median(ratios), 2),
            "times_raw_min_max": [round(min(ratios), 2), round(max(ratios), 2)],
            "epochs": epochs,
            "repeats": repeats,
        }
        if who == OWN_IN_ART:
            pairs = [a / b for a, b in zip(found, times[OWN_IN_LIGHTNING], strict=True)]
            line["times_own_in_lightning"] = round(statistics.median(pairs), 3)
            line["times_own_in_lightning_min_max"] = [round(min(pairs), 3), round(max(pairs), 3)]
        print(json.dumps(line), flush=True)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--model", choices=["mlp", "cnn"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    populate()
    warnings.filterwarnings("ignore")
    for name in [options.model] if options.model else ["mlp", "cnn"]:
        register_own(name)
        epochs = options.epochs if name == "mlp" else max(1, options.epochs // 4)
        measure(name, epochs, options.repeats)


if __name__ == "__main__":
    main()
