"""Keeps a training run: saves its state between batches, and puts it back in the next process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from art.core import interrupts
from art.errors import PathError
from art.training.checkpoints.best_weights import BestWeights
from art.training.checkpoints.door import load_checkpoint
from art.training.namespaces import pl
from art.training.resuming.files import StateFiles
from art.training.resuming.loader import PausingLoader
from art.training.resuming.putting_back import Putter
from art.training.resuming.python_state import Names, Taker
from art.training.resuming.run_state import put, put_data, put_module, take, take_data, take_module
from art.training.resuming.saving import Resumable
from art.training.watching.watcher import Watcher
from art.training.wrapping import TaskModule

WORTH_KEEPING = 1.0
"""Seconds that a run must have taken for its end to be kept until the stage has ended."""


class Settled(Exception):  # noqa: N818 - it is no error
    """The run had ended before: there is nothing to train."""


class Keeper(pl.Callback):
    """Saves a run, and lets the next process go on with it.

    It is the first of the callbacks, so that a signal that came during a step stops the run before
    others begin to score it.

    Args:
        resumable: where and when.
        identity: a text of all that must be equal for a state to fit.
        watcher: knows the best weights, and what else the run has found.
    """

    def __init__(self, resumable: Resumable, identity: str, watcher: Watcher) -> None:
        self._resumable = resumable
        self._identity = identity
        self._files = StateFiles(resumable.folder, resumable.note)
        self._watcher = watcher
        self._state = self._usable(self._files.load(), watcher.best)
        self._loader: PausingLoader | None = None
        self._trainer: pl.Trainer | None = None
        self._module: Any = None
        self._said: set[str] = set()
        self._is_new = True
        self._begun = 0.0

    def _usable(
        self, state: dict[str, Any] | None, best: BestWeights | None
    ) -> dict[str, Any] | None:
        if state is None:
            return None
        if state.get("identity") != self._identity or not _is_whole(state):
            self._resumable.note(
                "the saved state was made with other settings: training starts over"
            )
            return None
        if state["best"] and best is not None:
            try:
                load_checkpoint(best.path)
            except PathError as error:
                self._resumable.note(
                    f"training starts over, since the best weights are lost: {error}"
                )
                return None
        return state

    @property
    def is_behind(self) -> bool:
        """Whether the run is still before the point that it goes on from."""
        return self._state is not None

    # Before training

    def hold(self, loader: PausingLoader) -> None:
        """Take charge of the loader that is trained from; say where the run goes on."""
        self._loader = loader
        loader.between, loader.broken_off = self.between, self._save
        if not self._is_exact or loader.source.length is None:  # for the others it only costs
            self.on_train_batch_start = self._before_step  # type: ignore[method-assign]
        self._begun = self._resumable.clock.since
        state = self._state
        if state is not None and not state["finished"]:
            loader.begin_at(state["epoch"], state["done"])
        if not loader.source.exact and self._is_new:
            self._resumable.note(
                "its data cannot start in the middle of an epoch (no index, or no length): if "
                "the run is interrupted, it resumes at the start of that epoch"
            )
        if self._is_new and state is not None:
            self._resumable.goes_on(state["rows"], state["finished"])
        self._is_new = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Let the hooks of the first epoch see its number."""
        self._trainer, self._module = trainer, pl_module
        if isinstance(pl_module, TaskModule):
            pl_module.loop.between = self._within
        if self._state is None or self._state["finished"]:
            return
        progress = trainer.fit_loop.epoch_progress
        for tracker in (progress.current, progress.total):
            for name in ("ready", "started", "processed", "completed"):
                setattr(tracker, name, self._state["epoch"])
        if self._loader is not None:
            self._loader.begin_at(self._state["epoch"], self._state["done"])

    # Between batches

    def between(self, epoch: int, done: int) -> None:
        """Nothing is half done: become the run that was saved, or save this one.

        Raises:
            Interrupted: the process was asked to stop.
            Settled: the run had ended before.
        """
        if self._state is not None:
            self._put()
        elif interrupts.asked() or self._is_due(done):
            self._save(epoch, done)
        if interrupts.asked():
            interrupts.unshield()
        interrupts.shield()

    def _before_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """The same for a loader without a length, of which Lightning fetches ahead."""
        if batch_idx == 0 and self._loader is not None and self._loader.source.length is None:
            self.between(trainer.current_epoch, 0)
        elif interrupts.asked() and not self._is_exact:
            interrupts.unshield()

    def _within(self, done: int) -> None:
        """A step in a chunk has ended: a signal need not wait for the others."""
        if not interrupts.asked() or not self._is_exact or self._trainer is None:
            return
        self._module.loop.break_off()
        self._save(self._trainer.current_epoch, done)
        interrupts.unshield()

    @property
    def _is_exact(self) -> bool:
        return self._loader is not None and self._loader.source.exact

    def _is_due(self, done: int) -> bool:
        clock = self._resumable.clock
        if not self._is_exact:
            return done == 0 and clock.is_earned
        return clock.is_due

    # Where a signal may stop it at once: what is done there begins anew with the last state

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """A validation may be long."""
        interrupts.unshield()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """So may what is scored at an epoch's end."""
        interrupts.unshield()

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Training is done."""
        interrupts.unshield()

    # States

    def _save(self, epoch: int, done: int) -> None:
        assert self._trainer is not None
        if not self._is_exact and done:
            return
        with self._resumable.clock.saving():
            self._settle()
            state, lost = take(self._trainer, self._module)
            self._files.save({**state, **self._common(False), "epoch": epoch, "done": done})
        self._say_lost(lost)

    def end(self, steps: int) -> int:
        """Keep how the run ended, or be the one that had ended before; the steps that it took."""
        if self._trainer is None:  # no batch came: there is nothing to keep, and that is said next
            return steps
        if self._state is None:
            self._save_end(steps)
            return steps
        return self._put_end()

    def _save_end(self, steps: int) -> None:
        assert self._trainer is not None
        clock = self._resumable.clock
        if clock.seconds and clock.since - self._begun < WORTH_KEEPING and not self._files.exist:
            return
        taker = Taker(Names(self._module))
        with clock.saving():
            self._settle()
            state = {
                "weights": taker.value(dict(self._module.state_dict()), "weights"),
                "module": take_module(self._module, taker),
                "data": take_data(self._trainer),
                "watcher": taker.value(self._watcher.state_dict(), "watcher"),
                "steps": steps,
                "at": self._trainer.current_epoch,
            }
            self._files.save({**state, **self._common(True)})

    def _put_end(self) -> int:
        state = self._state
        assert state is not None
        putter = Putter(Names(self._module))
        with self._understood():
            self._module.load_state_dict(putter.value(state["weights"], None))
            put_module(self._module, state["module"], putter)
            if self._trainer is not None:
                put_data(self._trainer, state["data"])
                # its epoch is written beside the weights that callbacks have made at the end
                self._trainer.fit_loop.epoch_progress.current.completed = state["at"]
        self._watcher.load_state_dict(putter.value(state["watcher"], None))
        self._state = None
        return int(state["steps"])

    def _settle(self) -> None:
        """Write what a state refers to, and make it small."""
        if self._watcher.best is not None:
            self._watcher.best.flush()
        if isinstance(self._module, TaskModule):
            self._module.loop.join_kept()

    def _common(self, finished: bool) -> dict[str, Any]:
        best = self._watcher.best
        return {
            "identity": self._identity,
            "rows": self._resumable.rows(),
            "finished": finished,
            "best": best is not None and best.score is not None,
        }

    def _put(self) -> None:
        state = self._state
        assert state is not None and self._trainer is not None
        if state["finished"]:
            self._resumable.note("a training run of it had ended before, and is not repeated")
            raise Settled
        with self._understood():
            put(self._trainer, self._module, state)
        self._state = None
        epoch, done = state["epoch"] + 1, state["done"]
        self._resumable.note(f"goes on from epoch {epoch}, after {done} of its batches")

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """A state that bears this run's identity and is not what it left is an error for people."""
        try:
            yield
        except Exception as error:
            raise PathError(
                f"{self._resumable.folder}: the saved state is not one that this stage left "
                f"({type(error).__name__}). `art train --force` starts over."
            ) from error

    def _say_lost(self, lost: list[str]) -> None:
        new = [place for place in lost if place not in self._said]
        self._said.update(new)
        if new:
            self._resumable.note(
                f"cannot be kept over an interruption, and is what it is at the start of a run: "
                f"{', '.join(new[:5])}"
            )


def _is_whole(state: dict[str, Any]) -> bool:
    """Whether a state says what it is a state of, in the kinds that `_common` writes."""
    kinds = {"best": bool, "finished": bool, "rows": int}
    if not state.get("finished"):
        kinds |= {"epoch": int, "done": int}
    return all(type(state.get(name)) is kind for name, kind in kinds.items())
