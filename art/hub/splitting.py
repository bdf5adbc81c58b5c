"""Splits a machine's settings off a config, and fits them to this machine.

What is true of the author's machine alone has no place in a recipe: `[paths]`, `[system]`,
`[executor]`, and the projects and servers of trackers. They go to `system.cfg`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from art.config.reading.document import read
from art.config.reading.lines import Addition, Lines
from art.config.reading.positions import KeySpan, scan
from art.config.reading.positions import Path as Key
from art.config.sections import PLAIN, plain_parameters
from art.config.writing.edit import remove, remove_section, set_value
from art.core.files import at_home
from art.errors import HubError
from art.hub.machine import Machine

MACHINES = ("paths", "system", "executor")
TRACKERS = frozenset({
    "api_url", "base_url", "dir", "entity", "experiment", "experiment_name", "host", "log_dir",
    "organization", "project", "project_name", "registry_uri", "save_dir", "server", "team",
    "tracking_uri", "uri", "url", "user", "workspace",
})  # fmt: skip
"""Settings of a logger that say whose account or which server, and nothing of the science."""

MOST = 200
"""No machine has more settings; each takes time to be moved."""


@dataclass(frozen=True)
class Split:
    """A config without the settings of its author's machine.

    Attributes:
        recipe: the config; everything else in it is as it was, to the byte.
        system: what was split off and fits here, as the text of a system config; may be empty.
        notes: what was changed to fit, and what was left out, a line each.
        had_limit: whether there was a `max_batch_size`.
    """

    recipe: str
    system: str
    notes: tuple[str, ...] = ()
    had_limit: bool = False


def split(text: str, machine: Machine, folder: Path) -> Split:
    """Split a config.

    Args:
        text: the config.
        machine: what its settings are to fit.
        folder: from where relative paths count.

    Raises:
        HubError: it has far too many settings of a machine, or one of them twice.
    """
    _refuse_repetitions(text)
    values = {entry.path: entry.value for entry in read(text, "").entries}
    written = [(path, span) for path, span in _in_order(text) if _is_machines(path)]
    if len(written) > MOST:
        raise HubError(f"refused: {len(written):,} settings of its author's machine are too many.")
    system, notes = "", []
    for path, span in written:
        fitted, note = _fitted(path, values.get(path), machine, folder)
        notes += [note] if note else []
        if fitted is None and path[0] == "paths" and path[1] not in ("data", "runs"):
            system = set_value(system, path, None)  # the recipe may refer to it
        elif fitted is None or _is_default(path, fitted):
            continue
        elif fitted == values.get(path):
            system = _add(system, path, span.text)
        else:
            system = set_value(system, path, fitted)
    had_limit = values.get(("system", "max_batch_size")) is not None
    return Split(_without(text), system, tuple(notes), had_limit)


def merged_system(present: str, wanted: str) -> str:
    """A system config with what is wanted and not yet there. What is there is the user's, and
    stays."""
    there = set(Lines(present).keys)
    for path, span in _in_order(wanted):
        if path not in there:
            present = _add(present, path, span.text)
    return present


def lacking(present: str, wanted: str) -> str:
    """What `merged_system` adds, as a system config of its own; empty where it adds nothing."""
    there, found = set(Lines(present).keys), ""
    for path, span in _in_order(wanted):
        if path not in there:
            found = _add(found, path, span.text)
    return found


def _in_order(text: str) -> list[tuple[Key, KeySpan]]:
    return sorted(Lines(text).keys.items(), key=lambda item: item[1].at.line)


def _without(text: str) -> str:
    for section in MACHINES:
        text = remove_section(text, (section,))
    for path in [path for path in Lines(text).keys if _is_machines(path)]:
        text = remove(text, path)
    return text


def _refuse_repetitions(text: str) -> None:
    """Of what is there twice, one would be moved and the other stay unseen."""
    found = scan(text, "")
    paths = [span.path for span in found.sections if span.path[0] in MACHINES]
    paths += [path for key in found.keys if _is_machines(path := (*key.section, key.key))]
    for path, count in Counter(paths).items():
        if count > 1:
            raise HubError(f"refused: '{'.'.join(path)}' is in the config {count} times.")


def _is_machines(path: Key) -> bool:
    """Whether a setting is of a machine; one below a faulty header has no section, and is not."""
    is_trackers = path[0] == "loggers" and path[-1] in TRACKERS
    return len(path) > 1 and (path[0] in MACHINES or is_trackers)


def _add(text: str, path: Key, written: str) -> str:
    """A config with a setting more, written as it was."""
    lines = Lines(text)
    first, *more = written.split("\n")
    setting = [f"{path[-1]} = {first}", *(f"    {line}" for line in more)]
    section = path[:-1]
    if section in lines.headers:
        return lines.add([Addition(lines.ends[section], setting, is_section=False)])
    header = f"[{'.'.join(section)}]"
    return lines.add([Addition(lines.place(section), [header, *setting], is_section=True)])


def _is_default(path: Key, value: Any) -> bool:
    if path[0] not in PLAIN or len(path) != 2:
        return False
    known = {parameter.name: parameter for parameter in plain_parameters(path[0])}
    return path[1] in known and known[path[1]].default == value


def _fitted(path: Key, value: Any, machine: Machine, folder: Path) -> tuple[Any, str]:
    """The value that fits this machine, None for none, and what to say where it is another."""
    name = ".".join(path)
    if path[0] == "loggers":
        return value, f"{name} = {value!r} is its author's: make it yours in system.cfg"
    if path[0] == "paths":
        return _fitted_path(name, value, folder)
    fit = _FITTINGS.get(name)
    return fit(value, machine) if fit else (value, "")


def _fitted_path(name: str, value: Any, folder: Path) -> tuple[Any, str]:
    if not isinstance(value, str) or "${" in value:
        return value, ""
    path = at_home(value)
    is_far = path.is_absolute() or PureWindowsPath(value).is_absolute() or ".." in path.parts
    if is_far and not (folder / path).exists():
        return None, f"{name} = {value!r} is not here and was left out: set it in system.cfg"
    return value, ""


def _accelerator(value: Any, machine: Machine) -> tuple[Any, str]:
    if not isinstance(value, str) or machine.has(value):
        return value, ""
    return None, f'system.accelerator = "{value}" is not here: "auto" takes what there is'


def _precision(value: Any, machine: Machine) -> tuple[Any, str]:
    if value in ("16-mixed", "16-true") and not machine.accelerators:
        return None, f'system.precision = "{value}" needs a GPU: "32-true" is used here'
    return value, ""


def _devices(value: Any, machine: Machine) -> tuple[Any, str]:
    if value in (1, "1", "auto") or (isinstance(value, list) and len(value) == 1):
        return value, ""
    return None, f"system.devices = {value!r}: ART trains on one device yet, and takes 1"


def _workers(value: Any, machine: Machine) -> tuple[Any, str]:
    if isinstance(value, int) and value > machine.cpus:
        return machine.cpus, f"system.num_workers = {value}: here are {machine.cpus} processors"
    return value, ""


def _batch(value: Any, machine: Machine) -> tuple[Any, str]:
    if value is None:
        return None, ""
    return None, f"system.max_batch_size = {value!r} is of its author's memory: measured after this"


_FITTINGS: dict[str, Callable[[Any, Machine], tuple[Any, str]]] = {
    "system.accelerator": _accelerator,
    "system.precision": _precision,
    "system.devices": _devices,
    "system.num_workers": _workers,
    "system.max_batch_size": _batch,
}
