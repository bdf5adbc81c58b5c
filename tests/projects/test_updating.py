"""A project follows its template; what its user changed stays, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from types import SimpleNamespace

import pytest

import art
from art import api
from art.errors import PathError, UserError
from tests.conftest import ROOT
from tests.projects.conftest import CONFIG, FUNCTIONS, QUESTIONS


@pytest.fixture
def project(template, tmp_path):
    """A project made from the template."""
    folder = tmp_path / "new"
    api.make_project(folder, str(template()))
    return folder


def text_of(project, name="recipe.cfg"):
    return (project / name).read_text()


def change(project, name, *changes):
    text = text_of(project, name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (project / name).write_text(text)


def files_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nothing_new_is_nothing_to_do(project):
    before = files_of(project)
    done = api.update_project(project)
    assert done.is_current and not done.changed and files_of(project) == before


def test_a_config_is_merged_by_key_and_keeps_its_comments(project, template):
    change(project, "recipe.cfg", ("lr = 0.002", "lr = 0.01  "), ("# The kind", "# My kind"))
    newer = CONFIG.replace("batch_size = 64", "batch_size = 32") + "\n[training]\nmax_epochs = 5\n"
    template(files={"recipe.cfg.jinja": newer})
    done = api.update_project(project)
    assert done.changed == ["recipe.cfg: merged with yours"] and not done.conflicts
    text = text_of(project)
    assert "lr = 0.01  \n" in text and "# My kind" in text
    assert "batch_size = 32" in text and "max_epochs = 5" in text
    assert art.validate(project / "recipe.cfg") == []
    assert api.update_project(project).is_current


def test_a_setting_that_both_changed_stays_and_is_said(project, template):
    change(project, "recipe.cfg", ("lr = 0.002", "lr = 0.01"))
    template(files={"recipe.cfg.jinja": CONFIG.replace("lr = 0.002", "lr = 0.0005")})
    done = api.update_project(project)
    assert done.conflicts == [
        "recipe.cfg: optimizer.lr: yours is 0.01, the template's now 0.0005; yours is kept"
    ]
    assert "lr = 0.01" in text_of(project)
    assert api.update_project(project).is_current  # it was said, and is not said again


def test_code_is_merged_by_line(project, template):
    change(project, "functions.py", ("return 1", "return 100"))
    template(files={"functions.py": FUNCTIONS.replace("return 3", "return 300")})
    done = api.update_project(project)
    assert done.changed == ["functions.py: merged with yours"]
    text = text_of(project, "functions.py")
    assert "return 100" in text and "return 300" in text and "<<<" not in text


def test_code_that_both_changed_has_both(project, template):
    change(project, "functions.py", ("return 1", "return 100"))
    template(files={"functions.py": FUNCTIONS.replace("return 1\n", "return 111\n")})
    done = api.update_project(project)
    assert done.conflicts == ["functions.py:7: yours and the template's stand there"]
    text = text_of(project, "functions.py")
    assert text.splitlines()[6] == "<<<<<<< yours"
    assert "return 100" in text and "return 111" in text


def test_files_come_and_go(project, template):
    change(project, "docs/notes.md", ("first", "mine"))
    template(files={"docs/notes.md": None, "functions.py": None, "more/extra.txt": "extra\n"})
    done = api.update_project(project)
    assert sorted(done.changed) == [
        "docs/notes.md: gone from the template; you changed it, so it stays",
        "functions.py: removed, as in the template",
        "more/extra.txt: new",
    ]
    assert text_of(project, "docs/notes.md") == "mine\n"
    assert text_of(project, "more/extra.txt") == "extra\n"
    assert not (project / "functions.py").exists()


def test_a_file_that_was_removed_stays_away(project, template):
    (project / "functions.py").unlink()
    template(files={"functions.py": FUNCTIONS + "\n# more\n"})
    done = api.update_project(project)
    assert done.changed == ["functions.py: you removed it, and it stays away"]
    assert not (project / "functions.py").exists()


def test_what_cannot_be_merged_is_laid_beside(project, template):
    (project / "data.bin").write_bytes(b"\x00mine")
    (project / "own.txt").write_text("mine")
    template(files={"data.bin": b"\x00\xff", "own.txt": "theirs"})
    done = api.update_project(project)
    assert done.conflicts == [
        "data.bin: yours is kept, the template's is data.bin.new",
        "own.txt: yours is kept, the template's is own.txt.new",
    ]
    assert (project / "data.bin").read_bytes() == b"\x00mine"
    assert (project / "data.bin.new").read_bytes() == b"\x00\xff"
    assert text_of(project, "own.txt") == "mine"


def test_answers_are_kept_and_new_questions_answered(project, template):
    api.update_project(project, answers={"width": "16"})
    assert "hidden = [16]" in text_of(project)
    more = QUESTIONS + "depth:\n  type: int\n  default: 2\n"
    newer = CONFIG.replace("[{{ width }}]", "{{ [width] * depth }}")
    template(files={"copier.yml": more, "recipe.cfg.jinja": newer})
    api.update_project(project)
    assert "hidden = [16, 16]" in text_of(project)
    answers = json.loads(text_of(project, ".art/project.json"))["answers"]
    assert answers == {"name": "new", "width": 16, "depth": 2}


def test_a_built_in_template_of_a_newer_art_is_followed(tmp_path, monkeypatch):
    package = tmp_path / "newer" / "art"
    shutil.copytree(ROOT / "templates", package / "templates")
    project = tmp_path / "mine"
    api.make_project(project, "digits")
    change(project, "recipe.cfg", ("dropout = 0.2", "dropout = 0.4"))
    change(project, "functions.py", ("import art\n", "import art\nimport math\n"))
    recipe = package / "templates/digits/project/recipe.cfg.jinja"
    recipe.write_text(recipe.read_text().replace("max_epochs = 30", "max_epochs = 40"))
    code = package / "templates/digits/project/functions.py.jinja"
    code.write_text(code.read_text() + "\n\n# the end\n")
    newer = SimpleNamespace(__file__=str(package / "__init__.py"))
    monkeypatch.setattr("art.projects.sources.art", newer)
    done = api.update_project(project)
    assert done.changed == ["functions.py: merged with yours", "recipe.cfg: merged with yours"]
    text = text_of(project)
    assert "dropout = 0.4" in text and "max_epochs = 40" in text
    text = text_of(project, "functions.py")
    assert "import math\n" in text and text.endswith("# the end\n") and "<<<" not in text
    assert api.update_project(project).is_current


def test_a_dry_run_writes_nothing(project, template):
    change(project, "recipe.cfg", ("lr = 0.002", "lr = 0.01"))
    template(files={"recipe.cfg.jinja": CONFIG.replace("0.002", "0.1"), "docs/notes.md": "new\n"})
    before = files_of(project)
    done = api.update_project(project, dry_run=True)
    assert done.conflicts and done.changed == ["docs/notes.md: updated"]
    assert files_of(project) == before


def test_a_template_that_went_bad_or_away_changes_nothing(project, template, tmp_path):
    before = files_of(project)
    template(files={"copier.yml": f"{QUESTIONS}_migrations: ['touch {tmp_path}/ran']\n"})
    with pytest.raises(UserError, match="when it is updated"):
        api.update_project(project)
    shutil.rmtree(tmp_path / "template")
    with pytest.raises(PathError, match="no such folder"):
        api.update_project(project)
    assert files_of(project) == before and not (tmp_path / "ran").exists()


def test_no_link_leads_an_update_out_of_the_project(project, template, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.md").write_text("first\n")
    shutil.rmtree(project / "docs")
    (project / "docs").symlink_to(outside)
    template(files={"docs/notes.md": "second\n"})
    with pytest.raises(PathError, match="leads out of the project"):
        api.update_project(project)
    assert (outside / "notes.md").read_text() == "first\n"


@pytest.mark.parametrize("damage", ["{", '{"schema": 1}', '{"schema": 9, "template": "x"}', "[]"])
def test_a_damaged_project_is_said(project, damage):
    (project / ".art/project.json").write_text(damage)
    with pytest.raises(UserError, match=r"project\.json"):
        api.update_project(project)


def test_a_folder_that_is_no_project_is_said(tmp_path):
    with pytest.raises(PathError, match="no project that `art init project` made"):
        api.update_project(tmp_path)
