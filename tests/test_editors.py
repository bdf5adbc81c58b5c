"""What docs/editors.md tells people to put into VS Code works on what ART really writes."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess

import pytest
from jsonschema import Draft202012Validator

from art import api
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
SNIPPETS = {
    name: json.loads(body)
    for name, body in re.findall(
        r"`([\w./]+\.json)`(?:(?!```).)*?:\n\n```json\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE
    )
}
TASKS = {task["label"]: task for task in SNIPPETS[".vscode/tasks.json"]["tasks"]}
CHECK = TASKS["art: check config"]

BROKEN = """\
[project]
name = "broken"

[dta]

[model]
@models = "art.CNN.v1"
dropuot = 0.1
hidden = "a:b.cfg:3:4: c"

[training]
max_epochs = 0
[training]
"""


def run(task, file, art_command):
    """Run a task as VS Code does, its variables put in."""
    assert (task["type"], task["command"]) == ("process", "art")
    variables = {
        "${file}": str(file),
        "${fileDirname}": str(file.parent),
        "${fileBasenameNoExtension}": file.stem,
    }

    def filled(word):
        for name, value in variables.items():
            word = word.replace(name, value)
        assert "${" not in word
        return word

    done = art_command(*map(filled, task["args"]), cwd=file.parent)
    return done, (done.stdout + done.stderr).splitlines()


def problems_in_python(lines):
    found = []
    for matcher in CHECK["problemMatcher"]:
        pattern = matcher["pattern"]
        for line in lines:
            match = re.search(pattern["regexp"], line)
            if match:
                line_at, column = (
                    int(match[pattern[key]]) if key in pattern else 0 for key in ("line", "column")
                )
                found.append((match[pattern["file"]], line_at, column, match[pattern["message"]]))
    return found


NODE = """
const [matchers, lines] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const found = [];
for (const {pattern} of matchers)
  for (const line of lines) {
    const match = new RegExp(pattern.regexp).exec(line);
    if (match) found.push([match[pattern.file], Number(match[pattern.line] || 0),
                           Number(match[pattern.column] || 0), match[pattern.message]]);
  }
console.log(JSON.stringify(found));
"""


def problems_in_node(lines):
    """The same by JavaScript's regular expressions, which VS Code uses."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed here: apt-get install nodejs")
    done = subprocess.run(
        ["node", "-e", NODE], input=json.dumps([CHECK["problemMatcher"], lines]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [tuple(item) for item in json.loads(done.stdout)]


@pytest.mark.parametrize("problems", [problems_in_python, problems_in_node])
def test_every_mistake_becomes_a_problem_at_its_place(problems, art_command, tmp_path):
    file = tmp_path / "a config.cfg"
    file.write_text(BROKEN)
    done, lines = run(CHECK, file, art_command)
    assert done.returncode == 2
    faults = api.validate(file)
    assert len(faults) >= 5
    found = problems(lines)
    assert {name for name, *_ in found} == {str(file)}
    places = [(fault.location.line, fault.location.column) for fault in faults]
    assert sorted(places) == sorted((line, column) for _, line, column, _ in found)
    for fault in faults:
        assert any(fault.message in message for *_, message in found), fault


@pytest.mark.parametrize("problems", [problems_in_python, problems_in_node])
def test_a_mistake_of_the_whole_file_and_a_file_that_is_not_there(problems, art_command, tmp_path):
    file = tmp_path / "none.cfg"
    assert problems(run(CHECK, file, art_command)[1]) == [(str(file), 0, 0, "no such config.")]
    file.write_text('[model]\n@models = "art.CNN.v1"\n')
    (problem,) = problems(run(CHECK, file, art_command)[1])
    assert problem[:3] == (str(file), 0, 0) and "has no [data] section" in problem[3]


def test_a_sound_config_gives_no_problem(art_command):
    done, lines = run(CHECK, ROOT / "configs" / "digits.cfg", art_command)
    assert done.returncode == 0 and lines
    assert problems_in_python(lines) == []


def test_saving_runs_a_task_that_is_there():
    (binding,) = SNIPPETS["keybindings.json"]
    save, check = binding["args"]["commands"]
    assert save == "workbench.action.files.save"
    assert check == {"command": "workbench.action.tasks.runTask", "args": CHECK["label"]}


def test_the_schema_fits_the_json_that_the_task_writes(art_command, tmp_path):
    (association,) = SNIPPETS[".vscode/settings.json"]["json.schemas"]
    command = re.search(r"^art (config schema .*)$", TEXT, re.MULTILINE)
    assert art_command(*command[1].split()).returncode == 0
    schema = json.loads((tmp_path / association["url"]).read_text("utf-8"))
    validator = Draft202012Validator(schema)
    file = tmp_path / "digits.cfg"
    file.write_text((ROOT / "configs" / "digits.cfg").read_text("utf-8"))
    done, _ = run(TASKS["art: config as JSON"], file, art_command)
    assert done.returncode == 0
    (written,) = [path for path in tmp_path.iterdir() if path.name.endswith(".config.json")]
    assert fnmatch.fnmatch(written.name, association["fileMatch"][0])
    form = json.loads(written.read_text("utf-8"))
    assert list(validator.iter_errors(form)) == []
    form["model"]["dropout"] = "much"
    (error,) = validator.iter_errors(form)
    assert list(error.absolute_path) == ["model", "dropout"]
