"""Says what is wrong with a loop as soon as it shows."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from art.core.probe import Suspicion
from art.errors import SoundnessWarning, UnsoundError
from art.training.watching.loop_findings import findings_of
from art.training.watching.loop_listener import LoopListener

AT_FIRST = 16
"""Steps after each of which the loop is judged; later on when their number has doubled, and when a
loss is lost."""


class LoopWarden:
    """Judges what a listener hears, and warns or stops.

    Args:
        listener: is attached already.
        stop: raise where a fault is certain; else all is warned of.
        allow: causes that are meant so.

    Attributes:
        findings: what is wrong so far, each cause once, in the order in which it showed.
    """

    def __init__(self, listener: LoopListener, *, stop: bool, allow: Sequence[str] = ()) -> None:
        self.findings: dict[str, Suspicion] = {}
        self._listener = listener
        self._stop = stop
        self._allow = {cause.strip().lower() for cause in allow}
        self._next = 1
        self._lost = 0
        listener.after_step = self._after_step

    def close(self, *, complete: bool) -> None:
        """The loop is over.

        Args:
            complete: whether it ran to its end; one that failed is judged no further.

        Raises:
            UnsoundError: a fault is certain, and it is to stop.
        """
        if complete:
            self._judge(ended=True)

    def say(self, found: Sequence[Suspicion]) -> None:
        """Warn of findings from elsewhere, or stop at them; each cause once.

        Raises:
            UnsoundError: a fault is certain, and it is to stop.
        """
        new = {one.cause: one for one in found if self._is_new(one)}
        self.findings |= new
        say_all(list(new.values()), stop=self._stop)

    def _is_new(self, found: Suspicion) -> bool:
        return found.cause not in self.findings and found.cause.lower() not in self._allow

    def _after_step(self) -> None:
        facts = self._listener.facts
        lost_now = facts.lost != self._lost
        if facts.steps < self._next and not lost_now:
            return
        self._lost = facts.lost
        if facts.steps >= self._next:
            self._next = facts.steps + 1 if facts.steps < AT_FIRST else 2 * facts.steps
        self._judge(ended=False)

    def _judge(self, *, ended: bool) -> None:
        self.say(list(findings_of(self._listener, ended=ended)))


def say_all(found: Sequence[Suspicion], *, stop: bool) -> None:
    """Warn of each finding, and stop at those that are certain where that is asked for.

    Raises:
        UnsoundError: a fault is certain, and `stop` is set; its text has all of them.
    """
    certain = [one for one in found if one.certain and stop]
    for one in found:
        if one not in certain:
            warnings.warn(text_of(one), SoundnessWarning, stacklevel=2)
    if certain:
        raise UnsoundError("\n".join(map(text_of, certain)))


def text_of(found: Suspicion) -> str:
    """A finding in a few lines."""
    kind = "" if found.certain else "suspicion: "
    return f"{kind}{found}.\n  Remedy: {found.remedy}"
