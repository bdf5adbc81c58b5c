"""`art get`, `art train SOURCE`, `--edit` on a real terminal, with the editors that people have."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.screens import Screen

EDITORS = {
    # accept; change the seed; leave with an error or an empty file
    "nano": ("\x18", "\x17seed\r\x05\x7f7\x18y\r", None),
    "vim": (":wq\r", ":%s/seed = 0/seed = 7/\r:wq\r", ":cq\r"),
    "ed": ("q\n", ",s/seed = 0/seed = 7/\nw\nq\n", "1,$d\nw\nq\n"),
}
slow = pytest.mark.slow
SOME = [pytest.param("nano", marks=slow), pytest.param("vim", marks=slow), "ed"]
OPENED = {"nano": "Exit", "vim": "Read it before it is saved", "ed": "\n1"}


def editor(name: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return {"vim": "vim -u NONE -N", "nano": "nano --ignorercfiles"}.get(name, name)


@pytest.fixture
def screen(tmp_path):
    """Starts `art` on a terminal, as a user without a past."""

    def start(*arguments: str, editor: str = "", **environ: str) -> Screen:
        own = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "CACHE", "STATE")}
        own |= {"ART_EDITOR": editor, "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": "/dev/null"}
        return Screen(*arguments, cwd=tmp_path, environ={**own, **environ})

    return start


def reviews(folder: Path) -> list[Path]:
    """Files of reviews that are not over; that one was accepted is remembered beside them."""
    files = (path for path in (folder / "STATE").rglob("*") if path.is_file())
    return [path for path in files if path.parent.name != "reviewed"]


@pytest.mark.parametrize("name", SOME)
def test_to_close_the_editor_accepts(screen, tmp_path, name):
    art = screen("get", "digits", editor=editor(name))
    art.until(OPENED[name])
    art.type(EDITORS[name][0])
    assert art.end() == 0, art.shown
    text = (tmp_path / "digits.cfg").read_text()
    assert text.startswith("# art-lock: ") and "#:" not in text and "seed = 0" in text
    assert "Next: art train digits.cfg" in art.shown and reviews(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITORS)
def test_what_is_edited_is_saved(screen, tmp_path, name):
    art = screen("get", "digits", "mine.cfg", editor=editor(name))
    art.until(OPENED[name])
    art.type(EDITORS[name][1])
    assert art.end() == 0, art.shown
    assert "seed = 7" in (tmp_path / "mine.cfg").read_text()


@pytest.mark.parametrize("name", SOME[1:])
def test_to_leave_it_with_an_error_or_empty_changes_nothing(screen, tmp_path, name):
    art = screen("get", "digits", editor=editor(name))
    art.until(OPENED[name])
    art.type(EDITORS[name][2])
    assert art.end() == 2
    assert "nothing was changed" in art.shown
    assert not (tmp_path / "digits.cfg").exists() and reviews(tmp_path) == []


def test_a_killed_editor_changes_nothing_and_gives_the_terminal_back(screen, tmp_path):
    art = screen("get", "digits", editor=editor("nano"))
    art.until(OPENED["nano"])
    art.kill_editor("nano")
    assert art.end() == 2
    assert "ended by signal 9; nothing was changed" in art.shown
    assert not (tmp_path / "digits.cfg").exists()


@pytest.mark.slow
def test_ctrl_c_is_the_editors(screen, tmp_path):
    art = screen("get", "digits", editor=editor("ed"))
    art.until(OPENED["ed"])
    art.type("\x03")
    art.until("?")  # what ed says to it
    art.type("q\n")
    assert art.end() == 0, art.shown
    assert (tmp_path / "digits.cfg").is_file()


def test_a_mistake_comes_back_and_is_put_right(screen, tmp_path):
    art = screen("get", "digits", editor=editor("ed"))
    art.until(OPENED["ed"])
    art.type(",s/hidden = /hiden = /\nw\nq\n1,8p\n")  # the last is for the second round
    art.until("Did you mean 'hidden'?")
    art.type(",s/^hiden = /hidden = /\nw\nq\n")
    assert art.end() == 0, art.shown
    assert "hidden = 64" in (tmp_path / "digits.cfg").read_text()


def script(tmp_path: Path, body: str) -> str:
    file = tmp_path / "editor.py"
    file.write_text(f"import pathlib, sys\nfile = pathlib.Path(sys.argv[-1])\n{body}\n")
    return f"{sys.executable} {file}"


@pytest.fixture
def far(tmp_path) -> Path:
    """A repository with a quick recipe; its source."""
    from tests.hub.servers import git

    folder = tmp_path / "far"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    config = (Path(__file__).parents[2] / "configs" / "digits.cfg").read_text()
    start, _, rest = config.partition("stages = ")
    (folder / "d.cfg").write_text(f'{start}stages = ["explore"]\n{rest.partition(chr(10))[2]}')
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    return folder


@pytest.mark.slow
def test_train_shows_a_source_first_and_runs_what_was_accepted(screen, tmp_path, far):
    change = "file.write_text(file.read_text().replace('seed = 0', 'seed = 7'))"
    art = screen("train", f"git+file://{far}//d.cfg", editor=script(tmp_path, change))
    assert art.end(120) == 0, art.shown
    assert "1 of 1 passed" in art.shown
    record = next((tmp_path / "runs").rglob("config.cfg"))
    assert "seed = 7" in record.read_text() and "seed = 7" in (tmp_path / "d.cfg").read_text()
    again = screen("train", f"git+file://{far}//d.cfg", editor="false")
    assert again.end(120) == 0, again.shown
    assert "reviewed before" in again.shown


def test_train_runs_nothing_unreviewed(screen, tmp_path, far, art_command):
    done = art_command("train", f"git+file://{far}//d.cfg")
    assert done.returncode == 2 and "Nothing is run unreviewed" in done.stderr
    art = screen("train", f"git+file://{far}//d.cfg", editor="false")
    assert art.end() == 2 and "nothing was changed" in art.shown
    assert not (tmp_path / "runs").exists() and not (tmp_path / "d.cfg").exists()


def test_a_forged_line_is_no_review(tmp_path, far, art_command):
    """A folder that was downloaded may hold a config that says it was reviewed."""
    source = f"git+file://{far}//d.cfg"
    got = art_command("get", source, "--yes")
    assert got.returncode == 0, got.stderr
    planted = tmp_path / "downloaded"
    planted.mkdir()
    (planted / "d.cfg").write_text((tmp_path / "d.cfg").read_text())
    done = art_command("train", source, cwd=planted)
    assert done.returncode == 2 and "Nothing is run unreviewed" in done.stderr
    assert not (planted / "runs").exists()


@pytest.mark.slow
def test_the_source_may_change_during_the_review(screen, tmp_path, far):
    change = f"pathlib.Path({str(far / 'd.cfg')!r}).write_text('[evil]')"
    commit = "import subprocess; subprocess.run(['git', 'commit', '-qam', 'evil'], cwd={!r})"
    body = f"{change}\n{commit.format(str(far))}"
    art = screen("get", f"git+file://{far}//d.cfg", editor=script(tmp_path, body))
    assert art.end() == 0, art.shown
    assert "evil" not in (tmp_path / "d.cfg").read_text()


def test_list_shows_the_index(art_command):
    done = art_command("get", "--list")
    assert done.returncode == 0 and "digits " in done.stdout and done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["get"], "art get needs a SOURCE"),
        (["get", "digits"], "--yes accepts it unseen"),
        (["get", "--update", "a.cfg", "b.cfg"], "no second name"),
        (["get", "--update", "none.cfg"], "no such config"),
    ],
)
def test_mistakes_of_the_command_line_are_said_in_a_line(art_command, arguments, says):
    done = art_command(*arguments)
    assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1


def test_a_new_config_is_edited_before_it_is_saved(screen, tmp_path):
    art = screen("init", "config", "new.cfg", "--edit", editor=editor("ed"))
    art.until("/new.cfg")
    art.type(",s/hidden = /hiden = /\nw\nq\n1,9p\n")
    art.until("unknown setting 'hiden'")
    art.type(",s/hiden = /hidden = /\n,s/seed = 0/seed = 7/\nw\nq\n")
    assert art.end() == 0, art.shown
    text = (tmp_path / "new.cfg").read_text()
    assert "\nseed = 7\n" in text and "#!" not in text and "#:" not in text
    assert "Next: art train new.cfg" in art.shown


def test_a_new_config_that_is_given_up_leaves_what_was_there(screen, tmp_path):
    (tmp_path / "new.cfg").write_text("mine")
    art = screen("init", "config", "new.cfg", "--edit", "--force", editor=editor("ed"))
    art.until("/new.cfg")
    art.type("1,$d\nw\nq\n")
    assert art.end() == 2, art.shown
    assert (tmp_path / "new.cfg").read_text() == "mine"


@pytest.mark.slow
def test_what_was_typed_survives_the_end_of_art_itself(screen, tmp_path):
    art = screen("get", "digits", editor=editor("ed"))
    art.until(OPENED["ed"])
    art.type(",s/seed = 0/seed = 7/\nw\n")
    art.until("w\r\n1")
    art.process.kill()
    art.process.wait(10)
    (place,) = reviews(tmp_path)
    assert "seed = 7" in place.read_text() and str(place) in art.shown
    assert not (tmp_path / "digits.cfg").exists()
