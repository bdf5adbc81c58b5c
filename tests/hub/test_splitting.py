"""A machine's settings leave a recipe, fitted to this machine; all else stays to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from art.config.reading.document import read
from art.errors import HubError
from art.hub.machine import Machine, this_machine
from art.hub.splitting import lacking, merged_system, split

SMALL = Machine(frozenset(), 2, 4 << 30, "a laptop")
LARGE = Machine(frozenset({"cuda"}), 64, 256 << 30, "a server")
HERE = Path()


def values(text: str) -> dict[str, object]:
    layer = read(text, "c")
    assert layer.faults == []
    return {".".join(entry.path): entry.value for entry in layer.entries}


def test_a_recipe_without_machine_settings_stays_as_it_is():
    text = "# top\r\n[model]\r\n  x = [1,\r\n    2]\r\n"
    assert split(text, SMALL, HERE).recipe == text
    assert split(text, SMALL, HERE).system == ""


def test_trackers_projects_go_and_what_they_log_stays():
    text = (
        '[loggers.w]\n@loggers = "x.W.v1"\nproject = "theirs"\nentity = "them"\nevery = 3\n'
        '[metrics.m]\n@metrics = "x.M.v1"\nproject = "stays"\n'
    )
    done = split(text, SMALL, HERE)
    assert values(done.system) == {"loggers.w.project": "theirs", "loggers.w.entity": "them"}
    assert values(done.recipe) == {
        "loggers.w.@loggers": "x.W.v1", "loggers.w.every": 3,
        "metrics.m.@metrics": "x.M.v1", "metrics.m.project": "stays",
    }  # fmt: skip
    assert len(done.notes) == 2


@pytest.mark.parametrize(
    ("setting", "small", "large"),
    [
        ('accelerator = "gpu"', {}, {"system.accelerator": "gpu"}),
        ('accelerator = "cuda"', {}, {"system.accelerator": "cuda"}),
        ('accelerator = "tpu"', {}, {}),
        ('accelerator = "cpu"', {"system.accelerator": "cpu"}, {"system.accelerator": "cpu"}),
        ('accelerator = "auto"', {}, {}),
        ('precision = "16-mixed"', {}, {"system.precision": "16-mixed"}),
        ('precision = "64-true"', *[{"system.precision": "64-true"}] * 2),
        ("num_workers = 8", {"system.num_workers": 2}, {"system.num_workers": 8}),
        ("devices = 8", {}, {}),
        ("devices = [3]", {"system.devices": [3]}, {"system.devices": [3]}),
        ("max_batch_size = 16", {}, {}),
        ("max_batch_size = null", {}, {}),
    ],
)  # fmt: skip
def test_settings_are_fitted_to_the_machine(setting, small, large):
    text = f"[data]\nx = 1\n[system]\n{setting}\n"
    for machine, expected in ((SMALL, small), (LARGE, large)):
        done = split(text, machine, HERE)
        assert values(done.system) == expected and values(done.recipe) == {"data.x": 1}
        is_changed = values(text).get("system." + setting.split()[0]) not in (
            None, "auto", *expected.values(),
        )  # fmt: skip
        assert bool(done.notes) == is_changed, done.notes


def test_paths_of_another_machine_are_left_out_and_said(tmp_path):
    (tmp_path / "there").mkdir()
    text = (
        f'[paths]\ndata = "/nowhere/data"\nruns = "C:\\\\runs"\nhere = "{tmp_path / "there"}"\n'
        'near = "some/folder"\nup = "../../x"\nmixed = "${paths.near}/y"\n'
    )
    done = split(text, SMALL, tmp_path)
    assert values(done.system) == {
        "paths.here": str(tmp_path / "there"), "paths.near": "some/folder", "paths.up": None,
        "paths.mixed": '"${paths.near}/y"',
    }  # fmt: skip
    assert [note.split()[0] for note in done.notes] == ["paths.data", "paths.runs", "paths.up"]


def test_comments_of_other_sections_stay():
    text = "# what it is\n\n# mine\n[system]\nnum_workers = 1\n\n# about data\n[data]\nx = 1\n"
    assert split(text, SMALL, HERE).recipe == "# what it is\n\n# about data\n[data]\nx = 1\n"


def test_a_system_config_gains_only_what_it_lacks():
    present = '# mine\n[system]\nnum_workers = 1\n\n[paths]\ndata = "/d"'
    wanted = '[paths]\ndata = "x"\ncache = "c"\n[system]\nprecision = "64-true"\n'
    merged = merged_system(present, wanted)
    assert merged.startswith("# mine\n[system]\nnum_workers = 1\n")
    assert values(merged) == {
        "system.num_workers": 1, "system.precision": "64-true", "paths.data": "/d",
        "paths.cache": "c",
    }  # fmt: skip
    assert merged_system("", 'x = 1\n[paths]\nb = "1"\na = "2"\n') == '[paths]\nb = "1"\na = "2"\n'
    assert merged_system(present, "") == present and lacking(present, present) == ""
    assert values(lacking(present, wanted)) == {
        "system.precision": "64-true", "paths.cache": "c",
    }  # fmt: skip


def test_this_machine_is_looked_at_without_heavy_imports():
    machine = this_machine()
    assert machine.cpus >= 1 and machine.memory > 100_000_000
    assert machine.has("cpu") and machine.has("auto") and not machine.has("tpu")


@pytest.mark.parametrize(
    "text",
    [
        "[system]\nx = 1\n[model]\ny = 2\n[system]\nz = 3\n",
        '[loggers.a]\nproject = "x"\nproject = "y"\n',
    ],
)
def test_what_is_there_twice_is_refused(text):
    with pytest.raises(HubError, match="is in the config 2 times"):
        split(text, SMALL, HERE)


def test_more_settings_than_any_machine_has_are_refused():
    text = "[paths]\n" + "".join(f'a{number} = "x"\n' for number in range(300))
    with pytest.raises(HubError, match="300 settings of its author's machine are too many"):
        split(text, SMALL, HERE)
