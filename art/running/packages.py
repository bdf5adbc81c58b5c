"""The packages that a run depends on, with their versions."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version

NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
OURS = "actually-robust-training"


@cache
def package_versions(further: tuple[str, ...] = ()) -> dict[str, str]:
    """ART's dependencies and theirs, and those of further distributions, by name.

    Extras are left out: what a run does not need cannot have changed it.
    """
    found: dict[str, str] = {}
    waiting = [OURS, *further]
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # for another platform, or a checkout that is not installed
            continue
        found[name] = installed.version
        waiting += [
            match[0]
            for requirement in installed.requires or ()
            if "extra ==" not in requirement and (match := NAME.match(requirement))
        ]
    return dict(sorted(found.items()))


@cache
def art_version() -> str:
    """ART's version; empty where it runs from a checkout that is not installed."""
    try:
        return version(OURS)
    except PackageNotFoundError:
        return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
