"""A recipe of one quick stage, for tests of what is run and what is not."""

from __future__ import annotations

import pytest

CONFIG = """
[project]
name = "counting"
stages = ["count"]

[paths]
runs = "runs"
data = "table.csv"

[data]
@data = "art.CSV.v1"
file = ${{paths.data}}
target = "y"

[model]
@models = "art.MLP.v1"

[task]
@tasks = "art.TabularClassification.v1"

[optimizer]
@optimizers = "torch.AdamW.v1"

[stages.count]
@stages = "{stage}"
"""


@pytest.fixture
def counting():
    """Gives the text of a recipe whose one stage bears the given registered name."""
    return lambda stage: CONFIG.format(stage=stage)
