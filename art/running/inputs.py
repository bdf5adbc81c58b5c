"""What goes into a stage, as digests: when none has changed, the stage is up to date.

Nothing here imports torch: whether there is work is decided in a fraction of a second.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from art.config import RecipeConfig, StageSpec
from art.core.files import sha256_file
from art.core.record import Record
from art.core.secrets import HIDDEN, redact
from art.core.stage import Stage
from art.registries import ALL, stages
from art.running.packages import art_version
from art.store.fingerprints import digest, fingerprint_of, outcome_digest

DATA_SECTIONS = ("data",)
FOLDER = re.compile(r"data|dir|folder|location|path|root", re.IGNORECASE)
"""What a setting that takes a folder is called."""


class InputDigests:
    """Computes what goes into each stage.

    Args:
        config: the recipe.
        code: digests of the --code files, by path.
        cache: the file that remembers digests of data files.
    """

    def __init__(self, config: RecipeConfig, code: Mapping[str, str], cache: Path) -> None:
        self._config = config
        self._code = dict(code)
        self._cache = cache
        self._data: dict[str, str] | None = None
        self._files = {Path(path): content for path, content in code.items()}

    def of(
        self, spec: StageSpec, model: str | None, earlier: Mapping[str, Record | None]
    ) -> dict[str, Any]:
        """The contract's `inputs` of a record.

        Args:
            spec: the stage.
            model: the name of the model, for `[models.NAME]`; None for a stage of the data.
            earlier: the latest records of the stages before it, by `01-name`.
        """
        config = self._config.for_model(model) if model else self._config
        return {
            "config": digest(self._settings(config, spec)),
            "code": digest(self._functions(config, spec)),
            "data": digest(_contents(self.data())),
            "earlier": {
                name: outcome_digest(record) if record else "" for name, record in earlier.items()
            },
        }

    def training_digest(self, config: RecipeConfig, spec: StageSpec) -> str:
        """All that a training run depends on, besides the stage's own settings."""
        settings = self._settings(config, spec)
        settings.pop("stage")
        return digest([settings, self._functions(config, spec), digest(_contents(self.data()))])

    def _settings(self, config: RecipeConfig, spec: StageSpec) -> dict[str, Any]:
        """The settings that the stage reads. Machine settings are not among them, but precision:
        a run must not go stale because it is continued on another machine."""
        reads = getattr(stages.get(spec.registered), "reads", Stage.reads)
        settings: dict[str, Any] = {
            section: config.values[section] for section in reads if section in config.values
        }
        if "data" in settings:
            settings["data"] = _by_content(settings["data"], self.data())
        if "data" not in config.values and "model" in config.values:  # it brings the data
            settings["model"] = config.values["model"]
        if "model" in reads:
            settings["precision"] = config.system.precision
        for section in ("metrics", "visualizers"):
            settings[section] = config.parts(section, spec.name)
        settings["seed"] = config.project.seed
        settings["stage"] = {
            "block": spec.block,
            "overrides": spec.overrides,
            "checks": {
                name: [check.block, check.severity, check.hint]
                for name, check in spec.checks.items()
            },
        }
        return settings

    def _functions(self, config: RecipeConfig, spec: StageSpec) -> dict[str, str]:
        """The digest of the file of every registered function that the stage's settings name."""
        named = self.of_functions(self._settings(config, spec))
        return {**named, **self._code, "art": art_version()}

    def of_functions(self, values: Any) -> dict[str, str]:
        """By `@registry name`, the digest of the file of each function that the values name."""
        files = {}
        for registry, name in set(registered(values)):
            file = _file_of(registry, name)
            files[f"@{registry} {name}"] = _file_digest(file) if file else ""
            if file:
                self._files.setdefault(file, _file_digest(file))
        return files

    def code(self) -> dict[Path, str]:
        """The digests of the --code files and of the neighbours they imported."""
        return {Path(path): content for path, content in self._code.items()}

    def data(self) -> dict[str, str]:
        """The fingerprint of every file and folder that `[data]` names, and of `[paths] data`.

        Every text that could name one is there but secrets; its fingerprint is empty where it does
        not.
        """
        if self._data is None:
            values = {name: self._config.values.get(name) for name in DATA_SECTIONS}
            values["paths"] = {"data": self._config.paths.get("data")}
            runs = self._cache.parent.parent
            self._data = {
                text: fingerprint_of(text, self._cache, runs=runs)
                for text in sorted({*_paths(redact(values))} - {HIDDEN})
            }
        return self._data

    def files(self) -> dict[Path, str]:
        """Digests of the code files and of those that define what was looked at so far."""
        return dict(self._files)


def registered(value: Any) -> Iterator[tuple[str, str]]:
    """(registry, name) of every block in settings."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key.startswith("@") and key[1:] in ALL and isinstance(item, str):
                yield key[1:], item
            else:
                yield from registered(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from registered(item)


def _contents(data: Mapping[str, str]) -> list[str]:
    """What the files and folders hold, wherever they lie."""
    return sorted({content for content in data.values() if content})


def _by_content(value: Any, data: Mapping[str, str]) -> Any:
    """Settings with what a file or folder holds in place of its path: the same data elsewhere, as
    on another machine, are the same. The ending stays, since it says how a file is read."""
    if isinstance(value, str) and data.get(value):
        return ["content", data[value], Path(value).suffix]
    if isinstance(value, Mapping):
        return {key: _by_content(item, data) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_by_content(item, data) for item in value]
    return value


def _file_of(registry: str, name: str) -> Path | None:
    function = ALL[registry].get(name)
    module = sys.modules.get(getattr(function, "__module__", ""))
    file = getattr(module, "__file__", None)
    return Path(file) if file and Path(file).is_file() else None


@cache
def _file_digest(file: Path) -> str:
    return sha256_file(file)


def _paths(value: Any, key: str = "") -> Iterator[str]:
    """Every text that could be a path. A dot is one under the name of a folder alone: else it is
    mostly a decimal point."""
    if isinstance(value, str):
        if value not in (".", "..") or FOLDER.search(key):
            yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _paths(item, str(name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _paths(item, key)
