"""Does a mistake do harm? Measured by code outside of the program, over several seeds.

A case counts only when its true quality, on data kept apart, falls by 0.01 or more and by more than
two standard errors, or when what it reports differs from the truth by 0.02 and two standard errors
more than what the sound program reports.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl

from benchmarks.faults.faults import Case, case_named
from benchmarks.faults.fitting import quiet, trainer
from benchmarks.faults.program import Host, Program
from benchmarks.faults.truth import true_quality

FALL, MISREPORT = 0.01, 0.02
FILE = Path(__file__).with_name("harm.json")


@dataclass(frozen=True)
class Outcome:
    """What one training of a program came to.

    Attributes:
        true: quality on the data kept apart.
        reported: what the program itself says of its validation split.
    """

    true: float
    reported: float


@dataclass(frozen=True)
class Harm:
    """What a mistake did.

    Attributes:
        case: the case's name.
        seeds: how many.
        fall: the mean fall of the true quality.
        fall_error: its standard error.
        gap: how much further the report is from the truth than the sound program's, signed.
        gap_error: its standard error.
    """

    case: str
    seeds: int
    fall: float
    fall_error: float
    gap: float
    gap_error: float

    @property
    def harmful(self) -> bool:
        """Whether the case counts."""
        falls = self.fall >= FALL and self.fall > 2 * self.fall_error
        return falls or (abs(self.gap) >= MISREPORT and abs(self.gap) > 2 * self.gap_error)

    def to_json(self) -> dict[str, Any]:
        """Plain values, with the verdict."""
        values = {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}
        return {**values, "harmful": self.harmful}


class _Halfway(pl.Callback):
    """Ends a training early, as an interruption does: its schedules know nothing of it."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def on_train_epoch_end(self, fit: pl.Trainer, model: pl.LightningModule) -> None:
        """Stop when so many epochs are over."""
        if fit.current_epoch + 1 >= self.epochs:
            fit.should_stop = True


def train(host: Host, program: Program, seed: int, *, resumed: bool = False) -> Outcome:
    """Train a program, take it through a checkpoint, and measure what comes out.

    What is delivered is the best checkpoint of the program's own ModelCheckpoint where it has one,
    else its final weights.

    Args:
        host: gives the data kept apart, and the name of the metric that is reported.
        program: the program.
        seed: of weights and order.
        resumed: interrupt it halfway, and resume it from a checkpoint in a fresh model.
    """
    with tempfile.TemporaryDirectory() as folder, quiet():
        pl.seed_everything(seed, verbose=False)
        data, model = program.make_data(), program.make_model()
        keeps = {"enable_checkpointing": True} if model.configure_callbacks() else {}
        settings: dict[str, Any] = {"default_root_dir": folder, **keeps}
        path = str(Path(folder) / "last.ckpt")
        halt = {"callbacks": [_Halfway(program.max_epochs // 2)]} if resumed else {}
        fit = trainer(program.max_epochs, **settings, **halt)
        fit.fit(model, datamodule=data)
        if resumed:
            fit.save_checkpoint(path)
            model = program.make_model()
            fit = trainer(program.max_epochs, **settings)
            fit.fit(model, datamodule=data, ckpt_path=path)
        reported = fit.callback_metrics.get(host.metric)
        kept = getattr(fit.checkpoint_callback, "best_model_path", "")
        if not kept:
            fit.save_checkpoint(path)
        loaded = program.make_model()
        again = trainer(1, **settings).validate(
            loaded, datamodule=data, ckpt_path=kept or path, verbose=False
        )
        if kept:
            reported = again[0].get(host.metric) if again else None
        true = true_quality(host, data, loaded)
    return Outcome(true, float("nan") if reported is None else float(reported))


def compare(case: str, wrong: Sequence[Outcome], sound: Sequence[Outcome]) -> Harm:
    """What a mistake did, from runs of the same seeds with and without it."""
    falls = np.array([b.true - a.true for a, b in zip(wrong, sound, strict=True)])
    gaps = np.array(
        [(a.reported - a.true) - (b.reported - b.true) for a, b in zip(wrong, sound, strict=True)]
    )
    gaps = np.nan_to_num(gaps, nan=1.0)  # a metric that is no number reports nothing true
    root = np.sqrt(len(falls))
    return Harm(
        case=case,
        seeds=len(falls),
        fall=float(falls.mean()),
        fall_error=float(falls.std(ddof=1) / root),
        gap=float(gaps.mean()),
        gap_error=float(gaps.std(ddof=1) / root),
    )


class Measure:
    """Measures cases, and trains each sound program once.

    Args:
        seeds: how many.
    """

    def __init__(self, seeds: int) -> None:
        self.seeds = seeds
        self._sound: dict[Any, list[Outcome]] = {}

    def __call__(self, case: Case) -> Harm:
        """The harm of a case."""
        resumed = case.fault.resumed
        key = (case.host.name, getattr(case.fault.sound, "__code__", None), resumed)
        if key not in self._sound:
            sound = case.sound
            self._sound[key] = self._runs(case.host, sound, resumed)
        wrong = self._runs(case.host, case.program, resumed)
        return compare(case.name, wrong, self._sound[key])

    def _runs(self, host: Host, program: Program, resumed: bool) -> list[Outcome]:
        return [train(host, program, seed, resumed=resumed) for seed in range(self.seeds)]


@cache
def _measure(seeds: int) -> Measure:
    """One a process, so that each sound program is trained once in it."""
    return Measure(seeds)


def measured(name: str, seeds: int) -> dict[str, Any]:
    """The verdict on a case, in plain values; what does not run is no silent bug."""
    try:
        return _measure(seeds)(case_named(name)).to_json()
    except Exception as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return {"case": name, "seeds": seeds, "harmful": False, "error": said}


def verdicts(path: Path = FILE) -> dict[str, dict[str, Any]]:
    """The measured harm by case; empty where nothing was measured yet."""
    if not path.exists():
        return {}
    return {found["case"]: found for found in json.loads(path.read_text())["cases"]}
