"""Are the outputs of an untrained model numbers, also in eval mode?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

from art.core.probe import NotJudged, Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

BATCHES = 2


@probes("art.FiniteInEval.v1")
class FiniteInEval(Probe):
    """In eval mode an untrained model must predict numbers, for training and held-out batches.

    A mask that hides every step of a sequence, a variance of one sample, a logarithm of a running
    statistic give NaN there, while the training loss falls as it should. Infinite outputs may be
    meant, as for classes that are ruled out. Predictions that cannot be read are not judged.
    """

    cost: ClassVar[str] = "3 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Predict the first batches of each split."""
        import torch

        from art.training.probing.trials import try_out
        from art.training.scoring.calling import evaluating

        trial = context.once(try_out)
        held = context.loader(context.build_data(), "val")
        batches = [("train", 0, trial.batch)]
        batches += [
            ("val", n, b) for n, b in enumerate(islice(() if held is None else held, BATCHES))
        ]
        looked_at = 0
        for split, number, batch in batches:
            with evaluating(trial.model), torch.no_grad():
                read = context.predictions(trial.model, batch, number)
            if read is None or not read[0].is_floating_point():
                continue
            looked_at += 1
            rows = read[0].isnan().reshape(len(read[0]), -1).any(1)
            if bool(rows.any()):
                return [_of(split, number + 1, int(rows.sum()), len(rows))]
        if not looked_at:
            raise NotJudged("its predictions cannot be read")
        return []


def _of(split: str, number: int, rows: int, size: int) -> Suspicion:
    return Suspicion(
        "an untrained model predicts NaN in eval mode",
        f"{rows} of {size} predictions for batch {number} of {split} are not numbers",
        "Look for a mask that hides every step of a sample (key_padding_mask is True where there "
        "is padding), for a division by a count or variance that can be 0, and for a logarithm of "
        "0.",
        split,
    )
