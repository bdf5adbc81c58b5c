"""`art apply`: writes what a run found best into a config, after the same review."""

from __future__ import annotations

from collections.abc import Callable
from os.path import lexists
from pathlib import Path
from typing import Any

from art.config.checking.foreign import foreign_faults
from art.config.functions.annotations import Mismatch
from art.config.functions.settings import NoSetting, assign
from art.config.layering.default import default_layer
from art.config.layering.layers import get
from art.config.layering.stack import SYSTEM_FILE
from art.config.loading import assemble
from art.config.reading.document import read
from art.config.reading.text import read_file
from art.config.writing.edit import set_value
from art.core.missing import meant
from art.core.planted import read_stored
from art.core.record import Record
from art.errors import HubError, PathError, RecordError, did_you_mean
from art.hub.review import Proposal, Validate, review
from art.hub.storing import store_reviewed
from art.reporting.difference import difference
from art.store.layout import RECORD, runs_below
from art.store.record_file import decode


def apply_settings(run: Path, config: Path, *, accept: bool, say: Callable[[str], None]) -> str:
    """Write the settings that a run found best into a config.

    Args:
        run: the run's folder, or a stage's, whose newest passed run counts.
        config: the config.
        accept: do not ask.
        say: takes what is to be told meanwhile.

    Returns:
        The config's text as it stands now.

    Raises:
        PathError: there is no record, or no config.
        HubError: the run found no settings, the config has no such settings, or the review was
            given up.
        ConfigError: the config has mistakes.
    """
    record = _record(run)
    if not record.settings:
        raise HubError(f"{run}: {record.stage} found no settings. Regularize leaves some.")
    text = read_file(config)
    draft = assemble(default_layer(), [read(text, str(config))], str(config), False)
    draft.fail()
    shared = _shared(record, draft.values)
    changed = _applied(text, config, record, draft.values)
    if changed == text:
        say(f"{config} has these settings already.")
        return text
    shown = difference(text, changed, (str(config), f"{config} (new)"))
    title = f"{config}: with the settings that {record.stage} found best in run {record.run}."
    lines = [title, *shared, "", *shown.rstrip("\n").split("\n")]
    accepted = review(Proposal(config, changed, lines), _faults_of(config), accept=accept, say=say)
    if accept:
        say("\n".join([*shared, shown.rstrip("\n")]))
    store_reviewed(config, accepted, text)
    say(f"wrote {config}")
    return accepted


def _faults_of(config: Path) -> Validate:
    """Finds the mistakes of a text that is to stand in a file, with the system config beside it."""
    beside = config.parent / SYSTEM_FILE
    machine = read_file(beside, "system config") if lexists(beside) else ""
    return lambda text: foreign_faults(text, config.name, system=machine)


def _record(run: Path) -> Record:
    """The record of a run's folder, or the newest passed one of a stage's."""
    if run.name == RECORD:
        run = run.parent
    folders = [run] if lexists(run / RECORD) else _runs_in(run)
    found = []
    for folder in folders:
        try:
            found.append(decode(read_stored(folder / RECORD), str(folder)))
        except (OSError, RecordError) as error:
            raise PathError(f"{folder}: its record cannot be read: {error}") from None
    passed = [record for record in found if record.status == "passed"] or found
    if not passed:
        raise PathError(
            f"{run}: there is no record here. A run's folder is RUNS/PROJECT/06-regularize/0001-..."
        )
    return passed[-1]


def _runs_in(stage: Path) -> list[Path]:
    if not stage.is_dir():
        raise PathError(f"{stage}: no such folder.{meant(stage)}")
    return runs_below(stage)


def _applied(text: str, config: Path, record: Record, values: dict[str, Any]) -> str:
    """The config's text with a record's settings."""
    for name, value in record.settings.items():
        try:
            paths = assign(values, _of_model(name, record, values, config), value)
        except (NoSetting, Mismatch) as error:
            raise HubError(f"{config}: {error}") from None
        for path in paths:
            text = set_value(text, path, get(values, path))
    return text


def _shared(record: Record, values: dict[str, Any]) -> list[str]:
    """A remark where one of several models was tuned and a setting counts for all of them."""
    models = get(values, ("models",)) or {}
    shared = [name for name in record.settings if not name.startswith("model.")]
    if len(models) < 2 or not shared:
        return []
    others = ", ".join(name for name in models if name != record.model)
    return [
        f"{', '.join(shared)}: found for {record.model}, and counts for {others} as well, since "
        f"all models share the section."
    ]


def _of_model(name: str, record: Record, values: dict[str, Any], config: Path) -> str:
    """A setting's name where there are several models: `models.small.dropout`."""
    models = get(values, ("models",))
    section, _, rest = name.partition(".")
    if section != "model" or not models:
        return name
    if record.model not in models:
        known = did_you_mean(str(record.model), models)
        raise HubError(f"{config} has no [models.{record.model}], which the run was of.{known}")
    return f"models.{record.model}.{rest}"
