"""Examining data and models: the findings of a training run, without one."""

from __future__ import annotations

import pytest

import art
from art import api
from art.core.check import Findings, Verdict
from art.core.probe import Suspicion
from art.core.stage import Outcome
from art.errors import UserError
from art.running.examining import DEFAULT_STAGES
from tests.conftest import ROOT

DIGITS = ROOT / "configs" / "digits.cfg"
CODE = ROOT / "tests" / "user_code" / "probed.py"

CONFIG = """
[project]
name = "probed"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "probed.{data}.v1"
[model]
@models = "probed.{model}.v1"
{more}
"""


@art.probes("examined.Sure.v1")
class Sure(art.Probe):
    """Is sure of a fault."""

    cost = "none"

    def measure(self, context):
        return [Suspicion("wrong", "seen", "mend it", "here")]


@art.probes("examined.Unsure.v1")
class Unsure(art.Probe):
    """Merely suspects one."""

    def measure(self, context):
        return [Suspicion("odd", "seen", "look at it", certain=False)]


@art.checks("examined.TwoProbes.v1")
class TwoProbes(art.Check):
    """A user's check of the probes."""

    def judge(self, findings: Findings) -> Verdict:
        ran = len(findings.probes)
        return Verdict(ran == 2, float(ran), "two probes", f"{ran} ran", "Name two.")


@art.stages("examined.Numbers.v1")
class Numbers(art.Stage):
    """A user's own stage that looks at the data."""

    examines = "data"

    def run(self, context):
        return self.examine(context)

    def examine(self, context):
        return Outcome(scores={"train/answer": 42.0}, tables={"one": (["a"], [["b"]])})


@pytest.fixture
def examine(tmp_path, monkeypatch):
    """Examines a program of `probed.py`."""
    monkeypatch.chdir(tmp_path)

    def run(subject, model="Sound", data="Classes", more="", **overrides):
        (tmp_path / "probed.cfg").write_text(CONFIG.format(model=model, data=data, more=more))
        return api.examine("probed.cfg", subject, code=[CODE], overrides=overrides)

    return run


PROBES = {"stages.loss_at_init.probes": ["examined.Sure.v1", "examined.Unsure.v1"]}


def test_a_sound_program_has_no_fault_and_leaves_no_run(examine, tmp_path):
    for subject, stages in DEFAULT_STAGES.items():
        found = api.examine(DIGITS, subject) if subject == "data" else examine(subject)
        assert (found.subject, found.faults, found.exit_code) == (subject, (), 0)
        assert tuple(stage.stage for stage in found.stages) == stages
        assert not any(stage.crashed for stage in found.stages)
    assert not (tmp_path / "runs").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"probed.cfg", "xdg"}


@pytest.mark.parametrize(
    ("model", "stage", "cause", "probe"),
    [
        (
            "Softmax",
            "loss_at_init",
            "a softmax comes before cross_entropy, which applies its own",
            "art.LossDomain.v1",
        ),
        (
            "NoZeroGrad",
            "overfit_one_batch",
            "gradients add up from step to step: zero_grad is missing or misplaced",
            "art.GradientReset.v1",
        ),
    ],
)
def test_the_fault_is_that_of_the_training_run(examine, model, stage, cause, probe):
    found = examine("model", model)
    assert found.exit_code == 1
    first = found.faults[0]
    assert (first.cause, first.found_by, first.severity) == (cause, probe, "block")
    assert first.evidence and first.remedy
    (at,) = [one for one in found.stages if first in one.findings]
    assert at.stage == stage and probe not in [one.probe for one in at.sound]
    done = art.train("probed.cfg", code=[CODE], stages=["explore", "baseline", "loss_at_init"])
    if stage == "loss_at_init":
        record = done.result.records[-1]
        (sound,) = [check for check in record.checks if check.name == "sound"]
        assert cause in sound.message and sound.hint == first.remedy


def test_data_has_its_tables_its_checks_and_its_faults(examine, small):
    (stage,) = examine("data").stages
    assert stage.model is None
    headings, rows = stage.tables["balance"]
    assert headings == ["class", "train", "val", "test"] and len(rows) == 3
    assert sum(row[1] for row in rows) == 120 == stage.scores["train/size"]
    assert {"missing_values", "input_scale", "val_leak"} <= {check.name for check in stage.passed}
    severity = {"stages.explore.checks.input_scale.severity": "block"}
    raw = api.examine(small(), "data", overrides={"data.scale": "none", **severity})
    (fault,) = [one for one in raw.faults if one.found_by == "art.LessThan.v1"]
    assert (fault.cause, raw.exit_code) == ("input_scale: expected < 5", 1)
    assert fault.remedy.startswith("The inputs are far larger")


def test_certain_findings_come_first_and_what_is_declared_a_warning_is_none(examine):
    found = examine("model", **PROBES)
    init = found.stages[0]
    assert [(one.cause, one.severity) for one in init.findings] == [
        ("wrong", "block"), ("odd", "warn"),
    ]  # fmt: skip
    assert (init.findings[0].where, init.findings[0].remedy) == ("here", "mend it")
    assert (found.exit_code, init.sound) == (1, ())
    lenient = examine("model", **PROBES, **{"stages.loss_at_init.checks.sound.severity": "warn"})
    assert [one.severity for one in lenient.stages[0].findings] == ["warn", "warn"]
    assert lenient.exit_code == 0


def test_a_users_own_check_of_probes_and_own_stage_take_part(examine):
    more = """
[stages.loss_at_init]
@stages = "art.LossAtInit.v1"
probes = ["art.LossDomain.v1"]
[stages.loss_at_init.checks.two]
@checks = "examined.TwoProbes.v1"
[stages.loss_at_init.checks.loss]
@checks = "art.LessThan.v1"
score = "train/loss"
value = 0.0
[stages.numbers]
@stages = "examined.Numbers.v1"
[stages.numbers.checks.answer]
@checks = "art.LessThan.v1"
score = "train/answer"
value = 43.0
"""
    stages = {"project.stages": ["numbers", "loss_at_init"]}
    (init,) = examine("model", more=more, **stages).stages
    assert [(one.cause, one.evidence, one.remedy) for one in init.findings] == [
        ("two: expected two probes", "1 ran", "Name two.")
    ]
    assert [(one.probe, one.cost) for one in init.sound] == [
        ("art.LossDomain.v1", "2 forward, 2 backward")
    ]
    (own,) = examine("data", more=more, **stages).stages
    assert own.scores == {"train/answer": 42.0} and own.tables == {"one": (["a"], [["b"]])}
    assert [check.name for check in own.passed] == ["answer"]


def test_every_model_is_examined(small):
    config = small()
    text = config.read_text().replace("[model]", "[models.one]")
    config.write_text(text + '[models.two]\n@models = "art.Linear.v1"\n')
    found = api.examine(config, "model")
    assert found.name == "2 models"
    assert [(one.stage, one.model) for one in found.stages] == [
        ("loss_at_init", "one"), ("loss_at_init", "two"),
        ("overfit_one_batch", "one"), ("overfit_one_batch", "two"),
    ]  # fmt: skip


def test_a_recipe_without_such_a_stage_is_told_what_to_add(examine):
    with pytest.raises(UserError, match="no stage of this recipe examines the model") as error:
        examine("model", **{"project.stages": ["explore"]})
    option = error.value.message.partition("--project.stages ")[2].strip("'")
    assert option == '["loss_at_init", "overfit_one_batch"]'


def test_progress_names_stage_model_and_probe(examine):
    examine("model")
    told = []
    api.examine("probed.cfg", "model", code=[CODE], progress=lambda *step: told.append(step))
    assert told[0] == ("loss_at_init", 0, 1, "")
    assert {step[3] for step in told} >= {"art.LossDomain.v1", "art.ParameterLedger.v1"}
