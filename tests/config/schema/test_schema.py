"""The JSON Schema of configs: shipped configs hold, mistakes are found where they are made."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from art import api
from art.config import load_text
from art.config.functions.signature import signature_of
from art.config.names import ORDER
from art.config.schema.document import config_schema
from art.config.schema.json_form import json_form
from art.config.sections import ENGINE_KEYS, PLAIN, plain_parameters
from art.config.writing.complete import complete_text
from art.errors import ConfigError
from art.registries import ALL
from tests.conftest import ROOT

api.populate()
CONFIGS = sorted(path for path in (ROOT / "configs").glob("*.cfg") if path.name != "default.cfg")
REGISTERED = [
    (name, function)
    for name in ALL
    for function in ALL[name]
    if function.startswith(("art.", "torch."))  # and not the tests' own, which have no words
]
QUOTED = [(("training", "deterministic"), "yes"), (("model", "channels"), [16, "32"])]
"""What the loader reads although it is in quotes, and the schema does not."""


@pytest.fixture(scope="module")
def schema():
    api.populate()
    return config_schema()


@pytest.fixture(scope="module")
def validator(schema):
    return Draft202012Validator(schema)


@pytest.fixture(scope="module")
def digits():
    api.populate()
    path = ROOT / "configs" / "digits.cfg"
    return json_form(complete_text(path.read_text("utf-8"), str(path)), str(path))


def faults(validator, form):
    """The deepest errors, each as its place and its words."""
    return sorted(
        (".".join(map(str, error.absolute_path)), error.message)
        for error in validator.iter_errors(form)
    )


def test_the_schema_is_valid_itself_and_is_plain_json(schema):
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == list(ORDER)


def test_every_reference_inside_it_leads_somewhere(schema):
    def references(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            for item in part.values():
                yield from references(item)
        elif isinstance(part, list):
            for item in part:
                yield from references(item)

    names = set(references(schema))
    assert names and {name.removeprefix("#/$defs/") for name in names} <= set(schema["$defs"])


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_hold_raw_and_filled(validator, path):
    text = path.read_text("utf-8")
    assert faults(validator, json_form(text, str(path))) == []
    assert faults(validator, json_form(complete_text(text, str(path)), str(path))) == []


def test_the_default_config_lacks_data_and_a_model_alone(validator):
    path = ROOT / "configs" / "default.cfg"
    form = json_form(path.read_text("utf-8"), str(path))
    assert faults(validator, form) == [
        ("", "'data' is a required property"),
        ("", "'model' is a required property"),
    ]


def changed(form, path, value):
    """A config with one thing changed; `...` takes it away."""
    form = copy.deepcopy(form)
    *outer, last = path
    inner = form
    for key in outer:
        inner = inner.setdefault(key, {})
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return form


CHECK = ("stages", "overfit", "checks", "reached")
MISTAKES = [
    (("modle",), {"@models": "art.CNN.v1"}, "", "'modle' was unexpected"),
    (("data",), ..., "", "'data' is a required property"),
    (("model",), ..., "", "'model' is a required property"),
    (("models",), {"a": {"@models": "art.MLP.v1"}}, "model", "should not be valid"),
    (("project", "sed"), 1, "project", "'sed' was unexpected"),
    (("project", "name"), "a/b", "project.name", "does not match"),
    (("project", "seed"), "zero", "project.seed", "is not of type 'integer'"),
    (("project", "stages"), [], "project.stages", "non-empty"),
    (("project", "stages"), ["explore", "explore"], "project.stages", "non-unique"),
    (("project", "stages"), ["over fit"], "project.stages.0", "is not valid"),
    (("training", "max_epochs"), 0, "training.max_epochs", "less than the minimum of 1"),
    (("training", "max_epochs"), 1.5, "training.max_epochs", "is not of type 'integer'"),
    (("training", "max_epochs"), True, "training.max_epochs", "is not of type 'integer'"),
    (("training", "deterministic"), "yes", "training.deterministic", "not of type 'boolean'"),
    (("training", "gradient_clip_val"), 0, "training.gradient_clip_val", "is not valid"),
    (("model", "@models"), "art.CNNN.v1", "model.@models", "is not one of"),
    (("model", "@model"), "art.CNN.v1", "model", "'@model' was unexpected"),
    (("model", "@models"), ..., "model", "'@models' is a required property"),
    (("model", "dropuot"), 0.1, "model", "'dropuot' was unexpected"),
    (("model", "data_info"), {}, "model", "'data_info' was unexpected"),
    (("model", "dropout"), 1.0, "model.dropout", "greater than or equal to the maximum of 1"),
    (("model", "channels"), [16, "32"], "model.channels.1", "is not of type 'integer'"),
    (("model", "channels"), [16, 0], "model.channels.1", "less than the minimum of 1"),
    (("data", "scale"), "units", "data.scale", "is not one of ['unit', 'standard', 'none']"),
    (("optimizer", "betas"), [0.9], "optimizer.betas", "is too short"),
    (("optimizer", "betas"), [0.9, 2], "optimizer.betas.1", "the maximum of 1"),
    (("metrics", "scores", "stages"), "explore", "metrics.scores.stages", "is not valid"),
    (("stages", "mine"), {}, "stages.mine", "'@stages' is a required property"),
    (("stages", "overfit", "overrides"), {"project.seed": 1}, "stages.overfit.overrides",
     "does not match"),
    ((*CHECK, "severity"), "blok", ".".join((*CHECK, "severity")), "one of ['block', 'warn']"),
    ((*CHECK, "value"), [1], ".".join((*CHECK, "value")), "is not valid"),
    ((*CHECK, "score"), ..., ".".join(CHECK), "'score' is a required property"),
    (("stages", "overfit", "checks", "own"), {"value": 1}, "stages.overfit.checks.own",
     "'@checks' is a required property"),
    (("loggers", "csv"), 3, "loggers.csv", "is not of type 'object'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "place", "words"), MISTAKES,
    ids=[f"{'.'.join(path)}={value}" for path, value, _, _ in MISTAKES],
)  # fmt: skip
def test_a_mistake_is_found_where_it_is_and_nowhere_else(
    validator, digits, path, value, place, words
):
    found = faults(validator, changed(digits, path, value))
    assert [at for at, _ in found] == [place], found
    assert words in found[0][1]


def as_text(form, path=()):
    """The config of a JSON form, as a file has it."""
    lines = [f"[{'.'.join(path)}]"] if path else []
    inner = {}
    for key, value in form.items():
        section = isinstance(value, dict) and key not in ("overrides",)
        if section and (not path or path[0] in ("metrics", "visualizers", "loggers", "stages",
                                                "models")):  # fmt: skip
            inner[key] = value
        else:
            lines.append(f"{key} = {json.dumps(value)}")
    texts = ["\n".join(lines), *(as_text(value, (*path, key)) for key, value in inner.items())]
    return "\n".join(text for text in texts if text)


def test_the_loader_reads_the_same_config_back(digits):
    assert json_form(as_text(digits), "digits.cfg") == digits
    load_text(as_text(digits), "digits.cfg", environ={})


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for path, value, _, _ in MISTAKES if (path, value) not in QUOTED],
    ids=str,
)
def test_what_the_schema_refuses_the_loader_refuses_too(digits, path, value):
    with pytest.raises(ConfigError):
        load_text(as_text(changed(digits, path, value)), "digits.cfg", environ={})


REFERENCE = "${paths.runs}"


def places(form, path=()):
    """Where a value stands, lists included, but names of functions."""
    for key, value in form.items():
        if isinstance(value, dict) and value:
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


@pytest.mark.slow
def test_a_reference_may_stand_wherever_a_value_can(validator, digits):
    for path in places(digits):
        assert faults(validator, changed(digits, path, REFERENCE)) == [], path
        assert faults(validator, changed(digits, path, f"a {REFERENCE}/b")) == [], path
    for path in (("model", "channels"), ("optimizer", "betas"), ("project", "stages")):
        assert faults(validator, changed(digits, path, [REFERENCE, "${b.c}"])) == []
    assert faults(validator, changed(digits, ("metrics", "scores"), "${metrics.other}")) == []


def test_blocks_may_stand_for_values_and_are_checked(validator, digits):
    def found(block):
        return faults(validator, changed(digits, ("model", "hidden"), block))

    assert found({"@models": "art.MLP.v1", "hidden": [3]}) == []
    assert found({"@models": "art.MLP.v1", "hiden": [3]})[0][0] == "model.hidden"
    assert found({"@modls": "art.MLP.v1"})[0][0] == "model.hidden"
    # inside a setting, a block has none of the settings that ART keeps in sections
    metric = {"@metrics": "art.Classification.v1", "stages": ["explore"]}
    assert "'stages' was unexpected" in found(metric)[0][1]


def test_a_default_part_may_be_changed_by_settings_alone(validator):
    form = json_form(
        '[data]\n@data = "art.Digits.v1"\n[model]\n@models = "art.CNN.v1"\n'
        "[stages.overfit]\nmax_epochs = 3\n[stages.overfit.checks.reached]\nvalue = 0.9\n"
        '[visualizers.confusion]\nstages = ["evaluate"]\n',
        "x",
    )
    assert faults(validator, form) == []
    form["stages"]["overfit"]["max_epoch"] = 3
    form["stages"]["overfit"]["checks"]["reached"]["valu"] = 3
    assert [at for at, _ in faults(validator, form)] == [
        "stages.overfit", "stages.overfit.checks.reached"
    ]  # fmt: skip


@pytest.mark.parametrize(("registry", "name"), REGISTERED)
def test_every_function_is_there_with_all_its_words(schema, registry, name):
    found = schema["$defs"][f"{registry}.{name}"]
    signature = signature_of(registry, name)
    engine = {item.name for item in ENGINE_KEYS.get(registry, ())}
    assert set(found["properties"]) == {f"@{registry}", *signature.parameters, *engine}
    assert found["description"] and found["title"] == name
    for key, parameter in signature.parameters.items():
        setting = found["properties"][key]
        assert setting["title"].startswith(f"{key}: ")
        assert (key in found["required"]) == parameter.required == ("default" not in setting)
        assert setting.get("description", "") == parameter.doc


def test_choices_are_examples_too_for_editors_that_offer_them(schema):
    def examples(path):
        *outer, last = path
        found = schema["$defs"][".".join(outer)]["properties"][last]
        return found.get("examples")

    assert examples(("data", "art.Digits.v1", "scale")) == ["unit", "standard", "none"]
    assert examples(("checks", "art.Beats.v1", "severity")) == ["block", "warn"]
    assert examples(("optimizers", "torch.SGD.v1", "nesterov")) == [True, False]
    assert examples(("data", "art.IDX.v1", "limit")) is None  # null alone is no choice
    stages = schema["properties"]["project"]["properties"]["stages"]["else"]["items"]
    assert stages["examples"][0] == "explore" and len(stages["examples"]) == 7


@pytest.mark.parametrize("section", PLAIN)
def test_plain_settings_have_words_and_defaults(schema, section):
    found = schema["properties"][section]
    for parameter in plain_parameters(section):
        setting = found["properties"][parameter.name]
        assert setting["description"] == parameter.doc != ""
        assert parameter.required or setting["default"] == parameter.default


def test_code_files_join_and_open_functions_take_any_setting(tmp_path, art_command):
    (tmp_path / "own.py").write_text(
        "import art\n@art.models('own.Net.v1')\ndef net(data_info, size: int, **more):\n"
        '    """A net."""\n'
    )
    done = art_command("config", "schema", "--code", "own.py")
    assert (done.returncode, done.stderr) == (0, "")
    validator = Draft202012Validator(json.loads(done.stdout))
    form = {"data": {"@data": "art.Digits.v1"}, "model": {"@models": "own.Net.v1", "size": 1}}
    assert faults(validator, form) == []
    form["model"]["anything"] = {"goes": [1]}
    assert faults(validator, form) == []
    form["model"]["size"] = "one"
    assert [at for at, _ in faults(validator, form)] == ["model.size"]


def test_positions_further_settings_and_dataclasses_have_their_types(tmp_path, art_command):
    (tmp_path / "own.py").write_text(
        "from dataclasses import dataclass\nfrom typing import Annotated\n"
        "from annotated_types import Ge\nimport art\n"
        "@dataclass\nclass Layer:\n    width: int\n    act: str = 'relu'\n"
        "@art.models('own.Net.v1')\n"
        "def net(data_info, head: Layer, *widths: int, **rest: Annotated[float, Ge(0)]):\n"
        '    """A net."""\n'
    )
    done = art_command("config", "schema", "--code", "own.py")
    validator = Draft202012Validator(json.loads(done.stdout))

    def found(**own):
        model = {"@models": "own.Net.v1", "head": {"width": 3}, **own}
        form = {"data": {"@data": "art.Digits.v1"}, "model": model}
        return [at for at, _ in faults(validator, form)]

    assert found() == found(**{"*": [1, 2], "any": 0.5}) == found(**{"*": {"a": 1}}) == []
    assert found(head={"@models": "art.Linear.v1"}) == found(any="${a.b}") == []
    assert found(head={"width": "wide"}) == ["model.head.width"]
    assert found(head={"width": 3, "acct": "x"}) == found(head={}) == ["model.head"]
    assert found(any=-1) == ["model.any"] and found(**{"*": ["x"]}) == ["model.*"]


def test_the_commands_write_json_alone(art_command, tmp_path):
    written = art_command("config", "schema", "schema.json")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "wrote schema.json\n")
    printed = art_command("config", "schema")
    assert json.loads((tmp_path / "schema.json").read_text()) == json.loads(printed.stdout)
    (tmp_path / "a.cfg").write_text(
        '[paths]\ndata = "ż"\n[data]\nx = ${paths.data}\ny = [1, ${a.b}]\n[metrics]\n'
    )
    done = art_command("config", "json", "a.cfg")
    assert json.loads(done.stdout) == {
        "paths": {"data": "ż"},
        "data": {"x": "${paths.data}", "y": [1, "${a.b}"]},
        "metrics": {},
    }
    assert "ż" in done.stdout and done.stderr == ""


def test_a_config_that_cannot_be_read_is_refused_with_its_place(art_command, tmp_path):
    (tmp_path / "a.cfg").write_text("[model]\nnonsense\n")
    done = art_command("config", "json", "a.cfg")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("a.cfg:2:1: ")


def test_standard_input_is_read_and_an_ascii_terminal_gets_ascii(art_command, tmp_path):
    command = [sys.executable, "-m", "art", "config", "json", "-"]
    done = subprocess.run(
        command, input='[paths]\ndata = "ż"\n'.encode(), capture_output=True, cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"\\u017c" in done.stdout and json.loads(done.stdout) == {"paths": {"data": "ż"}}
    for bad in (b"\xff\xfe[\x00", b'[data]\nx = "\xff"\n', b"[data]\nx = [NaN]\n"):
        done = subprocess.run(command, input=bad, capture_output=True, cwd=ROOT)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"<stdin>") and b"Traceback" not in done.stderr


def test_secrets_are_hidden(art_command, tmp_path):
    (tmp_path / "a.cfg").write_text('[loggers.a]\napi_key = "0123456789abcdef0123"\n')
    done = art_command("config", "json", "a.cfg")
    assert "0123456789abcdef" not in done.stdout


def test_making_it_imports_no_torch():
    script = (
        "import sys; from art.cli.app import run; code = run(['config', 'schema']);"
        "sys.exit(code or any(name in sys.modules for name in ('torch', 'sklearn', 'jsonschema')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT)
    assert done.returncode == 0 and json.loads(done.stdout)


@pytest.mark.parametrize("command", [("schema",), ("json", "a.cfg")], ids=["schema", "json"])
def test_a_config_named_as_the_output_is_not_lost(art_command, tmp_path, command):
    (tmp_path / "a.cfg").write_text("[project]\nseed = 1\n")
    done = art_command("config", *command, "a.cfg")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "a.cfg: JSON is written to a file that ends in .json, or to - for stdout.\n"
    )
    assert (tmp_path / "a.cfg").read_text() == "[project]\nseed = 1\n"
