"""The data probes name the mistake in a data module, and let sound ones be."""

from __future__ import annotations

import csv
import json

import pytest

import art
from tests.conftest import ROOT

CODE = [ROOT / "tests" / "user_code" / name for name in ("data_probed.py", "probing_stage.py")]
ALL = (
    "InputValues", "LabelLedger", "LoaderAudit", "SplitLeak", "SplitDrift", "LabelAgreement",
    "SuspiciousLabels", "TargetInFeature",
)  # fmt: skip
CONFIG = """
[project]
name = "data_probed"
stages = ["probing"]
[paths]
runs = "{runs}"
[data]
@data = "data_probed.v1"
case = "{case}"
base = "{base}"
seed = {seed}
[model]
@models = "data_probed.v1"
[stages.probing]
@stages = "probing.v1"
probes = {probes}
{more}
"""


@pytest.fixture
def found(tmp_path):
    """What probes find: (probe, certain, cause, where, evidence) each, by row."""

    def run(case, base="breast_cancer", probes=ALL, seed=0, more=""):
        config = tmp_path / "data_probed.cfg"
        names = json.dumps([f"art.{name}.v1" for name in probes])
        config.write_text(
            CONFIG.format(
                runs=tmp_path / "runs", case=case, base=base, seed=seed, probes=names, more=more
            )
        )
        done = art.train(config, code=CODE, force=True)
        (record,) = done.result.records
        assert record.status == "passed", record.error
        assert record.scores["probes/run"] == len(probes)
        tables = sorted((tmp_path / "runs").rglob("tables/suspicions.csv"))
        if not record.scores["probes/faults"] + record.scores["probes/suspicions"]:
            return []
        with tables[-1].open() as file:
            return [
                {**row, "certain": row["certain"] == "True", "probe": row["probe"][4:-3]}
                for row in csv.DictReader(file)
            ]

    return run


def blocked(rows):
    return [(row["probe"], row["cause"], row["evidence"]) for row in rows if row["certain"]]


@pytest.mark.parametrize("base", ["digits", "wine", "iris", "breast_cancer", "diabetes"])
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_clean_split_is_not_blocked(found, base, seed):
    assert blocked(found("sound", base, seed=seed)) == []


HARD = [
    "augmented_train", "sorted_and_shuffled", "weighted", "oversampled", "windows_apart", "one_hot",
    "dominant", "overlapping_classes", "imbalanced", "weak", "tiny", "tokens", "no_targets",
    "heavy_tails",
]  # fmt: skip


@pytest.mark.parametrize("case", HARD)
def test_hard_data_that_is_right_is_not_blocked(found, case):
    assert blocked(found(case)) == []


MISTAKES = [
    ("constant", "breast_cancer", "InputValues", "nearly every input is the same"),
    ("blank", "breast_cancer", "InputValues", "train samples are blank"),
    ("starts_at_1", "wine", "LabelLedger", "labels start at 1"),
    ("dropped", "digits", "LabelLedger", "val has a class that the training split lacks"),
    ("not_in_val", "digits", "LabelLedger", "a class of train is missing from val"),
    ("augmented_val", "wine", "LoaderAudit", "validation inputs are drawn anew at each pass"),
    ("relabelled", "breast_cancer", "LoaderAudit", "labels are drawn anew"),
    ("is_sorted", "wine", "LoaderAudit", "the training data is sorted by its target"),
    ("is_sorted", "diabetes", "LoaderAudit", "the training data is sorted by its target"),
    ("duplicated", "breast_cancer", "LoaderAudit", "training samples are duplicated"),
    ("one_row", "breast_cancer", "LoaderAudit", "one sample fills a large part"),
    ("same_batch", "breast_cancer", "LoaderAudit", "every training batch of an epoch is the same"),
    ("validated_on_train", "iris", "SplitLeak", "the model is validated on its training data"),
    ("validated_on_train", "diabetes", "SplitLeak", "the model is validated on its training data"),
    ("few_in_train", "digits", "SplitLeak", "validation samples are also in the training split"),
    ("shared_indices", "wine", "SplitLeak", "validation samples are also in the training split"),
    ("near_copies", "digits", "SplitLeak", "near copies of val samples are in train"),
    ("near_copies", "diabetes", "SplitLeak", "near copies of val samples are in train"),
    ("overlapping", "wine", "SplitLeak", "windows of val overlap windows of train"),
    ("scaled_otherwise", "digits", "SplitDrift", "the val inputs are normalised differently"),
    ("resampled", "breast_cancer", "SplitDrift", "the class shares of val and train differ"),
    ("targets_otherwise", "diabetes", "SplitDrift", "the val targets are scaled differently"),
    ("misjoined", "breast_cancer", "LabelAgreement", "do not belong together: misjoined"),
    ("misjoined_train", "digits", "LabelAgreement", "training inputs and labels do not belong"),
    ("shifted_row", "digits", "LabelAgreement", "labels are shifted by one row"),
    ("shifted_row", "diabetes", "LabelAgreement", "labels are shifted by one row"),
    ("val_off_by_one", "digits", "LabelAgreement", "labels of val are shifted against train by 1"),
    ("val_off_by_one", "breast_cancer", "LabelAgreement", "labels of val are encoded differently"),
    ("val_misjoined", "breast_cancer", "LabelAgreement", "what train teaches does not hold in val"),
    ("flipped_20", "digits", "SuspiciousLabels", "labels are wrong: a share of them contradicts"),
    ("flipped_20", "breast_cancer", "SuspiciousLabels", "labels are wrong: a share of them"),
    ("flipped_40", "digits", "SuspiciousLabels", "labels are wrong: a share of them contradicts"),
    ("flipped_40_in_train", "digits", "SuspiciousLabels", "training labels are wrong"),
    ("measured_thrice", "digits", "SplitLeak", "near copies of val samples are in train"),
    ("measured_thrice", "breast_cancer", "SplitLeak", "near copies of val samples are in train"),
    ("shifted_pictures", "digits", "SplitLeak", "windows of val overlap windows of train"),
    ("turned_train", "digits", "LabelAgreement", "train and val are prepared differently"),
    ("noise_over_train", "breast_cancer", "LabelAgreement", "hardly say what their labels are"),
    ("second_target_hidden", "diabetes", "TargetInFeature", "is the target in disguise"),
    ("target_exact", "digits", "TargetInFeature", "is the target in disguise"),
    ("target_noisy", "diabetes", "TargetInFeature", "is the target in disguise"),
    ("target_noisy", "wine", "TargetInFeature", "is the target in disguise"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "base", "probe", "cause"), MISTAKES)
def test_among_all_probes_a_mistake_is_blocked_by_its_cause(found, case, base, probe, cause):
    rows = blocked(found(case, base))
    assert any(row[0] == probe and cause in row[1] for row in rows), rows


@pytest.mark.parametrize(("case", "base", "probe", "cause"), MISTAKES)
def test_its_probe_alone_names_it_first(found, case, base, probe, cause):
    assert cause in blocked(found(case, base, probes=[probe]))[0][1]


@pytest.mark.parametrize("base", ["digits", "breast_cancer"])
def test_as_many_wrong_labels_as_in_much_used_test_sets_are_only_warned_of(found, base):
    rows = found("flipped_5", base, probes=["SuspiciousLabels"])
    assert blocked(rows) == []
    assert any("labels may be wrong: a share of them contradicts" in row["cause"] for row in rows)


def test_a_scaler_fitted_on_all_data_is_only_warned_of(found):
    rows = found("scaled_on_all", "breast_cancer", probes=["SplitDrift"])
    assert blocked(rows) == []
    assert "scaled by statistics of all data" in rows[0]["cause"]


def test_samples_that_are_equal_by_nature_are_only_warned_of(found):
    rows = found("a_few_twins", "digits", probes=["SplitLeak"])
    assert blocked(rows) == []
    assert "exact copies of train samples" in rows[0]["evidence"]


def test_a_missing_value_is_said_with_its_column(found):
    (row,) = [row for row in found("missing", probes=["InputValues"]) if "NaN" in row["cause"]]
    assert row["where"] == "train column 5 (f5)"
    assert row["evidence"].startswith("1 values in 1 of 30 columns; NaN in 1 of 398 samples")


def test_augmentation_of_val_that_is_declared_is_right(found):
    more = '[contract]\naugmentations = ["train", "val"]'
    assert blocked(found("augmented_val", probes=["LoaderAudit"], more=more)) == []


def test_a_feature_that_dominates_is_only_warned_of(found):
    (row,) = found("dominant", probes=["TargetInFeature"])
    assert not row["certain"]
    assert row["cause"] == "one column of the inputs tells nearly all of the target"
    assert row["where"] == "train, column 0"


def test_rows_that_lie_sorted_by_class_lend_their_order_to_no_column(found):
    assert found("sorted_with_a_rare_column", "digits", probes=["TargetInFeature"]) == []


@pytest.mark.parametrize(("case", "count"), [("in_time", 0), ("against_time", 2)])
def test_the_declared_time_order_is_held_to(found, case, count):
    rows = blocked(found(case, probes=["SplitLeak"], more='[contract]\norder = "when"'))
    assert [row[1] for row in rows] == [
        f"{name} samples are not later than the training samples" for name in ("val", "test")
    ][:count]


@pytest.mark.parametrize(("case", "count"), [("in_time", 0), ("against_time", 3)])
def test_a_declared_group_stands_in_one_split(found, case, count):
    rows = blocked(found(case, probes=["SplitLeak"], more='[contract]\ngroups = "patient"'))
    assert [row[1] for row in rows] == [
        "a group is in both train and val",
        "a group is in both train and test",
        "a group is in both val and test",
    ][:count]


def test_a_declared_name_that_is_nowhere_is_said_and_blocks_nothing(found):
    rows = found("in_time", probes=["SplitLeak"], more='[contract]\norder = "whne"')
    assert [(row["certain"], row["cause"]) for row in rows] == [
        (False, "[contract] order is declared, and 'whne' is found nowhere")
    ]
