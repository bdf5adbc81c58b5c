"""Where values come from, and what of a config is used."""

from pathlib import Path

from art.config.checking.usage import remarks, variables
from art.config.layering.origins import origin_texts, origins_of, sources_of

LONG = """\
[project]
stages = ["look"]

[paths]
data = "here"
root = "/a"

[task]
@tasks = "test.Task.v1"

[data]
@data = "test.Data.v1"
folder = ${paths.data}
batch_size = 8

[model]
@models = "test.Net.v1"
dropout = ${data.batch_size}

[visualizers.late]
@visualizers = "test.Curves.v1"
stages = ["fit"]

[stages.fit]
max_epochs = 2

[stages.other]
"""


def test_every_value_has_an_origin(load):
    origins = origin_texts(load(LONG))
    assert origins["data.batch_size"] == "config.cfg:14:1"
    assert origins["data.folder"] == "config.cfg:13:1, from ${paths.data}"
    assert origins["model.dropout"] == "config.cfg:18:1, from ${data.batch_size}"
    assert origins["model.widths"] == "default of test.Net.v1"
    assert origins["training.max_epochs"] == "default"
    assert origins["loggers.csv.every"] == "default"
    assert origins["project.name"] == "the file's name"
    assert origins["metrics.scores.@metrics"] == "default of test.Task.v1"
    assert origins["stages.fit.max_epochs"] == "config.cfg:25:1"
    assert origins["stages.look.samples"] == "default of test.Look.v1"


def test_checks_that_a_stage_brings_come_from_it(load):
    text = LONG.replace('["look"]', '["look", "fit"]') + "[stages.fit.checks.low]\nvalue = 0.5\n"
    origins = origin_texts(load(text.replace("[stages.other]\n", "")))
    assert origins["stages.fit.checks.low.value"] == "config.cfg:28:1"
    assert origins["stages.fit.checks.low.score"] == "default of test.Fit.v1"
    assert origins["stages.fit.checks.looked.@checks"] == "default of test.Fit.v1"
    assert origins["stages.fit.overrides"] == "default of test.Fit.v1"


def test_options_variables_and_system_configs_are_named(load, tmp_path):
    system = tmp_path / "machine.cfg"
    system.write_text("[paths]\nruns = 'x'\n".replace("'", '"'))
    recipe = load(
        LONG,
        overrides=["--data.batch_size=16", "--paths.root", "/b"],
        environ={"ART_CONFIG_OVERRIDES": "--training.max_epochs 3"},
        system=Path(system),
    )
    origins = origin_texts(recipe)
    assert origins["data.batch_size"] == "--data.batch_size=16"
    assert origins["paths.root"] == "--paths.root=/b"
    assert origins["training.max_epochs"].startswith("ART_CONFIG_OVERRIDES")
    assert origins["paths.runs"] == f"{system}:2:1"
    assert sources_of(recipe) == [
        str(system), "ART_CONFIG_OVERRIDES", "--paths.root=/b", "--data.batch_size=16",
    ]  # fmt: skip
    later = recipe.with_settings({"data.batch_size": 4}, "the record of fit")
    assert origin_texts(later)["data.batch_size"] == "the record of fit"


def test_origins_stand_in_the_order_of_writing_and_hide_secrets(load):
    text = LONG + '[loggers.far]\n@loggers = "test.Remote.v1"\napi_key = ${paths.root}\n'
    found = origins_of(load(text))
    sections = list(dict.fromkeys(one.path[:-1] for one in found))
    assert sections[:3] == [("project",), ("paths",), ("system",)]
    assert len(sections) == len(set(sections))
    assert {one.name: one.value for one in found}["loggers.far.api_key"] == "***"


def test_a_dict_on_one_line_has_one_origin(load):
    text = LONG.replace('[model]\n@models = "test.Net.v1"\n', '[model]\n@models = "test.Net.v1"\n'
                        'encoder = {"@models": "test.Encoder.v1"}\n')  # fmt: skip
    origins = origin_texts(load(text))
    assert origins["model.encoder.@models"] == "config.cfg:18:1"
    assert origins["model.encoder.depth"] == "config.cfg:18:1"


def test_variables_have_a_value_and_users(load):
    found = [(one.name, one.value, one.used_by) for one in variables(load(LONG))]
    assert found == [
        ("paths.data", "here", ("data.folder",)),
        ("data.batch_size", 8, ("model.dropout",)),
    ]


def test_what_is_not_used_is_said_with_its_place(load):
    assert [str(remark) for remark in remarks(load(LONG))] == [
        "config.cfg:24:1: [stages.fit] is not among the stages of [project], and does not run.",
        "config.cfg:27:1: [stages.other] is not among the stages of [project], and does not run.",
        "config.cfg:20:1: [visualizers.late] is on in no stage of this recipe.",
        "config.cfg:6:1: [paths.root] is not used: nothing refers to ${paths.root}.",
        "config.cfg:13:1: [data.folder] there is no file or folder here",
    ]


def test_a_recipe_in_which_all_is_used_has_no_remarks(load, recipe, tmp_path):
    assert remarks(load(recipe.replace('"here"', f'"{tmp_path}"'))) == []


def test_what_the_defaults_bring_is_not_remarked(load, recipe, tmp_path):
    text = f'[project]\nstages = ["look"]\n{recipe}'.replace('"here"', f'"{tmp_path}"')
    assert remarks(load(text)) == []


def test_default_checks_that_own_ones_displace_are_named(load):
    def left_out(more):
        text = LONG.replace('["look"]', '["look", "fit"]').replace("[stages.other]\n", "")
        return [str(remark) for remark in remarks(load(text + more)) if "left out" in str(remark)]

    assert left_out("") == []
    assert left_out("[stages.fit.checks.low]\nvalue = 0.5\n") == []
    own = '[stages.fit.checks.mine]\n@checks = "test.Less.v1"\nscore = "train/loss"\nvalue = 1.0\n'
    (found,) = left_out(own)
    assert found.startswith("config.cfg:27:1: [stages.fit.checks] has checks of its own (mine), ")
    assert "low, score, looked are left out" in found
