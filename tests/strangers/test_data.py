"""`explore` lets sound data of any kind be, and says in the report what it does not judge."""

from __future__ import annotations

import csv

import pytest

import art
from tests.conftest import ROOT

CODE = [ROOT / "tests" / "strangers" / name for name in ("data_tables.py", "data_sequences.py")]
CONFIG = """
[project]
name = "stranger"
stages = ["explore"]
[paths]
runs = "{runs}"
{more}
[data]
@data = "{data}.v1"
{settings}
[model]
@models = "any.v1"
"""


@pytest.fixture
def explored(tmp_path):
    """Runs `explore`; what it finds: (certain, cause, evidence, remedy) each."""

    def run(data, settings="", more=""):
        config = tmp_path / "stranger.cfg"
        text = CONFIG.format(runs=tmp_path / "runs", data=data, settings=settings, more=more)
        config.write_text(text)
        done = art.train(config, code=CODE, force=True)
        (record,) = done.result.records
        assert record.status in ("passed", "failed"), record.error
        tables = sorted((tmp_path / "runs").rglob("tables/suspicions.csv"))
        rows = []
        if record.scores["probes/faults"] + record.scores["probes/suspicions"]:
            with tables[-1].open() as file:
                rows = list(csv.DictReader(file))
        found = [(r["certain"] == "True", r["cause"], r["evidence"], r["remedy"]) for r in rows]
        assert not any("could not run" in row[1] for row in found), found
        assert (record.status == "failed") == any(row[0] for row in found), record.checks
        return found

    return run


NOT_SCORED = "predictions are not scored against the targets"
UNREAD = "the data could not be read"
SOUND = [
    ("ratings", "", "", ""),
    ("ratings", "floats = true", "no cheap model can tell labels", "ids"),
    ("codes", "", "", ""),
    ("normal_only", "", "all training labels are the same", "one_class = true"),
    ("episodes", "", "labels count within a batch alone", ""),
    ("episodes", "relabelled = false", "have no class in common", "unseen_classes = true"),
    ("pairs", "", "", ""),
    ("pairs", "nested = true", "", ""),
    ("triplets", "", NOT_SCORED, ""),
    ("cosine", "", NOT_SCORED, ""),
    ("named_by_number", "", NOT_SCORED, ""),
    ("masks", "", NOT_SCORED, ""),
    ("dataclasses", "", "", ""),
    ("texts_with_lengths", "", "", ""),
    ("texts_with_lengths", 'lengths = "float"', "", ""),
    ("texts_with_lengths", 'lengths = "list"', "", ""),
    ("texts_with_lengths", "full = true", "", ""),
    ("texts_with_lengths", 'full = true\nlengths = "float"', "", ""),
    ("packed_texts", "", UNREAD, ""),
    ("encodings", "", "", ""),
    ("speech", "", "", ""),
    ("boxes", "", UNREAD, ""),
    ("molecules", "", UNREAD, ""),
    ("one_graph", "", UNREAD, ""),
    ("forecast", "", "", ""),
    ("fixed_time", "", "", ""),
    ("whole_series", "", "validated on its training data", 'shared_samples = ["val"]'),
    ("curriculum", "", "sorted by its target", "fixed_order = true"),
    ("clouds", "", "", ""),
    ("unlabelled", "", NOT_SCORED, ""),
]


@pytest.mark.parametrize(("data", "settings", "cause", "line"), SOUND)
def test_sound_data_passes_and_what_is_not_judged_is_said(explored, data, settings, cause, line):
    found = explored(data, settings)
    assert [row for row in found if row[0]] == []
    assert not cause or any(cause in row[1] and line in row[3] for row in found), found


WRONG = [
    ("codes", "misjoined = true", "", "do not belong together: misjoined"),
    ("pairs", "shifted = true", "", "labels are shifted by one row"),
    ("masks", "on_train = true", "", "the model is validated on its training data"),
    ("dataclasses", "shifted = true", "", "labels are shifted by one row"),
    ("forecast", "mixed = true", "", "windows of val overlap windows of train"),
    ("labelled_series", "", "", "the model is validated on its training data"),
    ("curriculum", "ends = false", "", "the training data is sorted by its target"),
    ("clouds", "", "[contract]\nfixed_order = true", "the training loader shuffles"),
    ("texts_with_lengths", "", "[contract]\none_class = true", "holds several classes"),
    ("texts_with_lengths", "", "[contract]\nunseen_classes = true", "held-out splits is in"),
    ("dataclasses", "", "[contract]\nids = true", "not whole numbers"),
    ("dataclasses", "", '[contract]\nshared_samples = ["val"]', "shares no sample with train"),
    ("triplets", "", "[contract]\nviews = 5", "a batch does not hold 5 views"),
]


@pytest.mark.parametrize(("data", "settings", "more", "cause"), WRONG)
def test_its_wrong_twin_and_a_false_declaration_are_blocked(explored, data, settings, more, cause):
    found = explored(data, settings, more)
    faults = [row for row in found if row[0]]
    assert any(cause in row[1] for row in faults), found


DECLARED = [
    ("normal_only", "one_class = true", "all training labels are the same"),
    ("whole_series", 'shared_samples = ["val"]', "validated on its training data"),
    ("ratings", "ids = true", "no cheap model"),
    ("forecast", "stationary = false", "distributed differently"),
    ("triplets", "views = 3", "duplicated"),
]


@pytest.mark.parametrize(("data", "line", "cause"), DECLARED)
def test_what_is_declared_is_not_suspected(explored, data, line, cause):
    found = explored(data, more=f"[contract]\n{line}")
    assert not any(row[0] or cause in row[1] for row in found), found
