"""What is installed: every sub-package, the files that go with them, and no stranger's name."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.conftest import ROOT

LINKED = ("registry", "configs", "quickstart", "templates")


def packages_on_disk():
    found = set()
    for folder, _, files in os.walk(ROOT / "art", followlinks=True):
        if "__init__.py" in files:
            found.add(os.path.relpath(folder, ROOT).replace(os.sep, "."))
    return found


def declared():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def test_setup_cfg_names_every_package_on_disk():
    named = declared()["options"]["packages"].split()
    assert len(named) == len(set(named))
    assert set(named) == packages_on_disk()


def test_folders_of_code_are_packages():
    for folder, _, files in os.walk(ROOT / "art", followlinks=True):
        if any(file.endswith(".py") for file in files):
            assert "__init__.py" in files, f"{folder} would vanish from the wheel"


def test_the_links_are_there_and_lead_to_the_folders_beside_art():
    for name in LINKED:
        link = ROOT / "art" / name
        assert link.is_symlink() and link.readlink().as_posix() == f"../{name}"
        assert (link / "__init__.py").is_file()
        assert not (ROOT / "art" / f"{name}.py").exists()  # it would hide the link
    places = dict(
        line.split(" = ") for line in declared()["options"]["package_dir"].strip().splitlines()
    )
    assert places == {f"art.{name}": name for name in LINKED}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The files of a wheel that is built from a copy of the tree, so that nothing is left in it."""
    copy, out = tmp_path_factory.mktemp("tree") / "art", tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(
        ".git",
        ".venv",
        ".*_cache",
        ".hypothesis",
        "tests",
        "benchmarks",
        "docs",
        "build",
        "*.egg-info",
    )
    shutil.copytree(ROOT, copy, symlinks=True, ignore=left_out)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "-q", "-w", str(out), str(copy)],
        capture_output=True,
        text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_every_module_and_data_file(wheel):
    wanted = {"art/py.typed"}
    for suffix in ("*.py", "*.cfg"):
        for path in (ROOT / "art").rglob(suffix):
            wanted.add(path.relative_to(ROOT).as_posix())
    for path in (ROOT / "registry" / "data" / "files").iterdir():
        wanted.add(f"art/{path.relative_to(ROOT).as_posix()}")
    for name in LINKED:
        for suffix in ("*.py", "*.cfg"):
            wanted |= {
                f"art/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / name).rglob(suffix)
            }
    for path in (ROOT / "templates").glob("*/**/*"):
        if path.is_file():
            wanted.add(f"art/{path.relative_to(ROOT).as_posix()}")
    assert "art/templates/digits/project/.gitignore" in wanted
    assert wanted - set(wheel) == set()
    assert wheel["art/configs/default.cfg"] == (ROOT / "configs" / "default.cfg").read_bytes()
    assert "art/registry/stages/explore.py" in wheel


def test_the_wheel_takes_no_general_name(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"art"}
    (points,) = (wheel[name] for name in wheel if name.endswith("entry_points.txt"))
    assert "art = art.cli.app:main" in points.decode()
