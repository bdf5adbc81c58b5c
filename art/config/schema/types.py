"""Settings as JSON Schema: one parameter's type, bounds, default and words."""

from __future__ import annotations

import json
from typing import Any

from art.config.functions.annotations import NOT_JSON, plain
from art.config.functions.signature import Parameter

Schema = dict[str, Any]

REFERENCE = "#/$defs/reference"
"""A text with a `${reference}` in it, which can stand for a value of any type."""

STAND_IN = "#/$defs/stand_in"
"""What can stand for a setting's value: a reference, or a block that makes the value."""


class Types:
    """Turns parameters into schemas, and gathers the definitions that those refer to.

    Attributes:
        definitions: named types of parameters, such as dataclasses, for the root's `$defs`.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def setting(self, parameter: Parameter, owner: str) -> Schema:
        """The schema of one setting.

        Args:
            parameter: the setting.
            owner: what it is a setting of; names of its own types begin with it.
        """
        schema: Schema = {"title": f"{parameter.name}: {parameter.type}"}
        if parameter.doc:
            schema["description"] = parameter.doc
        default = plain(parameter.default)
        if default is not NOT_JSON and not parameter.required:
            schema["default"] = default
        return {**schema, **open_value(self._type(parameter, owner))}

    def _type(self, parameter: Parameter, owner: str) -> Schema:
        adapter = _adapter(parameter.annotation)
        if adapter is None:
            return {}
        found = adapter.json_schema(
            ref_template=f"#/$defs/{owner}.{{model}}", schema_generator=_generator()
        )
        for name, schema in found.pop("$defs", {}).items():
            self.definitions[f"{owner}.{name}"] = _open_inside(schema)
        found.pop("title", None)
        schema = _open_inside(found)
        default = plain(parameter.default)
        if default is not NOT_JSON and not parameter.required and not _fits(adapter, default):
            return {"anyOf": [schema, {"const": default}]}  # a default is right by definition
        return schema


def open_value(schema: Schema) -> Schema:
    """The schema of a value in whose place a reference or a block may stand."""
    found = {"if": {"$ref": STAND_IN}, "then": {"$ref": f"{STAND_IN}.checked"}, "else": schema}
    choices = _choices(schema)
    if set(map(repr, choices)) - {"None"}:  # editors offer examples; they do not look into "else"
        return {"examples": choices, **found}
    return found


def open_place(schema: Schema) -> Schema:
    """The schema of a block's own place, or of a name: a reference may stand there."""
    return {"if": {"$ref": REFERENCE}, "else": schema}


def _open_inside(schema: Any) -> Any:
    """A schema in which every value inside lists and dicts may be a reference or a block."""
    if not isinstance(schema, dict):
        return schema
    found = dict(schema)
    found.pop("uniqueItems", None)  # a set is written as a list, and repetitions do no harm
    if "properties" in found:  # a dataclass or the like has no other keys
        found.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = open_value(_open_inside(found[key]))
    if "prefixItems" in found:
        found["prefixItems"] = [open_value(_open_inside(item)) for item in found["prefixItems"]]
    for key in ("properties", "patternProperties"):
        if key in found:
            found[key] = {k: open_value(_open_inside(item)) for k, item in found[key].items()}
    for key in ("anyOf", "oneOf", "allOf"):
        if key in found:
            found[key] = [_open_inside(item) for item in found[key]]
    return found


def _choices(schema: Schema) -> list[Any]:
    """The values that a schema allows where they can be counted; `[]` else."""
    found = [item for inner in schema.get("anyOf", ()) for item in _choices(inner)]
    found += schema.get("enum", [])
    found += [schema["const"]] if "const" in schema else []
    kinds: dict[str, list[Any]] = {"boolean": [True, False], "null": [None]}
    return found or kinds.get(str(schema.get("type")), [])


def _adapter(annotation: Any) -> Any:
    """What knows an annotation's schema; None where anything goes."""
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter

    if annotation is Any:
        return None
    for config in (None, ConfigDict(arbitrary_types_allowed=True)):
        try:
            return TypeAdapter(annotation, config=config)
        except (PydanticUserError, TypeError, NameError):  # no type for pydantic: try less of it
            continue
    return None


def _fits(adapter: Any, default: Any) -> bool:
    """Whether a default is of its own annotation; not so for `x: int = None`."""
    from pydantic import ValidationError

    try:
        adapter.validate_json(json.dumps(default), strict=True)
    except ValidationError:
        return False
    return True


def _generator() -> Any:
    from pydantic.json_schema import GenerateJsonSchema

    class Lenient(GenerateJsonSchema):
        """Lets any value through where JSON Schema has no words for the type."""

        def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> Schema:
            return {}

    return Lenient
