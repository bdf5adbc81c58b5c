"""Fixtures that several folders share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forking import ForkServer

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"

SMALL = """
[project]
name = "small"
stages = {stages}
[paths]
runs = "{runs}"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "art.BreastCancer.v1"
batch_size = 64
[model]
@models = "art.MLP.v1"
hidden = [32]
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.01
[training]
max_epochs = 12
{more}
"""

SEVEN = (
    '["explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize", '
    '"evaluate"]'
)


@pytest.fixture
def small(tmp_path):
    """Writes a small, quick recipe over breast cancer; returns its path."""

    def write(more: str = "", stages: str = SEVEN, name: str = "small.cfg") -> Path:
        path = tmp_path / name
        path.write_text(SMALL.format(stages=stages, runs=tmp_path / "runs", more=more))
        return path

    return write


@pytest.fixture(scope="session")
def fork_server():
    """Starts commands that need not import torch again; see tests/forking.py."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def art_command(tmp_path, request):
    """Runs `art` as a user does, in a process of its own; the user's own config is kept out."""
    fresh = request.getfixturevalue("art_process")
    if sys.platform != "linux" or os.environ.get("ART_TESTS_FRESH"):
        return fresh
    server = request.getfixturevalue("fork_server")

    def run(*arguments: object, cwd: Path = tmp_path, **environment: str):
        if any(name.startswith("PYTHON") for name in environment):  # read when Python starts
            return fresh(*arguments, cwd=cwd, **environment)
        own = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg"), **environment}
        return server.run([*map(str, arguments)], cwd, own, timeout=300)

    return run


@pytest.fixture
def art_process(tmp_path):
    """Runs `art` in a process that imports everything itself."""

    def run(*arguments: object, cwd: Path = tmp_path, **environment: str):
        return subprocess.run(
            [sys.executable, "-m", "art", *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg"), **environment},
        )

    return run


@pytest.fixture(autouse=True)
def _no_system_config_of_the_developer(tmp_path, monkeypatch):
    """A developer's own system.cfg must not change what a test sees."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("ART_CONFIG_OVERRIDES", raising=False)
