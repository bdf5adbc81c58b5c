"""What a data part did to each column, in explore's table `columns` and in `art debug data`."""

from __future__ import annotations

import numpy as np
import pytest

from art.api import examine
from art.core.data_info import DataInfo
from art.registry.stages._columns import columns_table
from art.reporting.examination import render_examination
from art.reporting.spans import Screen

CONFIG = """
[project]
name = "houses"
stages = ["explore"]
[data]
@data = "art.CSV.v1"
file = "{file}"
target = "value"
test_fraction = 0
val_fraction = 0.5
{more}
[task]
@tasks = "art.TabularRegression.v1"
[model]
@models = "art.Linear.v1"
[optimizer]
@optimizers = "torch.SGD.v1"
[stages.explore]
probes = []
checks = {{}}
"""


@pytest.fixture
def looked_at(tmp_path):
    """What `art debug data` finds of 200 houses."""

    def look(more=""):
        draws = np.random.default_rng(0)
        lines = ["rooms,town,value"]
        for at in range(200):
            rooms = "" if at % 10 == 3 else f"{draws.normal(5, 2):.3f}"
            town = ("Inland", "Island", "", "Near Bay", "Ocean")[at % 5]
            lines.append(f"{rooms},{town},{min(5.0, draws.normal(4, 1)):.4f}")
        file, config = tmp_path / "houses.csv", tmp_path / "houses.cfg"
        file.write_text("\n".join(lines) + "\n")
        config.write_text(CONFIG.format(file=file, more=more))
        return examine(config, "data")

    return look


def test_each_column_says_its_type_what_is_missing_and_what_becomes_of_it(looked_at):
    found = looked_at()
    headings, rows = found.stages[0].tables["columns"]
    assert headings == ["column", "type", "missing", "what becomes of it"]
    rooms, town, value = rows
    assert rooms[:2] == ["rooms", "numbers"] and 5 <= rooms[2] <= 15  # half of 20, about
    assert "missing become 5." in rooms[3] or "missing become 4." in rooms[3]
    assert "deviation" in rooms[3] and "become 0 and 1" in rooms[3]
    assert town[:2] == ["town", "texts"] and 10 <= town[2] <= 30
    assert town[3] == "5 categories, a column each: (missing), Inland, Island, ..."
    assert value[0] == "value" and "are 5, the largest: capped?" in value[3]
    for line in render_examination(found, Screen(60)).splitlines():
        assert len(line) <= 60, line


def test_columns_that_are_left_alone_say_so(looked_at):
    rooms = looked_at('scale = "none"\nmissing = ["-"]\ntexts = ["rooms"]\nmax_categories = 200')
    assert rooms.stages[0].tables["columns"][1][0][1] == "texts"
    _, rows = looked_at('scale = "none"\ndrop = ["town"]').stages[0].tables["columns"]
    assert rows[0][3].startswith("missing become") and "deviation" not in rows[0][3]


def test_a_heavy_tail_is_named_and_an_exponential_one_is_not():
    info = DataInfo((1,), 1, "regression", prepared=(("a", "numbers", 0, "left as it is"),))
    draws = np.random.default_rng(0)

    def said(targets):
        return columns_table(info, targets.astype(np.float32))[1][-1][3]

    assert "heavy-tailed" in said(draws.lognormal(0, 1.5, 5000))
    for tame in (draws.normal(0, 1, 5000), draws.uniform(0, 1, 5000)):
        assert "heavy-tailed" not in said(tame) and "capped" not in said(tame)
    few = draws.integers(0, 6, 5000).astype(float)  # a coarse scale has many of its largest
    assert "capped" not in said(few)


def test_data_that_do_not_say_what_they_did_have_no_table():
    assert columns_table(DataInfo((1,), 1, "regression"), np.zeros(3)) is None
