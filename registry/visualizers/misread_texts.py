"""Shows the texts that were taken for another class."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge

from art.core.figure import Table
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers
from art.registry.visualizers._texts import class_name, is_ids, text_of


@visualizers("art.MisreadTexts.v1")
class MisreadTexts(Visualizer):
    """The texts whose predicted class is wrong, the surest mistakes first.

    Draws `misread`: each text as the model reads it, its true and its predicted class and the
    probability of that. Nothing where the inputs are no token ids with known words.

    Args:
        count: texts shown at most.
        split: `train`, `val`, `test`, or `auto`: test where it was seen, else val.
    """

    def __init__(self, count: Annotated[int, Ge(1)] = 50, split: str = "auto") -> None:
        self.count = count
        self.split = split

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """A table; see the class."""
        wanted = ("test", "val") if self.split == "auto" else (self.split,)
        split = next((name for name in wanted if name in seen.predictions), None)
        words = seen.data_info.vocabulary if seen.data_info else ()
        if split is None or not words or split not in seen.inputs:
            return {}
        ids, predicted = seen.inputs[split], seen.predictions[split]
        true = seen.targets[split][: len(ids)]
        if not is_ids(ids) or predicted.ndim != 2 or true.ndim != 1:
            return {}
        predicted = predicted[: len(ids)]
        chosen, sure = predicted.argmax(1), predicted.max(1)
        wrong = (chosen != true).nonzero()[0]
        shown = wrong[(-sure[wrong]).argsort(kind="stable")][: self.count]
        rows = [
            [
                text_of(ids[index], words),
                class_name(int(true[index]), seen),
                class_name(int(chosen[index]), seen),
                round(float(sure[index]), 4),
            ]
            for index in shown
        ]
        title = f"Misread texts, {split}: {len(wrong)} of {len(ids):,}"
        return {"misread": Table(title, ["text", "true class", "predicted", "probability"], rows)}
