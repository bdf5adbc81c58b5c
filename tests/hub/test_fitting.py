"""What fits this machine is measured after the review, and written into its system.cfg."""

from __future__ import annotations

from pathlib import Path

import pytest

from art import api
from art.errors import UserError
from art.hub.machine import Machine
from art.hub.system_config import system_text
from art.running import capacity
from art.running.capacity import Capacity
from tests.hub.conftest import DIGITS

THEIRS = DIGITS.replace("batch_size = 64", "batch_size = 16") + "[system]\nmax_batch_size = 16\n"


@pytest.fixture
def fits(monkeypatch):
    def say(limit: int | None) -> None:
        found = Capacity(16, limit, "cpu", 1 << 30)
        monkeypatch.setattr(capacity, "measure", lambda config, free: found)

    return say


def test_a_batch_of_16_where_8_fit_becomes_max_batch_size_8(home, fits, tmp_path):
    (tmp_path / "theirs.cfg").write_text(THEIRS)
    got = api.get(str(tmp_path / "theirs.cfg"), accept=True)
    assert got.is_unmeasured and not Path("system.cfg").exists()
    fits(8)
    assert "of a batch of 16, 8 samples fit at once" in api.fit_system(got)
    assert api.load("theirs.cfg").system.max_batch_size == 8
    fits(None)
    assert "a batch of 16 fits" in api.fit_system(got)
    assert api.load("theirs.cfg").system.max_batch_size is None


def test_where_all_fits_no_file_is_made(home, fits, tmp_path):
    (tmp_path / "theirs.cfg").write_text(THEIRS)
    fits(None)
    api.fit_system(api.get(str(tmp_path / "theirs.cfg"), accept=True))
    assert not Path("system.cfg").exists()


def test_without_a_limit_of_theirs_nothing_is_measured(home):
    assert not api.get("digits", accept=True).is_unmeasured


def test_what_is_not_installed_cannot_be_measured(home, tmp_path):
    (tmp_path / "theirs.cfg").write_text(THEIRS.replace("art.CNN.v1", "their.Net.v1"))
    got = api.get(str(tmp_path / "theirs.cfg"), accept=True)
    with pytest.raises(UserError, match=r"their\.Net\.v1"):
        api.fit_system(got)


@pytest.mark.parametrize("gpu", [True, False])
def test_a_system_config_counts_for_the_recipes_beside_it(home, gpu):
    machine = Machine(frozenset({"cuda"} if gpu else ()), 7, 1 << 30, "A machine")
    Path("digits.cfg").write_text(DIGITS)
    Path("system.cfg").write_text(system_text(machine, 8, "Measured."))
    recipe = api.load("digits.cfg")
    assert recipe.system.max_batch_size == 8
    assert ("recent GPU" in system_text(machine)) == gpu
    assert recipe.origins[("system", "max_batch_size")].source == "system.cfg"
