"""Watches a plain training loop, and reports what the loop forgets while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from art.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

    from art.core.probe import Suspicion
    from art.reporting.soundness import Soundness
    from art.running.examination import Finding

LOOP = "the loop"


class Watch(AbstractContextManager["Watch"]):
    """What is heard of a loop; see `watch`. Printed, it shows the report."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: Any,
        loss: Any = None,
        *,
        stop: bool = False,
        allow: Sequence[str] = (),
    ) -> None:
        from torch import nn

        from art.registry.probes.loss_domain import judged
        from art.training.watching.loop_listener import LoopListener
        from art.training.watching.loop_warden import LoopWarden

        others = [loss] if isinstance(loss, nn.Module) else []
        self._listener = LoopListener(model, _optimizers(optimizer), others=others, judge=judged)
        self._warden = LoopWarden(self._listener, stop=stop, allow=allow)
        self._began = self._ended = perf_counter()

    def __enter__(self) -> Watch:
        self._began = perf_counter()
        self._listener.attach()
        self._listener.enter()
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: Any) -> None:
        self._listener.leave()
        self._listener.detach()
        self._ended = perf_counter()
        self._warden.close(complete=kind is None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong so far, certain faults first."""
        return self.report.findings

    @property
    def sound(self) -> bool:
        """Whether no fault is certain so far."""
        return self.report.sound

    @property
    def report(self) -> Soundness:
        """What was heard so far, as `art.check` gives it."""
        from art.reporting.soundness import Soundness
        from art.running.examination import StageExamination

        found = tuple(as_finding(one) for one in self._warden.findings.values())
        name = type(self._listener.model).__name__
        stage = StageExamination(LOOP, findings=found)
        return Soundness(name, (stage,), self._ended - self._began)

    def __str__(self) -> str:
        return str(self.report)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def watch(
    model: nn.Module,
    optimizer: Any,
    loss: Any = None,
    *,
    stop: bool = False,
    allow: Sequence[str] = (),
) -> Watch:
    """Listen to a plain PyTorch loop inside a `with`, and say what is wrong with it.

    Hooks and torch's own function mode are used, and taken away at the end. Nothing is drawn at
    random and nothing is changed. A fault is warned of (`art.SoundnessWarning`) when it shows.

    Args:
        model: what is trained.
        optimizer: what trains it, or a list of several.
        loss: the loss; where it is a module with parameters, these are watched as well.
        stop: raise `art.UnsoundError` in place of a warning, where a fault is certain.
        allow: causes that are meant so, as they are printed.

    Returns:
        A context manager; what it gives has `.findings` and `.sound`, and shows itself.

    Raises:
        ModelError: `optimizer` is not an optimizer, or `model` is not a module.
        UnsoundError: inside the `with`, see `stop`.
    """
    return Watch(model, optimizer, loss, stop=stop, allow=allow)


def as_finding(one: Suspicion) -> Finding:
    """A suspicion of the watcher as reports show it."""
    from art.running.examination import Finding

    severity: Any = "block" if one.certain else "warn"
    return Finding(severity, one.cause, one.where, one.evidence, one.remedy, "art.watch")


def _optimizers(given: Any) -> list[Any]:
    from torch.optim import Optimizer

    found = list(given) if isinstance(given, list | tuple) else [given]
    for one in found:
        if not isinstance(one, Optimizer):
            raise ModelError(
                f"art.watch was given {type(one).__name__} as an optimizer. Give the "
                "torch.optim.Optimizer that the loop steps, or a list of them: "
                "art.watch(model, optimizer, loss)."
            )
    return found
