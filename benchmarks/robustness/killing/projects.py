"""A program with its config in a folder, and one `art.train` of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.robustness.programs import Program

COMMON: dict[str, dict[str, Any]] = {
    "project": {"name": "killed", "seed": 3},
    "system": {"accelerator": "cpu"},
    "training": {"max_epochs": 3},
    "callbacks.witness": {"@callbacks": "kills.Witness.v1"},
}


@dataclass(frozen=True)
class Project:
    """A program in a folder of its own.

    Attributes:
        program: what is trained.
        folder: where its config, its runs and what its processes say are.
        save_every: `[system] save_every_seconds`.
    """

    program: Program
    folder: Path
    save_every: float

    @property
    def runs(self) -> Path:
        """Its run store."""
        return self.folder / "runs"

    @property
    def output(self) -> Path:
        """What its processes printed."""
        return self.folder / "output.txt"

    @property
    def point(self) -> Path:
        """Where a process says at which point it dies."""
        return self.folder / "point"

    def make(self) -> None:
        """Write the config."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "recipe.cfg").write_text(self._config())

    def train(self) -> int:
        """What `art train` does; the exit code."""
        import art

        os.environ["KILLS_COUNT"] = str(self.folder / "batches.txt")
        done = art.train(self.folder / "recipe.cfg", code=[self.program.code])
        for record in done.result.records:
            if record.error:
                print(record.error, flush=True)
        return done.exit_code

    def batches(self) -> int:
        """How many batches all processes together have trained on."""
        path = self.folder / "batches.txt"
        lines = path.read_text().splitlines() if path.is_file() else []
        return sum(int(line.split()[2]) for line in lines)

    def _config(self) -> str:
        stage = self.program.stage
        sections = {name: dict(values) for name, values in COMMON.items()}
        for name, values in self.program.sections.items():
            sections.setdefault(name, {}).update(values)
        sections["project"]["stages"] = [stage]
        sections["system"]["save_every_seconds"] = self.save_every
        sections["paths"] = {"runs": str(self.runs)}
        there = {"@checks": "art.Exists.v1", "score": self.program.score}
        sections[f"stages.{stage}.checks.there"] = there
        return "".join(
            f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in values.items()) + "\n"
            for name, values in sections.items()
        )
