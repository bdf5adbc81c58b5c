"""Every door is on the list, is knocked on, and stays shut."""

import pickle
from pathlib import Path

import pytest

from benchmarks.robustness.doors.gadgets import gadgets
from benchmarks.robustness.doors.knocking import Knocker
from benchmarks.robustness.doors.table import DOORS
from benchmarks.robustness.hostile import Scene
from tests.conftest import ROOT

KNOCKED = {door.knock.__name__: door for door in DOORS if door.knock is not None}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with Knocker() as knocker:
        yield Scene(tmp_path_factory.mktemp("doors"), knocker, step=7)


@pytest.mark.parametrize("name", KNOCKED)
def test_a_door_stays_shut(scene, name):
    done = list(KNOCKED[name].knock(scene))
    scene.restore()
    assert {what: found for what, found in done if found} == {}
    assert len(done) >= 2


def test_the_watch_sees_what_a_pickle_does(scene):
    """Else no door would ever be found open."""
    for name in ("os:system", "os:mkdir", "builtins:open", "importlib", "socket", "os:remove"):
        value = dict(gadgets(scene.marker))[name]
        path = scene.folder / "gadget.pkl"
        path.write_bytes(pickle.dumps(value))
        answer = scene.call("benchmarks.robustness.doors.calls:unpickle", path)
        assert scene.faults(answer, (0, 1, 2), says=""), name
        assert any("watched" in line for line in answer.faults(scene.marker, says="")), name


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_is_described_as_it_is(door):
    page = " ".join((ROOT / "docs" / "robustness.md").read_text(encoding="utf-8").split())
    assert door.name in page
    if not door.trusted:
        assert Path(ROOT, door.guard).is_file() and Path(ROOT, door.tested).is_file()
