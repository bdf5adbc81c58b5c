"""The recipe config as the rest of ART sees it: complete, checked, plain values."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from art.config.functions.annotations import Mismatch
from art.config.functions.blocks import CHECKS, own_settings, reference_of
from art.config.functions.settings import NoSetting, assign, settings_of
from art.config.layering.layers import get
from art.config.reading.positions import Path
from art.config.reading.references import escape
from art.config.sections import Contract, Project, System, Training
from art.config.specs import CheckSpec, StageSpec
from art.config.writing.render import to_text
from art.core.secrets import Secrets, redact, secret_values
from art.core.task import TaskProfile
from art.errors import ConfigError, Fault, Location, UserError, did_you_mean


@dataclass(frozen=True)
class RecipeConfig:
    """A config with all layers merged, filled, looked up and checked.

    Attributes:
        source: the file as the user named it.
        values: plain JSON values by section.
        raw: the same before `${}` was looked up.
        origins: where each setting and section stands, by path.
        profile: what is known of the task.
        shared: settings that other models of the config have, `model.x`; for a model that lacks
            one, it is passed over.
    """

    source: str
    values: dict[str, Any]
    raw: dict[str, Any]
    origins: Mapping[Path, Location]
    profile: TaskProfile
    shared: frozenset[str] = frozenset()

    @cached_property
    def project(self) -> Project:
        """`[project]`."""
        return Project(**self.values["project"])

    @cached_property
    def system(self) -> System:
        """`[system]`."""
        return System(**self.values["system"])

    @cached_property
    def training(self) -> Training:
        """`[training]`."""
        return Training(**self.values["training"])

    @cached_property
    def contract(self) -> Contract:
        """`[contract]`."""
        return Contract(**self.values["contract"])

    @cached_property
    def paths(self) -> dict[str, Any]:
        """`[paths]`."""
        return dict(self.values["paths"])

    @cached_property
    def stages(self) -> tuple[StageSpec, ...]:
        """The stages in the recipe's order."""
        names = self.project.stages
        return tuple(
            _stage(name, order, self.values["stages"][name])
            for order, name in enumerate(names, start=1)
        )

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        """Model blocks: `{"": block}` of `[model]`, or by NAME of `[models.NAME]`."""
        if "model" in self.values:
            return {"": deepcopy(self.values["model"])}
        return deepcopy(self.values.get("models", {}))

    def block(self, section: str) -> dict[str, Any] | None:
        """The block of a section such as `data`; None where the config has none."""
        return deepcopy(self.values.get(section))

    def parts(self, section: str, stage: str) -> dict[str, dict[str, Any]]:
        """The blocks that are on in a stage, by name, without the settings that ART keeps.

        Args:
            section: `metrics`, `visualizers`, `loggers` or `callbacks`.
            stage: the stage's name in the config.
        """
        found = {}
        for name, block in self.values.get(section, {}).items():
            on = block.get("stages") is None or stage in block["stages"]
            if on and stage not in (block.get("skip_stages") or ()):
                found[name] = deepcopy(own_settings(block, section))
        return found

    def settings(self) -> dict[str, Any]:
        """Every setting by dotted name."""
        return settings_of(self.values)

    def for_model(self, name: str) -> RecipeConfig:
        """The config for one of several models: `[models.NAME]` becomes `[model]`.

        Raises:
            UserError: there is no such model.
        """
        if name == "" and "model" in self.values:
            return self
        models = self.values.get("models", {})
        if name not in models:
            raise UserError(f"the config has no model '{name}'.{did_you_mean(name, models)}")
        names = (key.split(".", 2) for key in self.settings() if key.startswith("models."))
        return replace(
            self,
            values=_with_model(self.values, name),
            raw=_with_model(self.raw, name),
            origins=_origins_of_model(self.origins, name),
            shared=frozenset(f"model.{parts[2]}" for parts in names),
        )

    def with_settings(self, settings: Mapping[str, Any], origin: str) -> RecipeConfig:
        """The config with some settings changed.

        Args:
            settings: values by dotted name, checked and turned into the settings' types.
            origin: where they come from, for messages.

        Raises:
            ConfigError: settings that do not exist or values that do not fit; all at once.
        """
        if not settings:
            return self
        values, raw, origins = deepcopy(self.values), deepcopy(self.raw), dict(self.origins)
        faults = []
        for name, value in settings.items():
            try:
                changed = assign(values, name, value)
            except (NoSetting, Mismatch) as error:
                if name not in self.shared or isinstance(error, Mismatch):
                    faults.append(Fault(str(error), "", Location(origin)))
                continue
            for path in changed:
                get(raw, path[:-1])[path[-1]] = escape(get(values, path))
                origins[path] = Location(origin)
        if faults:
            raise ConfigError(faults)
        return replace(self, values=values, raw=raw, origins=origins)

    @cached_property
    def secrets(self) -> Secrets:
        """What hides this config's secrets, and the environment's, in any text."""
        return Secrets(secret_values(self.values))

    def redacted(self) -> dict[str, Any]:
        """`values` with every secret hidden, for showing and sending on.

        Also where it is a part of another value, by a reference or by hand.
        """
        found: dict[str, Any] = self.secrets.hidden_in(redact(self.values))
        return found

    def to_text(self) -> str:
        """The config as text: resolved, filled, secrets hidden; it can be read again."""
        return to_text(self.redacted())


def _stage(name: str, order: int, block: Mapping[str, Any]) -> StageSpec:
    checks = {key: _check(key, check) for key, check in block.get(CHECKS, {}).items()}
    own = deepcopy(own_settings(block, "stages"))
    overrides = deepcopy(block.get("overrides") or {})
    return StageSpec(name, order, reference_of(block)[1], own, checks, overrides)


def _check(name: str, block: Mapping[str, Any]) -> CheckSpec:
    own = deepcopy(own_settings(block, CHECKS))
    severity, hint = block.get("severity", "block"), block.get("hint", "")
    return CheckSpec(name, reference_of(block)[1], own, severity, hint)


def _with_model(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        "model" if section == "models" else section: deepcopy(
            content[name] if section == "models" else content
        )
        for section, content in values.items()
    }


def _origins_of_model(origins: Mapping[Path, Location], name: str) -> dict[Path, Location]:
    found = {}
    for path, at in origins.items():
        if path[:2] == ("models", name):
            found[("model",) + path[2:]] = at  # noqa: RUF005 - no stars in an index before 3.11
        elif path[:1] != ("models",):
            found[path] = at
    return found
