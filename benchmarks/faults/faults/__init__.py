"""The mistakes: each turns a host's classes into a program that runs and is wrong."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Literal

from benchmarks.faults.hosts import HOSTS
from benchmarks.faults.program import Host, Program

Family = Literal["data", "model", "loss", "training", "evaluation"]
Dose = Literal["obvious", "subtle"]
Make = Callable[[Host], Program]

CLASSIFIERS = tuple(name for name, host in HOSTS.items() if host.kind == "classification")
DIGITS = ("convolution", "transformer", "manual", "recurrent")
AUTOMATIC = tuple(name for name in HOSTS if name != "manual")
EVERY = tuple(HOSTS)


@dataclass(frozen=True)
class Fault:
    """A mistake, and the programs that it can be made in.

    Attributes:
        name: of the mistake in this dose; unique.
        family: where it belongs in the table.
        dose: how loud it is.
        hosts: the hosts that it makes sense in.
        cause: words of which one stands in the first hint or message when the cause is named.
        make: makes the program.
        doc: what is wrong, in one line.
        sound: makes the same program without the mistake, where that is not the host itself.
        resumed: whether its harm shows when the training is interrupted and resumed.
    """

    name: str
    family: Family
    dose: Dose
    hosts: tuple[str, ...]
    cause: tuple[str, ...]
    make: Make
    doc: str
    sound: Make | None = None
    resumed: bool = False


@dataclass(frozen=True)
class Case:
    """A mistake in a host.

    Attributes:
        fault: the mistake.
        host: the host.
    """

    fault: Fault
    host: Host
    _program: list[Program] = field(default_factory=list, repr=False, compare=False)

    @property
    def name(self) -> str:
        """`mistake-host`."""
        return f"{self.fault.name}-{self.host.name}"

    @property
    def program(self) -> Program:
        """The wrong program, under the case's name."""
        if not self._program:
            made = self.fault.make(self.host)
            self._program.append(replace(made, name=self.name))
        return self._program[0]

    @property
    def sound(self) -> Program:
        """The same program without the mistake."""
        return (self.fault.sound or Host.program)(self.host)


FAULTS: dict[str, Fault] = {}
"""By name, in the order of their files."""


def fault(
    name: str,
    *,
    family: Family,
    hosts: Sequence[str],
    cause: Sequence[str],
    dose: Dose = "obvious",
    sound: Make | None = None,
    resumed: bool = False,
) -> Callable[[Make], Make]:
    """Register a mistake: a function from a host to the program with the mistake in it.

    Args:
        name: unique; the dose is part of it where a mistake has two.
        family: where it belongs in the table.
        hosts: names of the hosts that it makes sense in.
        cause: words of which one must stand in the first hint or message for the cause to count as
            named; small letters.
        dose: how loud it is.
        sound: makes the same program without the mistake, where that is not the host itself.
        resumed: whether its harm shows when the training is interrupted and resumed.
    """

    def register(make: Make) -> Make:
        if name in FAULTS:
            raise ValueError(f"the fault '{name}' is registered twice")
        doc = (make.__doc__ or "").strip().splitlines()
        FAULTS[name] = Fault(
            name=name,
            family=family,
            dose=dose,
            hosts=tuple(hosts),
            cause=tuple(cause),
            make=make,
            doc=doc[0] if doc else "",
            sound=sound,
            resumed=resumed,
        )
        return make

    return register


def load_faults() -> dict[str, Fault]:
    """Every registered mistake, by name."""
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            import_module(f"{__name__}.{found.name}")
    return FAULTS


def cases(
    *,
    faults: Iterable[str] = (),
    hosts: Iterable[str] = (),
    families: Iterable[str] = (),
) -> list[Case]:
    """The mistakes in their hosts; all of them where nothing is named.

    Args:
        faults: names of mistakes, whole or in part.
        hosts: names of hosts.
        families: names of families.
    """
    wanted, places, kinds = tuple(faults), set(hosts), set(families)
    return [
        Case(found, HOSTS[host])
        for found in load_faults().values()
        if not wanted or any(part in found.name for part in wanted)
        if not kinds or found.family in kinds
        for host in found.hosts
        if not places or host in places
    ]


def case_named(name: str) -> Case:
    """The case of that name, `mistake-host`.

    Raises:
        KeyError: there is no such mistake or host.
    """
    found, _, host = name.rpartition("-")
    return Case(load_faults()[found], HOSTS[host])
