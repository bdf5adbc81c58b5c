"""What goes into a stage, as digests: when none has changed, the stage is up to date.

Nothing here imports torch: whether there is work is decided in a fraction of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from art.config import RecipeConfig, StageSpec
from art.core.files import sha256_file
from art.core.record import Record
from art.core.stage import Stage
from art.registries import ALL, stages
from art.store.fingerprints import digest, fingerprint_path

DATA_SECTIONS = ("data",)


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
        self._data: str | None = None

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
            "data": self._data_digest(),
            "earlier": {
                name: digest(outcome(record)) if record else "" for name, record in earlier.items()
            },
        }

    def training_digest(self, config: RecipeConfig, spec: StageSpec) -> str:
        """All that a training run depends on, besides the stage's own settings."""
        settings = self._settings(config, spec)
        settings.pop("stage")
        return digest([settings, self._functions(config, spec), self._data_digest()])

    def _settings(self, config: RecipeConfig, spec: StageSpec) -> dict[str, Any]:
        """The settings that the stage reads. Machine settings are not among them, but precision:
        a run must not go stale because it is continued on another machine."""
        reads = getattr(stages.get(spec.registered), "reads", Stage.reads)
        settings: dict[str, Any] = {
            section: config.values[section] for section in reads if section in config.values
        }
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
        named = set(_registered(self._settings(config, spec)))
        files = {f"@{registry} {name}": _file_digest(registry, name) for registry, name in named}
        return {**files, **self._code, "art": _version("actually-robust-training")}

    def _data_digest(self) -> str:
        """The content of every file and folder that `[data]` names, and of `[paths] data`."""
        if self._data is None:
            values = [self._config.values.get(section) for section in DATA_SECTIONS]
            values.append(self._config.paths.get("data"))
            paths = sorted({text for text in _texts(values) if _is_path(text)})
            self._data = digest({p: fingerprint_path(Path(p), self._cache) for p in paths})
        return self._data


def outcome(record: Record) -> dict[str, Any]:
    """What a later stage can see of a record: no times, so that a repetition changes nothing."""
    return {
        "inputs": record.inputs,
        "scores": {name: repr(value) for name, value in record.scores.items()},
        "settings": record.settings,
        "status": record.status,
    }


def _registered(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key.startswith("@") and key[1:] in ALL and isinstance(item, str):
                yield key[1:], item
            else:
                yield from _registered(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _registered(item)


@cache
def _file_digest(registry: str, name: str) -> str:
    function = ALL[registry].get(name)
    module = sys.modules.get(getattr(function, "__module__", ""))
    file = getattr(module, "__file__", None)
    return sha256_file(Path(file)) if file and Path(file).is_file() else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _is_path(text: str) -> bool:
    try:
        return bool(text) and len(text) < 4096 and Path(text).exists()
    except (OSError, ValueError):  # a text that no path can be, e.g. with a NUL byte
        return False


@cache
def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""
