"""What `make` installs is known by its sha256, but for torch, whose build differs by machine."""

from __future__ import annotations

import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

FILES = ("requirements.txt", "requirements-dev.txt")
BY_MACHINE = {"torch", "triton"}
"""Torch and what its builds for a GPU bring along; those of NVIDIA are known by their names."""


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """The version and the hashes of each package of a file."""
    found = {}
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line.partition("--hash")[0].strip())
            version = str(requirement.specifier).removeprefix("==")
            found[canonicalize_name(requirement.name)] = (
                version, re.findall(r"--hash=sha256:([0-9a-f]{64})\b", line),
            )  # fmt: skip
    return found


def needed(root: str, extras: set[str]) -> set[str]:
    """The packages that an installed one needs on this machine, whatever needs them."""
    seen: set[tuple[str, str]] = set()
    waiting = [(root, extra) for extra in ("", *sorted(extras))]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen or (name in BY_MACHINE and name != root):
            continue
        seen.add((name, extra))
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                inner = canonicalize_name(requirement.name)
                waiting += [(inner, more) for more in ("", *requirement.extras)]
    return {name for name, _ in seen} - {root} - BY_MACHINE


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_its_hashes_and_no_index_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and "index-url" not in text and "find-links" not in text
    packages = locked(name)
    assert len(packages) > 50
    assert {package for package, (_, hashes) in packages.items() if not hashes} == set()
    assert "torch" not in packages


@pytest.mark.parametrize("name", FILES)
def test_the_versions_are_those_of_the_constraints(name):
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement in (Requirement(line) for line in lines if line[:1] not in ("#", ""))
    }
    found = {package: version for package, (version, _) in locked(name).items()}
    assert {p: v for p, v in found.items() if pinned.get(p, v) != v} == {}
    assert found.keys() - pinned.keys() <= {"setuptools"}


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.txt", set()), ("requirements-dev.txt", {"dev"})]
)
def test_nothing_that_is_installed_is_left_out(name, extras):
    missing = needed("actually-robust-training", extras) - locked(name).keys()
    assert {package for package in missing if not package.startswith("nvidia-")} == set()
