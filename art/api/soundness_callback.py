"""A Lightning callback that probes a program before it trains, and watches it while it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from torch import Tensor

from art.api.populating import populate
from art.api.watching import LOOP, as_finding
from art.config.without_file import config_of
from art.core.probe import Suspicion
from art.errors import UserError
from art.reporting.soundness import Soundness
from art.running.checking import examine_given
from art.running.examination import Finding, StageExamination
from art.running.given import Given
from art.training.data_modules.given import GivenData
from art.training.namespaces import pl
from art.training.scoring.own_values import loss_of_output
from art.training.watching.loop_listener import LoopListener
from art.training.watching.loop_warden import LoopWarden

CHEAP = {
    "loss_at_init": (
        "art.SharedModules.v1",
        "art.InputScale.v1",
        "art.LossDomain.v1",
        "art.FiniteInEval.v1",
        "art.DroppedInEval.v1",
        "art.SampleIndependence.v1",
        "art.LivingUnits.v1",
        "art.InitialLoss.v1",
        "art.NonLinearity.v1",
        "art.FrozenWeights.v1",
    ),
    "overfit_one_batch": (
        "art.GradientReset.v1",
        "art.GradientAudit.v1",
        "art.ParameterLedger.v1",
    ),
}
"""The probes that take a few batches, by the stage that they are of."""
SECONDS = 20.0


class SoundnessCallback(pl.Callback):
    """Looks for faults of a training: `Trainer(callbacks=[art.SoundnessCallback()])`.

    At the start some probes look at copies of the module, its batches and its optimizers, a few
    seconds. Then it listens, as `art.watch` does. A fault is warned of (`art.SoundnessWarning`), or
    stops the run.

    Args:
        stop: raise `art.UnsoundError` where a fault is certain.
        probes: whether probes look at the program before it trains.
        seconds: what the probes may take at most.
        allow: causes that are meant so, as they are printed.
        overrides: settings by dotted name, `{"contract.coupled": True}`, as for `art.check`.

    Attributes:
        not_judged: why nothing was probed at the start; empty where it was.
    """

    def __init__(
        self,
        stop: bool = False,
        *,
        probes: bool = True,
        seconds: float = SECONDS,
        allow: Sequence[str] = (),
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.not_judged = ""
        self._stop, self._probes, self._allow = stop, probes, tuple(allow)
        self._settings = {"system.probe_seconds": seconds, **(overrides or {})}
        self._stages: tuple[StageExamination, ...] = ()
        self._listener: LoopListener | None = None
        self._warden: LoopWarden | None = None
        self._name, self._began = "", perf_counter()

    @property
    def report(self) -> Soundness:
        """What was found so far, as `art.check` gives it."""
        found = tuple(map(as_finding, self._warden.findings.values())) if self._warden else ()
        probed = {finding.cause for stage in self._stages for finding in stage.findings}
        loop = StageExamination(LOOP, findings=tuple(f for f in found if f.cause not in probed))
        return Soundness(self._name, (*self._stages, loop), perf_counter() - self._began)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Probe copies of what is trained, and begin to listen."""
        from art.registry.probes.loss_domain import judged

        self._name, self._began = type(pl_module).__name__, perf_counter()
        self._listener = LoopListener(pl_module, trainer.optimizers, judge=judged)
        self._warden = LoopWarden(self._listener, stop=self._stop, allow=self._allow)
        self.not_judged = self._why_not_probed(trainer)
        if not self.not_judged:
            self._probe(trainer, pl_module)
        self._listener.attach()
        self._warden.say([_suspicion(f) for stage in self._stages for f in stage.findings])

    def _why_not_probed(self, trainer: pl.Trainer) -> str:
        if not self._probes:
            return "probes = False"
        if trainer.world_size > 1:
            return "several processes train together: art.check probes a program in one"
        if trainer.global_step > 0:
            return "the run resumes from a checkpoint: probes look at runs from their first step"
        return ""

    def _probe(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        populate()
        probes = {f"stages.{stage}.probes": list(names) for stage, names in CHEAP.items()}
        epochs = (
            {"training.max_epochs": trainer.max_epochs} if (trainer.max_epochs or 0) > 0 else {}
        )
        config = config_of(tuple(CHEAP), {**probes, **epochs, **self._settings}, "overrides")
        loaders = {"train": trainer.train_dataloader}
        if trainer.val_dataloaders is not None:
            loaders["val"] = trainer.val_dataloaders
        try:
            self._stages = examine_given(Given(module, GivenData(loaders)), config)
        except UserError as why:  # the run itself goes on: what cannot be copied can be trained
            self.not_judged = str(why)

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Listen to the loss functions of the first batches."""
        assert self._listener is not None
        self._listener.note_mode("", pl_module.training)
        if not self._listener.has_heard_losses:
            self._listener.enter()

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Take the loss, and cease to listen."""
        assert self._listener is not None
        self._listener.leave()
        loss = loss_of_output(outputs)
        if isinstance(loss, Tensor):
            self._listener.take_loss(loss)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Judge the whole run."""
        self._detach()
        if self._warden is not None:
            self._warden.close(complete=True)

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """Leave the run as it is."""
        self._detach()

    def _detach(self) -> None:
        if self._listener is not None:
            self._listener.leave()
            self._listener.detach()


def _suspicion(found: Finding) -> Suspicion:
    certain = found.severity == "block"
    return Suspicion(found.cause, found.evidence, found.remedy, found.where, certain)
