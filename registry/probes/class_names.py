"""Do the names of the classes stand for that many classes?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

YES = frozenset(("yes", "true", "t", "y", "on", "1", "1.0"))
NO = frozenset(("no", "false", "f", "n", "off", "0", "0.0"))
BRIGHTEST = 255
APART = 16
"""Grey values that far apart are two colours of a mask. Measured: eight white discs on black, saved
as JPEG, leave 182 values or more unused between the two colours at qualities of 75 to 100, and 75
at a quality of 50."""


@probes("art.ClassNames.v1")
class ClassNames(Probe):
    """No two classes are one class that is written in two ways.

    Labels that people type come as `Setosa` and `setosa`, as `yes`, `True` and `1`, or as `1` and
    `1.0`; each becomes a class of its own, and the model is taught to tell them apart. A mask that
    was saved with losses, as JPEG does, has grey values around each of its colours, which become
    classes as well. Where classes have no names nothing is judged.
    """

    cost: ClassVar[str] = "none"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the names with each other."""
        info = context.data_info
        names = [str(name) for name in info.class_names]
        found = [*_same_number(names)] or [*_same_word(names), *_yes_and_no(names)]
        return found or list(_grey_values(names, info.class_counts))


def _same_number(names: Sequence[str]) -> Iterator[Suspicion]:
    groups: dict[float, list[str]] = {}
    for name in names:
        try:
            groups.setdefault(float(name), []).append(name)
        except ValueError:
            return
    yield from _written_apart([group for group in groups.values() if len(group) > 1])


def _same_word(names: Sequence[str]) -> Iterator[Suspicion]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(re.sub(r"[\s_-]+", " ", name).strip().casefold(), []).append(name)
    yield from _written_apart([group for group in groups.values() if len(group) > 1])


def _written_apart(groups: Sequence[Sequence[str]]) -> Iterator[Suspicion]:
    if groups:
        first = " and ".join(f"'{name}'" for name in groups[0])
        more = f", and {len(groups) - 1} more such pairs" if len(groups) > 1 else ""
        yield Suspicion(
            "one class is written in several ways, and each way is a class of its own",
            f"{first}{more}",
            "Write the labels alike in the data: one spelling, one case, no spaces around.",
            certain=False,
        )


def _yes_and_no(names: Sequence[str]) -> Iterator[Suspicion]:
    words = {name.strip().casefold() for name in names}
    if len(names) > 2 and words <= YES | NO and words & YES and words & NO:
        yield Suspicion(
            "yes and no are written in several ways, and each way is a class of its own",
            f"the classes are {', '.join(f'{name!r}' for name in names)}",
            "Write the labels as two classes in the data.",
            certain=False,
        )


def _grey_values(names: Sequence[str], counts: Sequence[int]) -> Iterator[Suspicion]:
    """Whether the classes are two or more grey values and what a lossy format makes of them."""
    if len(names) < 3 or not all(name.isdecimal() for name in names):
        return
    values = sorted(map(int, names))
    clusters = [[values[0]]]
    for value in values[1:]:
        if value - clusters[-1][-1] > APART:
            clusters.append([])
        clusters[-1].append(value)
    spread = any(len(cluster) > 1 for cluster in clusters)
    to_white = BRIGHTEST - APART <= values[-1] <= BRIGHTEST
    if len(clusters) < 2 or not spread or not to_white:
        return
    told = ", ".join(f"{c[0]} to {c[-1]}" if len(c) > 1 else str(c[0]) for c in clusters)
    share = ""
    total = sum(int(count) for count in counts)
    if len(counts) == len(names) and total:
        by_value = {int(name): int(count) for name, count in zip(names, counts, strict=True)}
        most = sum(max(by_value[value] for value in cluster) for cluster in clusters)
        share = f"; {most / total:.1%} have the most frequent value of their group"
    yield Suspicion(
        "grey values of a mask that was saved with losses are classes",
        f"{len(names)} classes in {len(clusters)} groups of neighbouring values: {told}{share}",
        "Save the mask without losses (PNG), or round its values to the colours that were drawn.",
        certain=False,
    )
