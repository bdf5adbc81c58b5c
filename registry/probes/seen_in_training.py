"""Is the model scored on samples that it was trained on, in another stage?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._trained import last_trained


@probes("art.SeenInTraining.v1")
class SeenInTraining(Probe):
    """No sample that the model is scored on here was trained on there.

    Overrides of a stage may give it other data than the stage that trained the model had: another
    file, or another seed of the split, by which training samples come into the test split. Where
    the settings of the data are the same in both stages nothing is read, since `art.SplitLeak.v1`
    has compared the splits.
    """

    cost: ClassVar[str] = "the data, read, where a stage's overrides change it"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare val and test here with train as it was in the stage that trained."""
        from art.registry.probes._among_all import known_samples, split_of
        from art.training.data_modules.description import SPLITS
        from art.training.probing.observing import Observed, observe

        source = last_trained(context)
        there = None if source is None else context.training_data(source)
        if source is None or there is None:
            return []
        before = {name: split_of(context.loader(there, name), name) for name in SPLITS}
        one = Observed({name: split for name, split in before.items() if split is not None})
        two = context.once(observe)
        found: list[Suspicion] = []
        for split in two.held_out:
            if split.name not in context.contract.shared_samples:
                known = [*known_samples(one, two, split.name)]
                found += _named(known, source, split.name, context.stage)
        return found


def _named(found: Sequence[Suspicion], source: str, split: str, stage: str) -> Iterator[Suspicion]:
    for one in found:
        yield replace(
            one,
            cause=f"the model was trained on {split} samples, in {source}",
            remedy=f"The settings of [data] differ between {source} and {stage}, by overrides of "
            f"one of the two. Leave what splits the data out of [stages.*] overrides.",
        )
