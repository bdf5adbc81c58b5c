"""Fails a test where a training program is not sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from art.api import check, populate
from art.errors import UserError, nearest
from art.registries import probes

if TYPE_CHECKING:
    from art.reporting.soundness import Soundness
    from art.running.examination import Finding


def assert_sound(
    module: Any, data: Any = None, *, allow: Sequence[str] = (), strict: bool = False, **given: Any
) -> Soundness:
    """Check a program with `art.check`, and fail where a fault of it is certain.

    Args:
        module, data: as for `art.check`.
        allow: what is intended: probes (`"LossDomain"` or `"art.LossDomain.v1"`), or causes as they
            are printed. What is not found any more is an error, so that the list stays true.
        strict: fail for suspicions as well.
        given: the further arguments of `art.check`: `loss`, `optimizer`, `max_epochs`,
            `batch_size`, `overrides`.

    Returns:
        The findings, those that are allowed left out.

    Raises:
        AssertionError: the program is not sound; the text has each finding with its remedy.
        UserError: `allow` has an unknown name, or the program cannot be used.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test, and not those of ART
    populate()
    allowed = _Allowed(allow)
    found = check(module, data, **given)
    allowed.refuse_unknown_causes(found.findings)
    stages = [
        replace(stage, findings=tuple(f for f in stage.findings if not allowed.has(f)))
        for stage in found.stages
    ]
    found = replace(found, stages=tuple(stages))
    if not found.sound or (strict and found.findings):
        raise AssertionError(f"this training program is not sound\n\n{found}")
    return found


class _Allowed:
    """What may be found, by probe and by cause.

    Raises:
        UserError: a name that looks like a probe's is none.
    """

    def __init__(self, names: Sequence[str]) -> None:
        if isinstance(names, str):
            raise UserError(f"allow takes a list of names: allow=[{names!r}].")
        known = [name for name in probes.names() if name.startswith("art.")]
        short = {name.split(".")[1].lower(): name for name in known}
        self._by_probe: set[str] = set()
        self._causes: dict[str, str] = {}
        for name in names:
            probe = short.get(name.lower()) or next((p for p in known if p == name), None)
            if probe is not None:
                self._by_probe.add(probe)
            elif " " in name.strip():
                self._causes[" ".join(name.lower().split())] = name
            else:
                raise UserError(f"allow: there is no probe '{name}'.{_nearest(name, short)}")

    def has(self, finding: Finding) -> bool:
        """Whether it is allowed."""
        return finding.found_by in self._by_probe or finding.cause.lower() in self._causes

    def refuse_unknown_causes(self, findings: Sequence[Finding]) -> None:
        """Look for causes that nothing has.

        Raises:
            UserError: there is one.
        """
        found = {finding.cause.lower(): finding.cause for finding in findings}
        for cause, written in self._causes.items():
            if cause in found:
                continue
            near = nearest(cause, found)
            meant = f" Did you mean '{found[near]}'?" if near else " Remove it from the list."
            raise UserError(f"allow: nothing has the cause '{written}'.{meant}")


def _nearest(name: str, short: dict[str, str]) -> str:
    near = nearest(name.lower(), short)
    meant = short[near].split(".")[1] if near else ""
    return f" Did you mean '{meant}'?" if near else " A cause is written as it is printed."
