"""What can be offered of the config that a line names; of one that cannot be read, nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.code_reading import registered_in
from art.core.planted import read_planted
from art.errors import PathError

if TYPE_CHECKING:
    from art.config.suggest import Setting

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Named:
    """A setting to offer: its dotted name and a line about it."""

    name: str
    doc: str = ""


def stages(config: str) -> list[tuple[str, str]]:
    """The stages of a config's recipe; the seven where none is named."""
    from art.config.suggest import stages_of

    return [(name, "") for name in stages_of(_text(config))]


def registered(registry: str, code: Sequence[str]) -> list[tuple[str, str]]:
    """The names of a registry, those of code files too, with what each is."""
    from art import api
    from art.config.suggest import registered_names

    api.populate()
    own = [(item.name, item.doc) for item in registered_in(code) if item.registry == registry]
    return [*registered_names(registry), *own]


def known_settings(config: str, options: Sequence[str], code: Sequence[str]) -> Iterator[Named]:
    """Every setting that the config has or could have."""
    own = registered_in(code)
    for setting in _settings(config, options):
        yield Named(setting.name, setting.words)
        prefix, _, key = setting.name.rpartition(".")
        for found in own if key.startswith("@") else ():
            if (f"@{found.registry}", found.name) == (key, setting.value):
                yield from (Named(f"{prefix}.{name}") for name in found.settings)


def part_settings(arguments: Sequence[str], code: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The settings of the part that `art add KIND NAME` names: `check.value`, and what each is."""
    from art import api
    from art.config.listing import parameters
    from art.config.writing.parts.kinds import KINDS
    from art.registries import ALL

    if len(arguments) < 2 or arguments[0] not in KINDS:
        return
    kind, name = arguments[:2]
    registry = KINDS[kind].registry
    api.populate()
    if name in ALL[registry].names() and name not in ALL[registry].plugins:
        for one in parameters(registry, name):
            yield f"{kind}.{one.name}", ": ".join(part for part in (one.type, one.doc) if part)
    for found in registered_in(code):
        if (found.registry, found.name) == (registry, name):
            yield from ((f"{kind}.{setting}", "") for setting in found.settings)


def written_parts(config: str, kind: str) -> list[tuple[str, str]]:
    """The parts of a kind that a config has a section for, by the section's name."""
    from art.cli.change_config import chosen
    from art.config.reading.document import read
    from art.config.suggest import stages_of
    from art.config.writing.parts.kinds import KINDS, group_of

    if kind not in KINDS:
        return []
    with suppress(PathError):  # there is none, or there are several: the defaults are offered
        config = config or str(chosen(None))
    text = _text(config)
    if kind == "stage":
        return [(name, "") for name in stages_of(text)]
    length = len(group_of(KINDS[kind])) + (not KINDS[kind].single)
    found = [
        path
        for path in read(text, config).sections
        if len(path) == length and path[:-1] == group_of(KINDS[kind], path[1] if length > 2 else "")
    ]
    return [(path[-1], f"[{'.'.join(path)}]") for path in found if len(path) > 1]


def values_of(
    name: str, config: str, options: Sequence[str], code: Sequence[str]
) -> list[tuple[str, str]] | None:
    """The values that a setting takes, each with a line about it; None where it is a path."""
    from art.config.suggest import choices, takes_path

    key = name.rpartition(".")[2]
    if key.startswith("@"):
        from art.registries import ALL

        return registered(key[1:], code) if key[1:] in ALL else []
    for setting in _settings(config, options):
        if setting.name == name:
            return None if takes_path(setting) else choices(setting)
    return []


def _settings(config: str, options: Sequence[str]) -> list[Setting]:
    from art import api
    from art.config.suggest import settings

    api.populate()
    return settings(_text(config), options)


def _text(config: str) -> str:
    path = Path(config).expanduser()
    try:
        if not config or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return ""
        return read_planted(path).decode("utf-8")
    except (OSError, ValueError):  # unreadable: the defaults are offered
        return ""
