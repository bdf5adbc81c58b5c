"""A stage that runs probes and does nothing else."""

from __future__ import annotations

import art
from art.core.stage import Outcome
from art.registry.stages._probing import run_probes


@art.stages("probing.v1")
class Probing(art.Stage):
    def __init__(self, probes: list[str]) -> None:
        self.probes = probes

    def run(self, context):
        outcome = Outcome()
        run_probes(self.probes, context, outcome)
        return outcome
