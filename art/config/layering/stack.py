"""Where settings come from: the recipe config, system configs, the environment and options."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from art.config.layering.layers import Layer
from art.config.layering.overrides import environment_layer, mapping_layer, options_layer
from art.config.names import ORDER, SYSTEM_SECTIONS
from art.config.reading.document import read
from art.config.reading.secrets import secret_faults
from art.config.reading.text import read_file
from art.errors import Fault, did_you_mean

SYSTEM_FILE = "system.cfg"

Overrides = Sequence[str] | Mapping[str, Any]


def layers_of(
    text: str,
    source: str,
    *,
    folder: Path | None,
    overrides: Overrides,
    system: Path | None,
    environ: Mapping[str, str] | None,
) -> list[Layer]:
    """All layers over the defaults, the recipe config first, with the faults of their texts.

    Raises:
        PathError: a system config cannot be read.
    """
    base = read(text, source)
    base.faults += secret_faults(base)
    machine = _system_layers(source, folder, system)
    given = [environment_layer(os.environ if environ is None else environ)]
    if isinstance(overrides, Mapping):
        given.append(mapping_layer(overrides, "overrides"))
    else:
        given.append(options_layer(overrides))
    return [base, *_without_others_loggers(machine, [base, *machine, *given]), *given]


def system_faults(layer: Layer) -> Iterator[Fault]:
    """What a system config holds and must not."""
    sections = {path[0]: at for path, at in reversed(layer.sections.items())}
    for name, at in reversed(sections.items()):
        if name == "hub":
            what = "[hub] stands in your own system config alone, in the folder of your settings."
            yield Fault(what, "", at)
        elif name not in SYSTEM_SECTIONS:
            near = did_you_mean(name, SYSTEM_SECTIONS) if name not in ORDER else ""
            yield Fault(
                f"[{name}] has no place in a system config, which describes this machine and "
                f"holds [paths], [system], [loggers.*] and [executor] only; what shapes the "
                f"results belongs in the recipe config.{near}",
                "",
                at,
            )


def user_system_file() -> Path:
    """Where the user's own system config would be: for all projects, in the platform's folder."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("art")) / SYSTEM_FILE


def _without_others_loggers(machine: Sequence[Layer], every: Sequence[Layer]) -> list[Layer]:
    """The system configs without the settings of loggers that no layer names.

    A system.cfg serves all configs beside it: the project that one config's tracker writes to is no
    half of a logger in the others.
    """
    named = {
        entry.path[:2]
        for layer in every
        for entry in layer.entries
        if entry.path[0] == "loggers" and entry.path[2:] == ("@loggers",)
    }
    return [
        layer.only(lambda path: path[0] != "loggers" or len(path) < 2 or path[:2] in named)
        for layer in machine
    ]


def _system_layers(source: str, folder: Path | None, system: Path | None) -> list[Layer]:
    own = user_system_file()
    files = [own] if os.path.lexists(own) else []
    if system is not None:
        files.append(system)
    elif folder is not None and os.path.lexists(folder / SYSTEM_FILE):
        files.append(folder / SYSTEM_FILE)
    layers = []
    for file in files:
        if file != Path(source):
            layer = read(read_file(file, "system config"), str(file))
            if file == own:  # whom to trust is no matter of a project, and no setting of a run
                layer = layer.only(lambda path: path[0] != "hub")
            layer.faults += system_faults(layer)
            layers.append(layer)
    return layers
