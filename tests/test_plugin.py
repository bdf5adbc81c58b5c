"""A plugin as its author ships it: installed with pip, named in a config and nowhere else."""

import json
import subprocess
import sys

import pytest

SETUP = """
[metadata]
name = art-tiny-plugin
version = 1.0
[options]
py_modules = tiny_plugin
[options.entry_points]
art_stages =
    tiny.Count.v1 = tiny_plugin:Count
art_checks =
    tiny.Even.v1 = tiny_plugin:Even
"""

MODULE = """
import art


class Count(art.Stage):
    '''Counts the training samples.'''

    def __init__(self, factor: int = 1):
        self.factor = factor

    def run(self, context):
        return {"count": self.factor * context.data_info.sizes["train"]}


class Even(art.Check):
    '''An even score.'''

    def __init__(self, score: str):
        self.score = score

    def judge(self, findings):
        value = findings.scores[self.score]
        return art.Verdict(value % 2 == 0, value, "even", f"{self.score} is {value:g}")
"""

COUNT = """
[stages.count]
@stages = "tiny.Count.v1"
factor = 2
[stages.count.checks.even]
@checks = "tiny.Even.v1"
score = "count"
"""


@pytest.fixture
def install(tmp_path):
    """Installs the plugin into a folder of its own; returns the environment that finds it."""

    def install(module: str) -> dict[str, str]:
        source = tmp_path / "source"
        source.mkdir()
        (source / "setup.cfg").write_text(SETUP)
        (source / "setup.py").write_text("from setuptools import setup\n\nsetup()\n")
        (source / "tiny_plugin.py").write_text(module)
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation",
             "--no-index", "--disable-pip-version-check", "-q",
             "--target", str(tmp_path / "site"), str(source)],
            capture_output=True,
            text=True,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return {"PYTHONPATH": str(tmp_path / "site")}

    return install


def test_an_installed_plugin_is_named_like_a_built_in_part(art_command, install, small, tmp_path):
    site = install(MODULE)
    config = small(COUNT, stages='["count"]')
    done = art_command("train", config, **site)
    assert done.returncode == 0, done.stdout + done.stderr
    (record,) = json.loads(art_command("report", "--json").stdout)["stages"]
    assert record["scores"]["count"] == 2 * 399
    assert record["checks"][0]["check"] == "tiny.Even.v1"
    listed = art_command("list", "stages", **site).stdout
    head, _, rest = listed.partition("  tiny.Count.v1  site/tiny_plugin.py:5\n")
    assert head and rest.startswith("    Counts the training samples.\n      factor: int = 1\n")

    unknown = art_command("train", small(COUNT.replace("factor", "facter"), '["count"]'), **site)
    assert unknown.returncode == 2 and "Did you mean 'factor'?" in unknown.stderr
    absent = art_command("train", config)
    assert absent.returncode == 2 and "unknown @stages 'tiny.Count.v1'" in absent.stderr


def test_a_plugin_that_does_not_load_is_named(art_command, install, small):
    site = install("import art\n\nraise ImportError('its library is missing')\n")
    done = art_command("train", small(COUNT, stages='["count"]'), **site)
    assert done.returncode == 2
    assert done.stdout == "" and "Traceback" not in done.stderr
    for words in ("tiny.Count.v1", "the plugin 'art-tiny-plugin'", "its library is missing"):
        assert words in done.stderr
    # who does not name it is not troubled by it
    assert art_command("train", small(stages='["explore"]'), **site).returncode == 0
