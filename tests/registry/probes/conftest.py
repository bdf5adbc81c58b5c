"""Runs one probe on a user's program, with nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

import pytest

import art
from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "rehearsed.py"
STAGE = ROOT / "tests" / "user_code" / "probing_stage.py"
CONFIG = """
[project]
name = "rehearsed"
stages = ["probing"]
[paths]
runs = "{runs}"
[data]
@data = "rehearsed.{data}.v1"
[model]
@models = "rehearsed.{model}.v1"
[training]
max_epochs = 10
[stages.probing]
@stages = "probing.v1"
probes = {probes}
"""
DATA_OF = {
    "Regression": "Sugar", "Binary": "Cancer", "TwoLoaders": "TwoVals", "Dicts": "Dicts",
    "WorstKept": "Cancer", "PrecisionSwapped": "Cancer", "SingleColumn": "Cancer", "R2": "Sugar",
    "R2Swapped": "Sugar", "NoRoot": "Sugar", "ScaledBack": "Sugar", "Crossed": "Sugar",
}  # fmt: skip


@pytest.fixture
def suspicions(tmp_path):
    """What probes find wrong in a program: (certain, cause, where, evidence, remedy) each."""

    def run(probes: str | Sequence[str], model: str, data: str = "", **overrides) -> list[tuple]:
        names = [probes] if isinstance(probes, str) else probes
        config = tmp_path / "rehearsed.cfg"
        config.write_text(
            CONFIG.format(
                runs=tmp_path / "runs",
                data=data or DATA_OF.get(model, "Digits"),
                model=model,
                probes=json.dumps([f"art.{name}.v1" for name in names]),
            )
        )
        done = art.train(config, code=[CODE, STAGE], overrides=overrides, force=True)
        (record,) = done.result.records
        assert record.status == "passed", record.error
        assert record.scores["probes/run"] == len(names)
        if not record.scores["probes/faults"] + record.scores["probes/suspicions"]:
            return []
        table = sorted((tmp_path / "runs").rglob("tables/suspicions.csv"))[-1]
        with table.open() as file:
            return [
                (
                    row["certain"] == "True",
                    *(row[k] for k in ("cause", "where", "evidence", "remedy")),
                )
                for row in csv.DictReader(file)
            ]

    return run
