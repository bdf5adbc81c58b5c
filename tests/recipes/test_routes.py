"""A config judges a program in one way, whichever command wrote it."""

from __future__ import annotations

import re

import pytest

from art import api
from art.api import populate
from art.config import complete_text, load_text
from art.config.writing.parts.adding import Wanted
from benchmarks.faults.configs import STAGES, config_text
from benchmarks.faults.detect import detect, registered
from benchmarks.faults.jobs import clean_programs
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")
PROGRAMS = {
    name: program for programs in clean_programs().values() for name, program in programs.items()
}
RUN = ("host_manual", "module_cancer", "cancer_logistic")
RUN_SLOWLY = tuple(name for number, name in enumerate(PROGRAMS) if number % 13 == 0)


def judged(text):
    """All of a config that decides what becomes of a program."""
    config = load_text(text, "bench.cfg")
    parts = ("task", "data", "model", "optimizer", "scheduler", "metrics")
    return (
        config.profile,
        config.stages,
        config.training,
        config.contract,
        {name: config.block(name) for name in parts},
    )


def routes(program, task):
    """The program's configs, by the command that wrote them."""
    names, about = registered(program), {"folder": "runs", "task": task}
    bare = config_text(program, names, **about, route="bare")
    check = Wanted(kind="check", registered="art.Exists.v1", name="one_more", stages=["overfit"],
                   settings=["--check.score=train/loss"])  # fmt: skip
    return {
        "bare": bare,
        "init config": config_text(program, names, **about, route="init"),
        "fill-config": complete_text(bare, "bench.cfg"),
        "add": api.remove_part(
            api.add_part(bare, "bench.cfg", check), "bench.cfg", "check", "one_more",
            stage="overfit",
        ),
        "add, with the check": api.add_part(bare, "bench.cfg", check),
    }  # fmt: skip


@pytest.mark.parametrize(
    "task", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["task", "no task"]
)
def test_every_clean_program_is_judged_alike_by_every_route(task):
    populate()
    assert len(PROGRAMS) >= 130
    for name, program in PROGRAMS.items():
        texts = routes(program, task and bool(program.kind) and not program.sections)
        added = judged(texts.pop("add, with the check"))
        found = {route: judged(text) for route, text in texts.items()}
        bare = found.pop("bare")
        for route, judgement in found.items():
            assert judgement == bare, (name, route)
        for mine, other in zip(added[1], bare[1], strict=True):
            mine.checks.pop("one_more", None)
            assert mine == other, (name, "add")


def verdicts(program, route):
    finding = detect(program, task=bool(program.kind) and not program.sections, route=route)
    return finding.stage, finding.checks, finding.message, finding.warnings, list(finding.stages)


@pytest.mark.parametrize("name", RUN)
def test_a_program_gets_the_same_verdicts_by_both_routes(name):
    found = verdicts(PROGRAMS[name], "init")
    assert found == verdicts(PROGRAMS[name], "bare")
    assert found[-1] == list(STAGES) and found[0] == "", found


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN_SLOWLY)
def test_more_programs_do(name):
    assert verdicts(PROGRAMS[name], "init") == verdicts(PROGRAMS[name], "bare")


def test_a_project_template_has_no_check_of_a_built_in_stage():
    found = {path: path.read_text() for path in ROOT.glob("templates/*/project/recipe.cfg.jinja")}
    assert len(found) >= 3
    for path, text in found.items():
        named = set(re.findall(r"^\[stages\.(\w+)\.checks", text, re.M))
        assert named and not named & set(STAGES), path
