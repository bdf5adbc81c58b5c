"""Is the best the best: is what is monitored to fall or to rise?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._names import direction_of

DOES = {
    "ModelCheckpoint": "keeps the worst model",
    "EarlyStopping": "stops when the model gets better",
    "ReduceLROnPlateau": "lowers the learning rate when the model gets better",
}


@probes("art.MonitorDirection.v1")
class MonitorDirection(Probe):
    """`mode` must fit what is monitored: a loss or error is to fall, an accuracy is to rise.

    Callbacks of the module and of `[callbacks]`, and schedulers that wait for a plateau, are
    looked at. `[contract] directions` decides first; a name that does not say is not judged.
    """

    cost: ClassVar[str] = "none besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare each mode with the name of what is monitored."""
        from art.training.probing.rehearsing import callbacks_of, rehearse
        from art.training.wrapping import TaskModule

        model = context.build_model()
        if isinstance(model, TaskModule):
            return []
        watched = [*_callbacks(callbacks_of(model)), *_configured(context)]
        rehearsal = context.once(rehearse)
        if rehearsal is not None:
            watched += _schedulers(rehearsal.notes.schedulers)
        return [
            _reversed(kind, monitor, mode, where)
            for kind, monitor, mode, where in watched
            if direction_of(monitor, context.contract.directions) not in ("", mode)
        ]


def _reversed(kind: str, monitor: str, mode: str, where: str) -> Suspicion:
    right = {"min": "max", "max": "min"}[mode]
    does = next((text for name, text in DOES.items() if name in kind), "takes the worst for best")
    way = "rise" if right == "max" else "fall"
    return Suspicion(
        f"the direction of a monitored score is reversed: {kind} {does}",
        f'it monitors {monitor}, which is to {way}, with mode="{mode}"',
        f'Set mode="{right}". If {monitor} gets better the other way, declare [contract] '
        f'directions = {{"{monitor}": "{mode}"}}.',
        where,
    )


def _callbacks(callbacks: Sequence[Any]) -> Iterator[tuple[str, str, str, str]]:
    for callback in callbacks:
        monitor, mode = getattr(callback, "monitor", None), getattr(callback, "mode", None)
        if isinstance(monitor, str) and mode in ("min", "max"):
            yield type(callback).__name__, monitor, mode, "configure_callbacks"


def _configured(context: StageContext) -> Iterator[tuple[str, str, str, str]]:
    settings = context.settings_of(("callbacks",))
    for name, monitor in settings.items():
        part, _, key = name.rpartition(".")
        mode = settings.get(f"{part}.mode")
        if key == "monitor" and isinstance(monitor, str) and mode in ("min", "max"):
            yield str(settings.get(f"{part}.@callbacks", part)), monitor, mode, f"[{part}]"


def _schedulers(schedulers: Sequence[Any]) -> Iterator[tuple[str, str, str, str]]:
    for steps in schedulers:
        monitor = getattr(steps.config, "monitor", None)
        mode = getattr(steps.scheduler, "mode", None)
        plateau = hasattr(steps.scheduler, "num_bad_epochs")
        if plateau and isinstance(monitor, str) and mode in ("min", "max"):
            yield "ReduceLROnPlateau", monitor, mode, "configure_optimizers"
