"""options.json and the template: all there is to choose makes a complete, valid config."""

import hashlib
from itertools import pairwise

import pytest

from art import registries
from art.api import describe_config
from art.config import complete_text, load_text
from art.quickstart.options import FOLDER, load_options
from art.quickstart.rendering import SYSTEM, context_of, render
from art.quickstart.settling import settle

from .conftest import drawn, recipe_of

REGISTRIES = {
    "data": "data",
    "model": "models",
    "visualizers": "visualizers",
    "loggers": "loggers",
}


def texts(options, settled):
    return recipe_of(options, settled), render(SYSTEM, context_of(options, settled))


def check(options, settled):
    recipe, _ = texts(options, settled)
    assert complete_text(recipe, "config") == recipe, settled
    load_text(recipe, "config", overrides=["--paths.data=here"])


def test_every_entry_names_a_registered_part_and_says_what_it_is(options):
    for control in options:
        assert control.help.endswith("."), control.name
        for entry in control.entries:
            assert entry["title"] and entry["help"].endswith("."), entry
            if control.name in REGISTRIES:
                assert entry["value"] in registries.registry(REGISTRIES[control.name]).names()
            for name, values in entry.get("when", {}).items():
                assert set(values) <= set(options[name].values), entry


def test_every_task_has_data_a_model_and_something_to_see(options):
    for task in options["task"].values:
        settled = settle(options, {"task": task})
        assert settled["data"] and settled["model"] and settled["visualizers"], task


def test_every_task_with_each_of_its_data_and_models_is_complete_and_would_run(options, tmp_path):
    seen = set()
    for task in options["task"].values:
        for data in options["data"].values:
            for model in options["model"].values:
                settled = settle(options, {"task": task, "data": data, "model": model})
                key = settled["task"], settled["data"], settled["model"]
                if key not in seen:
                    seen.add(key)
                    check(options, settled)
                    file = tmp_path / "config.cfg"
                    file.write_text(texts(options, settled)[0], encoding="utf-8")
                    said = describe_config(file, overrides=["--paths.data=here"])
                    assert "no mistakes" in said and "7 " in said
    assert len(seen) >= 20


def test_drawn_choices_are_complete(options):
    for settled in drawn(options, 60):
        check(options, settled)


@pytest.mark.slow
def test_ten_thousand_drawn_choices_are_complete(options):
    for settled in drawn(options, 10_000):
        check(options, settled)


def test_the_template_has_no_check_and_no_default_of_its_own():
    words = (FOLDER / "config.cfg.jinja").read_text(encoding="utf-8")
    for word in ("checks", "@checks", "severity", "overrides", "max_samples", "optional"):
        assert word not in words


@pytest.mark.parametrize("task", load_options()["task"].values)
def test_the_visualizers_of_a_task_are_its_own_by_default(options, task):
    recipe = recipe_of(options, settle(options, {"task": task}))
    mine = load_text(recipe, "config", overrides=["--paths.data=here"]).values
    entry = options["task"].entry(task)
    less = recipe.split("[visualizers.", 1)[0].rsplit("\n\n", 1)[0]
    own = load_text(less, "config", overrides=["--paths.data=here"]).values
    assert mine["metrics" if "registered" in entry else "data"]
    if "registered" in entry:  # without a task a config has no figures but those it names
        assert mine["visualizers"] == own["visualizers"]


def test_each_section_has_a_comment_and_the_commands_come_first(options):
    for task in options["task"].values:
        recipe, system = texts(options, settle(options, {"task": task}))
        assert recipe.splitlines()[2].startswith("#   art train config.cfg")
        for text in (recipe, system):
            lines = text.splitlines()
            for before, line in pairwise(lines):
                if line.startswith("["):
                    assert before.startswith("# ") and len(before) > 10, line


def test_an_address_that_is_old_or_wrong_gives_a_valid_choice(options):
    asked = {"name": "../x", "task": "juggling", "data": "art.Diabetes.v1", "stages": ["nap"]}
    assert settle(options, asked) == settle(options, {})


@pytest.mark.parametrize("name", ["-rf", "--help", "a b", "x\n", "a" * 61, "<script>"])
def test_a_name_that_a_command_could_not_take_is_left_out(options, name):
    assert settle(options, {"name": name})["name"] == "config"


def test_nunjucks_is_the_release_file():
    folder = FOLDER / "vendor" / "nunjucks"
    digest, name = (folder / "SHA256").read_text().split()
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert (
        "BSD 2-Clause" in (folder / "LICENSE").read_text()
        or "Redistribution" in (folder / "LICENSE").read_text()
    )
