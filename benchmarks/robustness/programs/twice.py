"""A stage of the user's own that trains two models, the second longer."""

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("twice.v1")(Data)
art.models("twice.v1")(Module)


@art.stages("twice.v1")
class Twice(art.Stage):
    """Trains twice and compares."""

    def run(self, context: art.StageContext) -> art.Outcome:
        short = context.fit(max_epochs=2, folder="short")
        context.log({"between": short.scores["train/loss"]}, step=0)
        long = context.fit(max_epochs=4, folder="long", overrides={"model.lr": 0.02})
        outcome = art.Outcome(scores=dict(long.scores), seen=long.seen)
        outcome.scores["gain"] = short.scores["train/loss"] - long.scores["train/loss"]
        assert long.checkpoint is not None
        outcome.artifacts["checkpoint"] = long.checkpoint
        return outcome
