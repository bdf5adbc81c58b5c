"""The config as a JSON Schema, draft 2020-12, made from the registries and the section models.

It describes a config's JSON form: `{"section": {"key": value}}`, references kept. It is stricter
than the loader in one respect: a number in quotes, which the loader reads, is no number here.
"""

from __future__ import annotations

import inspect
from typing import Any

from art.config.functions.blocks import CHECKS
from art.config.functions.signature import signature_of
from art.config.names import ORDER, STAGES
from art.config.schema.defaults import Defaults, default_blocks, default_checks
from art.config.schema.types import REFERENCE, Schema, Types, open_place, open_value
from art.config.sections import CHANGEABLE, ENGINE_KEYS, NAMED, PLAIN, SINGLE, plain_parameters
from art.registries import ALL, registry, stages

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PATTERN = r"\$\{[^${}\s]+\}"
FOLDER = r"^[^\s./\\][^\s/\\]*$"  # \w is ASCII in some validators: only what is sure is refused
STAGE = r"^[^\s./\\]+$"


def config_schema() -> Schema:
    """The schema of every config that could be loaded now.

    Raises:
        RegistryError: a plugin does not load.
    """
    return _Writer().document()


_ONE_MODEL_OR_SEVERAL: Schema = {
    "if": {"required": ["models"], "properties": {"models": {"minProperties": 1}}},
    "then": {"properties": {"model": {"not": {}}}},
    "else": {"required": ["model"]},
}

_OF_THE_USER = {"properties": {"@models": {"not": {"pattern": r"^art\."}}}, "required": ["@models"]}
_DATA_OR_A_MODEL_WITH_LOADERS: Schema = {
    "if": {"properties": {"model": _OF_THE_USER}, "required": ["model"]},
    "else": {"required": ["data"]},
}
"""A model of the user's may bring its own loaders; ART's do not."""


class _Writer:
    def __init__(self) -> None:
        self._types = Types()
        self._definitions: dict[str, Schema] = {
            "reference": {"type": "string", "pattern": PATTERN},
            "stand_in": {"anyOf": [{"$ref": REFERENCE}, {"$ref": "#/$defs/a_block"}]},
            "stand_in.checked": {
                "if": {"type": "object"},
                "then": {"$ref": "#/$defs/nested_block"},
            },
            "a_block": {"type": "object", "not": {"propertyNames": {"not": {"pattern": "^@"}}}},
        }

    def document(self) -> Schema:
        for name in ALL:
            self._registry(name)
        self._definitions["nested_block"] = self._nested_block()
        properties = {section: self._section(section) for section in ORDER}
        return {
            "$schema": DIALECT,
            "title": "ART recipe config",
            "description": "The JSON form of a config, as `art config json` prints it.",
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "allOf": [_ONE_MODEL_OR_SEVERAL, _DATA_OR_A_MODEL_WITH_LOADERS],
            "$defs": {**self._definitions, **self._types.definitions},
        }

    def _section(self, section: str) -> Schema:
        if section in PLAIN:
            return self._plain(section)
        if section in SINGLE:
            found = {"$ref": _at(SINGLE[section])}
        else:
            found = self._named(NAMED[section], default_blocks(section))
        return {"title": f"[{section}]", "description": ALL[_registry_of(section)].does, **found}

    def _plain(self, section: str) -> Schema:
        properties = {
            parameter.name: self._types.setting(parameter, section)
            for parameter in plain_parameters(section)
        }
        if section == "project":
            _project(properties)
        return {
            "title": f"[{section}]",
            "description": _doc(PLAIN[section]),
            "type": "object",
            "properties": properties,
            "additionalProperties": section == "paths",
        }

    def _named(self, registry_name: str, defaults: Defaults) -> Schema:
        """Named blocks, `[metrics.NAME]`; of a default one, settings alone may be written."""
        return {
            "type": "object",
            "properties": {
                name: open_place(self._changed(registry_name, functions))
                for name, functions in sorted(defaults.items())
            },
            "additionalProperties": open_place({"$ref": _at(registry_name)}),
        }

    def _changed(self, registry_name: str, functions: set[str]) -> Schema:
        known = sorted(name for name in functions if name in ALL[registry_name])
        settings = [{"$ref": f"{_at(registry_name, name)}.changes"} for name in known]
        return {
            "if": {"$ref": "#/$defs/a_block"},
            "then": {"$ref": _at(registry_name)},
            "else": settings[0] if len(settings) == 1 else {"anyOf": settings},
        }

    def _registry(self, name: str) -> None:
        """Define a registry's blocks as sections are, and as they stand inside a setting."""
        functions = ALL[name].names()
        engine = {parameter.name for parameter in ENGINE_KEYS.get(name, ())}
        for function in functions:
            schema = self._function(name, function)
            changes = {key: item for key, item in schema.items() if key != "required"}
            self._definitions[f"{name}.{function}"] = schema
            self._definitions[f"{name}.{function}.changes"] = changes
            if engine:
                own = {k: item for k, item in schema["properties"].items() if k not in engine}
                self._definitions[f"{name}.{function}.inside"] = {**schema, "properties": own}
        self._definitions[name] = self._block(name, functions, "")
        if engine:
            self._definitions[f"{name}.inside"] = self._block(name, functions, ".inside")

    def _block(self, registry_name: str, functions: list[str], variant: str) -> Schema:
        key = f"@{registry_name}"
        names = {
            "title": f"{key}: {ALL[registry_name].does}",
            **open_place({
                "enum": functions,
                "enumDescriptions": [_doc(registry(registry_name).get(n)) for n in functions],
            }),
        }  # fmt: skip
        return {
            "type": "object",
            "properties": {key: names},
            "required": [key],
            "allOf": [
                {
                    "if": {"properties": {key: {"const": name}}, "required": [key]},
                    "then": {"$ref": f"{_at(registry_name, name)}{variant}"},
                }
                for name in functions
            ]
            or [True],
        }

    def _function(self, registry_name: str, name: str) -> Schema:
        """The settings of one function, with those that ART keeps for itself."""
        owner = f"{registry_name}.{name}"
        signature = signature_of(registry_name, name)
        rest: Any = signature.rest or False
        own = [*signature.parameters.values(), *ENGINE_KEYS.get(registry_name, ())]
        properties: dict[str, Any] = {f"@{registry_name}": True}
        properties |= {item.name: self._types.setting(item, owner) for item in own}
        if registry_name == "stages":
            self._stage(name, properties)
        return {
            "title": name,
            "description": _doc(registry(registry_name).get(name)),
            "type": "object",
            "properties": properties,
            "required": [item.name for item in own if item.required],
            "additionalProperties": rest and self._types.setting(rest, owner),
        }

    def _stage(self, name: str, properties: dict[str, Any]) -> None:
        checks = self._named(CHECKS, default_checks(stages.get(name)))
        properties[CHECKS] = _annotated(properties[CHECKS], open_place(checks))
        changeable = {"type": "object", "propertyNames": {"pattern": _changeable()}}
        properties["overrides"] = _annotated(properties["overrides"], open_place(changeable))

    def _nested_block(self) -> Schema:
        """A block inside a setting: of any registry, without the settings that ART keeps."""
        return {
            "propertyNames": {"anyOf": [
                {"pattern": "^[^@]"}, {"enum": [f"@{name}" for name in ALL]},
            ]},
            "allOf": [
                {
                    "if": {"required": [f"@{name}"]},
                    "then": {"$ref": _at(name) + (".inside" if name in ENGINE_KEYS else "")},
                }
                for name in ALL
            ],
        }  # fmt: skip


def _project(properties: dict[str, Any]) -> None:
    """What the loader asks of names: they become folders."""
    name, names = properties["name"], properties["stages"]
    name["else"] = {**name["else"], "pattern": FOLDER}
    item = {"anyOf": [{"enum": list(STAGES)}, {"type": "string", "pattern": STAGE}]}
    names["else"] = {**names["else"], "items": open_value(item), "uniqueItems": True}


def _annotated(setting: Schema, schema: Schema) -> Schema:
    """Another type for a setting, under its words and default."""
    kept = {
        key: item for key, item in setting.items() if key in ("title", "description", "default")
    }
    return {**kept, **schema}


def _changeable() -> str:
    return rf"^({'|'.join(CHANGEABLE)})\.."


def _registry_of(section: str) -> str:
    return SINGLE.get(section) or NAMED[section]


def _at(registry_name: str, name: str = "") -> str:
    return f"#/$defs/{registry_name}" + (f".{name}" if name else "")


def _doc(function: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
