"""A lock: all that a run was made from, so that another run can be held to it.

Every run folder has one, `lock.json`. `art train CONFIG --locked RUN` compares it with what would
run now and refuses where anything has drifted.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from art.config import RecipeConfig, origin_texts, settings_of
from art.core.missing import meant
from art.core.planted import read_planted
from art.errors import PathError, UserError
from art.registries import ALL, place_of
from art.running.inputs import InputDigests, registered
from art.running.packages import package_versions
from art.store import opened
from art.store.layout import folders_in, runs_below

FILE = "lock.json"
SCHEMA = 1
MACHINE = ("paths", "system", "loggers", "executor")
"""Sections that say nothing about the science: a run may be held to another machine's lock."""
RESULTS = ("system.precision",)
"""Settings of those sections that change results all the same, and count as a stage's inputs."""


_PARTS = ("config", "origins", "code", "functions", "files", "data", "packages")


@dataclass(frozen=True)
class Lock:
    """What a run was made from.

    Attributes:
        config: every setting by dotted name, looked up, with secrets hidden.
        origins: where each comes from: a file and line, a variable, an option, a default.
        code: the sha256 of each --code file and of the neighbours it imported.
        functions: of each registered function that the config names, where it stands.
        files: the sha256 of the file that each of them stands in.
        data: the fingerprint of each file or folder that the config names.
        packages: versions by name, ART's own and those it needs.
        python: its version.
    """

    config: dict[str, Any]
    origins: dict[str, str]
    code: dict[str, str]
    functions: dict[str, str]
    files: dict[str, str]
    data: dict[str, str]
    packages: dict[str, str]
    python: str
    schema: int = SCHEMA

    def to_text(self) -> str:
        """The lock as it is written."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str) + "\n"


def make_lock(config: RecipeConfig, digests: InputDigests) -> Lock:
    """The lock of a recipe as it is now."""
    files = digests.of_functions(config.values)
    named = sorted(set(registered(config.values)))
    return Lock(
        config=json.loads(json.dumps(settings_of(config.redacted()), default=str)),
        origins=origin_texts(config),
        code={_short(path): content for path, content in digests.code().items()},
        functions={f"@{registry} {name}": _place(registry, name) for registry, name in named},
        files=files,
        data={text: content for text, content in digests.data().items() if content},
        packages=package_versions(_plugins(named)),
        python=platform.python_version(),
    )


def read_lock(run: Path) -> Lock:
    """The lock of a run folder, or of the newest run below a folder.

    Raises:
        PathError: there is none, or it cannot be read.
    """
    if run.name == FILE and run.is_file():
        run = run.parent
    if not run.exists():
        raise PathError(f"{run}: no such run.{meant(run)} `art report` names the folders of runs.")
    found = [run / FILE] if (run / FILE).is_file() else _in_order(run)
    if not found:
        raise PathError(
            f"{run}: no {FILE} there. Name a run's folder, RUNS/PROJECT/STAGE/RUN, or a project's."
        )
    try:
        lock = Lock(**dict(json.loads(read_planted(found[-1]))))
        if not all(isinstance(getattr(lock, name), dict) for name in _PARTS):
            raise TypeError
        return lock
    except (OSError, ValueError, TypeError, RecursionError):  # broken, or of another version
        raise PathError(
            f"{found[-1]}: not a lock that this version can read. Run the stage again to write one."
        ) from None


def refuse_drift(then: Lock, now: Lock, run: Path) -> None:
    """Refuse to run what is not what the lock says.

    Raises:
        UserError: with everything that drifted.
    """
    drifted = list(_drift(then, now))
    if drifted:
        things = "thing has" if len(drifted) == 1 else "things have"
        lines = "".join(f"\n  {line}" for line in drifted)
        raise UserError(f"{len(drifted)} {things} drifted since {run}; nothing was run.{lines}")


def _drift(then: Lock, now: Lock) -> Iterator[str]:
    for name, old, new in _changes(_science(then), _science(now)):
        at = now.origins.get(name, "")
        yield f"setting {name}: {_shown(old)} then, {_shown(new)} now" + (f" ({at})" if at else "")
    for path, old, _ in _changes(then.code, now.code):
        yield f"code {path}: {'another file' if old else 'not there'} then"
    for name, old, new in _changes(then.files, now.files):
        if old and new:  # one that came or went is a setting that changed
            yield f"function {name}: its file changed ({now.functions[name]})"
    if sorted(map(str, then.data.values())) != sorted(now.data.values()):
        yield f"data: other content ({', '.join(now.data or then.data)})"
    for name, old, new in _changes(then.packages, now.packages):
        yield f"package {name}: {old or 'not there'} then, {new or 'not there'} now"
    if then.python != now.python:
        yield f"python: {then.python} then, {now.python} now"


def _science(lock: Lock) -> dict[str, Any]:
    """The settings that count: not the machine's, and data by its content, not by its place."""
    return {
        name: value
        for name, value in lock.config.items()
        if (name.split(".", 1)[0] not in MACHINE or name in RESULTS)
        and not (isinstance(value, str) and value in lock.data)
    }


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            yield name, then.get(name), now.get(name)


def _shown(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def _place(registry: str, name: str) -> str:
    place = place_of(ALL[registry].get(name))
    return f"{_short(Path(place.file))}:{place.line}"


def _short(path: Path) -> str:
    """A file as another machine knows it too: from the working folder, or from its package."""
    for root in (Path.cwd(), *(parent.parent for parent in path.parents if _is_package(parent))):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file() and not (folder.parent / "__init__.py").is_file()


def _plugins(named: list[tuple[str, str]]) -> tuple[str, ...]:
    points = (ALL[registry].plugins.get(name) for registry, name in named)
    return tuple(sorted({point.dist.name for point in points if point and point.dist}))


def _in_order(project: Path) -> list[Path]:
    """The locks of a project's runs as these were opened, the latest last."""
    places = opened(project)

    def place(lock: Path) -> tuple[int, str]:
        folder = lock.parent.relative_to(project).as_posix()
        return places.get(folder, -1), folder

    stages = [project / name for name in folders_in(project)]
    runs = [run for stage in stages for run in runs_below(stage, FILE)]
    return sorted((run / FILE for run in runs), key=place)
