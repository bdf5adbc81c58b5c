"""What the page writes is what completing a config writes, whatever a stage asks of a recipe."""

import json
import shlex
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

import art
from art.api import init_config
from art.config import load_text
from art.quickstart.filling import filled
from art.quickstart.options import FOLDER
from art.quickstart.registered import with_registered

from .conftest import drawn, recipe_of

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def on_the_page(options, every):
    """What the page's modules make of choices."""
    said = subprocess.run(
        [NODE, Path(__file__).with_name("page.mjs"), FOLDER],
        input=json.dumps({"options": filled(options), "every": every}),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(said.stdout)


@needs_node
def test_the_pages_modules_make_the_same_bytes(options):
    every = drawn(options, 150)
    for settled, made in zip(every, on_the_page(options, every), strict=True):
        assert made["settled"] == settled
        assert made["recipe"] == recipe_of(options, settled)


@needs_node
def test_every_recipe_of_the_stages_has_the_same_checks(options):
    names = options["stages"].values
    recipes = [list(some) for size in range(1, 8) for some in combinations(names, size)]
    asked = [
        {"name": "config", "task": task, "stages": some, "visualizers": []}
        for task in ("segmentation", "none")
        for some in recipes[:: 1 if task == "none" else 5]
    ]
    for made in on_the_page(options, asked):
        assert made["recipe"] == recipe_of(options, made["settled"])


@art.stages("asks.Much.v1")
class Asks(art.Stage):
    """Ask what kind of task it is, and what else is in the recipe."""

    reasons = {"kind": "What kind it is."}

    @classmethod
    def default_checks(cls, profile, stages):
        exists = {"@checks": "art.Exists.v1", "score": "x"}
        checks = {"kind": {**exists, "score": profile.kind or "none"}}
        if len(stages) > 3:
            checks["many"] = exists
        if profile.own_loss and "overfit" in stages:
            checks["wrapped"] = {"@checks": "art.LessThan.v1", "score": "x", "value": 1}
        return checks

    @classmethod
    def default_overrides(cls, settings):
        return {"training.max_epochs": 1} if settings.get("model.dropout") == 0.0 else {}

    def run(self, context):
        return {}


@art.models("asks.Net.v1")
def module(dropout: float = 0.1):
    """A module whose dropout a stage switches off."""
    import torch

    return torch.nn.Dropout(dropout)


@needs_node
def test_a_users_stage_is_asked_for_each_recipe(options):
    whole, left_out = with_registered(options, [])
    assert [line for line in left_out if "asks." in line] == []
    recipes = (["much"], ["overfit", "much"], ["explore", "baseline", "overfit", "much"])
    asked = [
        {"name": "config", "task": task, "model": model, "stages": some}
        for task, model in (
            ("tabular-regression", "art.MLP.v1"),
            ("image-classification", "asks.Net.v1"),
            ("none", "case.v1"),
        )
        for some in recipes
    ]
    made = on_the_page(whole, asked)
    for one in made:
        assert one["recipe"] == recipe_of(whole, one["settled"])
    checks = [set(load_text(one["recipe"], "c").values["stages"]["much"]["checks"]) for one in made]
    assert checks[1] == {"kind", "wrapped"} and checks[2] == {"kind", "many", "wrapped"}
    assert checks[7] == {"kind"} and checks[8] == {"kind", "many"}
    text = made[4]["recipe"]
    assert 'overrides = {"model.dropout": 0.0, "optimizer.weight_decay": 0.0}' in text
    assert "# What kind it is.\n[stages.much.checks.kind]\n" in text


@needs_node
def test_the_command_of_a_page_without_a_task_names_what_is_to_be_the_users(options):
    (made,) = on_the_page(options, [{"name": "config", "task": "none"}])
    words = shlex.split(made["command"])
    assert words[:3] == ["art", "init", "config"]
    for option in (("--task", "none"), ("--data", "case.v1"), ("--model", "case.v1")):
        assert words[words.index(option[0]) + 1] == option[1]
    assert "[task]" not in made["recipe"] and "[metrics" not in made["recipe"]
    assert "#   art train config.cfg --code case.py\n" in made["recipe"]


def test_overrides_follow_from_the_settings_that_are_given():
    def overrides(**options):
        text = init_config("image-classification", settings=["--model.dropout=0.3"], **options)
        return load_text(text, "c").stages[4].overrides

    assert overrides() == {"model.dropout": 0.0, "optimizer.weight_decay": 0.0}
