"""Where a program goes back to its best weights: are they the best?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._names import direction_of

if TYPE_CHECKING:
    from art.training.probing.digests import Digest
    from art.training.probing.rehearsing import Rehearsal


@probes("art.BestIsKept.v1")
class BestIsKept(Probe):
    """Weights that a program keeps or goes back to must not be those of its worst epoch.

    Weights at the end of the rehearsal, and state dicts that the module holds under a name with
    "best" in it, are compared with those of each validation. They are judged where every logged
    score whose direction is known says the same.
    """

    cost: ClassVar[str] = "none besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Find the epoch of the kept weights, and compare it with the others."""
        from art.training.probing.rehearsing import rehearse

        rehearsal = context.once(rehearse)
        if rehearsal is None or not rehearsal.complete:
            return []
        validations = rehearsal.notes.validations
        if len(validations) != len(rehearsal.notes.after_epoch):
            return []
        ranks = _ranks([v.logged for v in validations], context.contract.directions)
        for where, weights in _kept(rehearsal):
            epochs = [e for e, v in enumerate(validations) if _same(weights, v.digests)]
            if len(epochs) == 1 and ranks and all(r[epochs[0]] == "worst" for r in ranks.values()):
                name = next(iter(ranks))
                values = [v.logged[name] for v in validations]
                shown = ", ".join(f"{value:.4g}" for value in values)
                return [
                    Suspicion(
                        "the worst weights are kept for the best",
                        f"they are those of epoch {epochs[0]}, and {name} was {shown} in the "
                        f"epochs 0 to {len(values) - 1}",
                        "Turn the comparison around where the best weights are kept.",
                        where,
                    )
                ]
        return []


def _kept(rehearsal: Rehearsal) -> Iterator[tuple[str, Mapping[str, Digest]]]:
    """(where, weights) of what the program went back to, and of what it holds as its best."""
    import torch

    from art.training.probing.digests import of_tensors

    trained = rehearsal.notes.after_epoch[-1]
    if not _same(rehearsal.digests, trained):
        yield "the end of training", rehearsal.digests
    for name, value in vars(rehearsal.module).items():
        if "best" in name.lower() and isinstance(value, Mapping) and value:
            tensors = {k: v for k, v in value.items() if isinstance(v, torch.Tensor)}
            if len(tensors) == len(value):
                yield name, of_tensors(tensors)


def _same(one: Mapping[str, Digest], other: Mapping[str, Digest]) -> bool:
    return all(other.get(name) == value for name, value in one.items())


def _ranks(logged: Sequence[Mapping[str, Any]], declared: Mapping[str, str]) -> dict[str, list]:
    """By score whose direction is known: `worst` or empty for each epoch."""
    ranks = {}
    for name in logged[0] if logged else ():
        way = direction_of(name, declared)
        if not way or name.startswith("train") or not all(name in each for each in logged):
            continue
        values = [each[name] for each in logged]
        worst = min(values) if way == "max" else max(values)
        if values.count(worst) == 1:
            ranks[name] = ["worst" if value == worst else "" for value in values]
    return ranks
