"""Project templates from a real git server over https: a folder at a revision, and nothing more."""

from __future__ import annotations

import json

import pytest

from art import api
from art.errors import HubError, UserError
from art.hub.fetching.git_folder import folder_source
from tests.hub.servers import git
from tests.projects.conftest import FILES

SMALL = {f"templates/small/{name}": text for name, text in FILES.items()}


def test_a_folder_at_a_revision_becomes_a_project_that_follows_it(repository, web, home):
    start = repository({**SMALL, "other/big.txt": "no part of it\n" * 1000})
    name = start.split("/git/")[1].split("/")[0]
    first = git(web.root / name, "rev-parse", "HEAD").strip()
    source = f"{start}//templates/small"
    made = api.make_project("new", source)
    assert made.files == ("docs/notes.md", "functions.py", "recipe.cfg")
    assert json.loads((home / "work/new/.art/project.json").read_text())["revision"] == first
    assert api.update_project("new").is_current
    repository({"templates/small/docs/notes.md": "second\n"})
    assert api.update_project("new").changed == ["docs/notes.md: updated"]
    api.make_project("old", f"{source}@{first}")
    assert (home / "work/old/docs/notes.md").read_text() == "first\n"
    assert api.update_project("old").is_current  # pinned: it follows nothing


def test_the_whole_repository(repository, home):
    start = repository(FILES)
    made = api.make_project("new", f"{start}//")
    assert made.files == ("docs/notes.md", "functions.py", "recipe.cfg")
    assert str(folder_source("git+https://host/r.git//@v1")) == "git+https://host/r.git//.@v1"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"copier.yml": "_tasks: ['touch {home}/ran']\n"}, "it runs commands"),
        ({"copier.yml": "_jinja_extensions: [os]\n"}, "it loads Python modules"),
        ({"functions.py": "x = 1  # \u202e\n"}, "functions.py:1"),
        ({"recipe.cfg.jinja": "[project]\nname = \"{{ '\\x1b[2J' }}\"\n"}, "recipe.cfg:2"),
        ({f"f{n}.txt": "" for n in range(201)}, "more than 200 files"),
    ],
)
def test_hostile_templates_write_nothing(repository, home, files, message):
    files = {name: text.replace("{home}", str(home)) for name, text in files.items()}
    start = repository({**FILES, **files})
    with pytest.raises(UserError, match=message):
        api.make_project("new", f"{start}//")
    assert not list((home / "work").iterdir()) and not (home / "ran").exists()


def test_a_link_or_a_submodule_in_the_folder_is_refused(repository, web, home):
    start = repository(FILES)
    folder = web.root / start.split("/git/")[1].split("/")[0]
    (folder / "key").symlink_to("/etc/passwd")
    repository({})
    with pytest.raises(HubError, match="'key' is a link or a submodule"):
        api.make_project("new", f"{start}//")
    assert not list((home / "work").iterdir())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git+https://127.0.0.1:1/r.git//", "git says"),
        ("git+https://user:word@host/r.git//", "holds no password"),
        ("git+https://host/r.git//../x", "not a path inside"),
        ("git+https://host/r.git//x@-rf", "not a revision"),
        ("git+ext://sh -c touch% ran//x", "git"),
        ("git+http://host/r.git//x", "git is fetched by"),
    ],
)
def test_sources_that_are_none(home, source, message):
    with pytest.raises(HubError, match=message):
        api.make_project("new", source)
    assert not list((home / "work").iterdir())
