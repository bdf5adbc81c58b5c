"""The benchmark of silent bugs: its hosts are sound, its mistakes build, its figures are right."""

from __future__ import annotations

import pytest

from art.core.record import CheckResult, Record
from benchmarks.faults.configs import STAGES, config_text
from benchmarks.faults.detect import detect, read
from benchmarks.faults.faults import cases, load_faults
from benchmarks.faults.fitting import quiet, trainer
from benchmarks.faults.harm import Outcome, compare, train
from benchmarks.faults.hosts import HOSTS
from benchmarks.faults.jobs import clean_programs, subset
from benchmarks.faults.table import counted, misses, summary
from benchmarks.faults.truth import true_quality

FAMILIES = ("data", "model", "loss", "training", "evaluation")


def check(name: str, passed: bool, severity: str = "block", message: str = "", hint: str = ""):
    return CheckResult(name, "art.Sound.v1", severity, passed, 1.0, "no fault", message, hint)


def record(stage: str, *checks: CheckResult, status: str = "", error: str = "") -> Record:
    failed = any(not c.passed and c.severity == "block" for c in checks)
    return Record(
        project="bench", stage=stage, order=1, run="0001", model=None, started="",
        status=status or ("failed" if failed else "passed"), checks=list(checks), error=error,
    )  # fmt: skip


def test_the_first_stage_that_blocks_is_the_finding():
    finding = read(
        "p",
        [
            record("explore", check("suspicions", False, "warn", "drift")),
            record(
                "loss_at_init", check("finite", True), check("sound", False, "block", "a; b", "h")
            ),
        ],
        {"explore": 0.5, "loss_at_init": 1.0},
    )
    assert (finding.blocked, finding.crashed, finding.stage) == (True, False, "loss_at_init")
    assert (finding.checks, finding.message, finding.hint) == (["sound"], "a; b", "h")
    assert finding.warnings == ["explore/suspicions: drift"]
    assert finding.early and finding.seconds == 1.5


def test_a_crash_is_no_detection():
    finding = read("p", [record("explore", status="crashed", error="ValueError: x")], {})
    assert (finding.blocked, finding.crashed, finding.early) == (False, True, False)
    assert finding.message == "ValueError: x" and not finding.names(["valueerror"])


def test_a_cause_counts_only_where_it_comes_first():
    finding = read(
        "p", [record("overfit", check("s", False, message="a dead ReLU; a softmax"))], {}
    )
    assert finding.names(["relu"]) and not finding.names(["softmax"]) and not finding.early


@pytest.mark.parametrize("task", [False, True])
def test_the_config_has_the_default_stages_and_what_the_program_declares(task):
    program = HOSTS["regression"].program(contract={"clipping": 1.0})
    text = config_text(
        program, {"data": "d.v1", "models": "m.v1"}, folder="f", seed=3, task=task, route="bare"
    )
    assert '"regularize", "evaluate"]' in text and "seed = 3" in text and "clipping = 1.0" in text
    assert ('@tasks = "art.TabularRegression.v1"' in text) is task
    assert len(STAGES) == 7


@pytest.mark.parametrize("name", ["regression", "manual"])
def test_a_host_reaches_its_quality(name):
    host = HOSTS[name]
    outcome = train(host, host.program(), seed=0)
    assert outcome.true >= host.floor
    assert abs(outcome.reported - outcome.true) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tabular_batchnorm", "convolution", "transformer", "recurrent"])
def test_the_other_hosts_do_too(name):
    test_a_host_reaches_its_quality(name)


def test_harm_is_a_fall_or_a_wrong_report_beyond_two_standard_errors():
    sound = [Outcome(0.95, 0.95), Outcome(0.97, 0.96), Outcome(0.96, 0.97)]
    same = compare("c", sound, sound)
    assert (same.fall, same.gap, same.harmful) == (0.0, 0.0, False)
    fallen = compare("c", [Outcome(o.true - 0.1, o.reported - 0.1) for o in sound], sound)
    assert fallen.fall == pytest.approx(0.1) and fallen.harmful
    misreported = compare("c", [Outcome(o.true, o.reported + 0.05) for o in sound], sound)
    assert misreported.gap == pytest.approx(0.05) and misreported.harmful
    noisy = [Outcome(0.99, 0.99), Outcome(0.90, 0.90), Outcome(0.95, 0.95)]
    assert not compare("c", noisy, sound).harmful


def test_every_mistake_is_documented_and_has_hosts():
    found = load_faults()
    assert {fault.family for fault in found.values()} == set(FAMILIES)
    for fault in found.values():
        assert fault.doc.endswith(".") and fault.hosts and fault.cause, fault.name
        assert set(fault.hosts) <= set(HOSTS), fault.name
    assert len({case.name for case in cases()}) == len(cases())


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("softmax_before_cross_entropy", "softmax"),
        pytest.param("optimizer_owns_head_alone", "optimizer", marks=pytest.mark.slow),
    ],
)
def test_a_mistake_is_found_and_named(fault, cause):
    (case,) = cases(faults=[fault], hosts=["manual"])
    finding = detect(case.program)
    assert finding.blocked and finding.early, finding
    assert cause in finding.message + finding.hint
    assert finding.names(case.fault.cause)


@pytest.mark.parametrize(
    "name",
    ["view_for_permute", "bce_fed_sigmoid_twice", "half_precision_overflow", "metric_not_reset"],
)
def test_a_mistake_runs_without_an_exception(name):
    (case,) = cases(faults=[name], hosts=["convolution"])
    data, model = case.program.make_data(), case.program.make_model()
    with quiet():
        fit = trainer(1, max_steps=3, limit_val_batches=2)
        fit.fit(model, datamodule=data)
    assert fit.global_step in (0, 3)  # a step that overflows is skipped
    assert 0 <= true_quality(case.host, data, model) < 0.9


def test_what_does_no_harm_is_not_counted():
    row = {"kind": "fault", "name": "a-h", "family": "loss", "dose": "obvious", "seed": 0,
           "blocked": True, "named": True, "early": True, "seconds": 2.0}  # fmt: skip
    other = {**row, "name": "b-h", "blocked": False, "named": False, "early": False}
    clean = {"kind": "hard", "name": "c", "seed": 0, "blocked": False, "seconds": 8.0}
    rows = counted([row, other, clean], {"a-h": {"harmful": True}})
    lines = {line.group: line for line in summary(rows)}
    assert lines["loss, obvious"].share("blocked") == 0.5
    assert lines["loss, obvious"].share("named") == 1.0
    assert lines["clean, hard"].blocked == 0
    assert misses(rows) == {"passed": ["b-h (seed 0)"]}
    assert len(counted([row, other, clean], {"b-h": {"harmful": False}})) == 2


def test_there_are_clean_programs_of_both_kinds_and_a_fixed_subset():
    programs = clean_programs()
    assert len(programs["plain"]) >= 30 and len(programs["hard"]) >= 30
    assert {job.kind for job in subset()} == {"fault", "plain", "hard"}
    assert subset() == subset()
