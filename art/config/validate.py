"""Checks a filled config against what its registered functions take, and finds every fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from art.config.annotations import Mismatch, coerce
from art.config.blocks import Block, blocks_of, nested_blocks, reference_of
from art.config.layers import Places, get
from art.config.positions import Path
from art.config.references import Resolved
from art.config.sections import PLAIN, plain_parameters
from art.config.signature import Parameter, Signature, signature_of
from art.errors import Fault, RegistryError, did_you_mean
from art.registries import ALL


class Checker:
    """Checks values, and turns each into the type that it is to have, in place.

    Args:
        resolved: the filled values with references looked up.
        places: where they stand.
        on_this_machine: whether `[paths]` must be set; when a config is only completed, a path
            that is still null is no fault.
    """

    def __init__(self, resolved: Resolved, places: Places, on_this_machine: bool = True) -> None:
        self.faults: list[Fault] = []
        self._values = resolved.values
        self._resolved = resolved
        self._places = places
        self._on_this_machine = on_this_machine

    def check(self) -> None:
        """Check the settings of every section."""
        for section in PLAIN:
            content = self._values.get(section)
            if isinstance(content, dict):
                known = {parameter.name: parameter for parameter in plain_parameters(section)}
                self._settings((section,), content, Signature(known, (), section == "paths"))
            elif section in self._values:
                self.fault("is a section, and no single value.", (section,))
        for block in blocks_of(self._values):
            self.check_block(block)

    def check_block(self, block: Block) -> None:
        """Check one block at a place where blocks stand."""
        if not isinstance(block.values, dict):
            message = f"'{block.path[-1]}' must be a section of its own, [{block.section}]."
            self._fault_at_key(message, block.path)
            return
        registry, _ = reference_of(block.values)
        if not registry:
            self.fault(self._without_name(block), block.path)
        elif registry != block.registry:
            self._fault_at_key(
                f"@{registry} does not belong here: this section takes @{block.registry}.",
                (*block.path, f"@{registry}"),
            )
        else:
            self._call(block.path, block.values, block.engine)

    def fault(self, message: str, path: Path) -> None:
        """A fault of a whole section."""
        self.faults.append(Fault(message, ".".join(path), self._places.header(path)))

    def fault_at_value(self, message: str, path: Path) -> None:
        """A fault of one value."""
        at = self._places.value(path)
        self.faults.append(Fault(message, ".".join(path[:-1]), at))

    def _fault_at_key(self, message: str, path: Path) -> None:
        self.faults.append(Fault(message, ".".join(path[:-1]), self._places.key(path)))

    def _call(self, path: Path, block: dict[str, Any], engine: Mapping[str, Parameter]) -> None:
        """Check a block as a call of the function that it names."""
        names = [key for key in block if key.startswith("@")]
        for extra in names[1:]:
            message = f"'{extra}' is one @name too many: '{names[0]}' is there already."
            self._fault_at_key(message, (*path, extra))
        registry, name = names[0][1:], block[names[0]]
        at = (*path, names[0])
        if registry not in ALL:
            message = f"unknown registry '@{registry}'.{did_you_mean(registry, ALL)}"
            self._fault_at_key(message, at)
            return
        if not isinstance(name, str) or at in self._resolved.broken:
            if at not in self._resolved.broken:
                message = f"@{registry} must be a registered name in double quotes."
                self.fault_at_value(message, at)
            return
        try:
            signature = signature_of(registry, name)
        except RegistryError as error:
            self.fault_at_value(str(error), at)
            return
        signature = replace(signature, parameters={**signature.parameters, **engine})
        self._settings(path, block, signature)
        for key, parameter in signature.parameters.items():
            if parameter.required and key not in block:
                about = "" if parameter.annotation is Any else f" ({parameter.type})"
                self.fault(f"missing '{key}'{about}, which {name} needs.", path)

    def _settings(self, path: Path, content: dict[str, Any], signature: Signature) -> None:
        for key in list(content):
            at = (*path, key)
            if key.startswith("@") and path[0] not in PLAIN:
                continue
            if key in signature.parameters:
                self._one(at, content, signature.parameters[key])
            elif key in signature.given:
                self._fault_at_key(f"'{key}' is given by ART and is no setting.", at)
            elif signature.takes_any:
                self._nested(at, content[key])
            else:
                near = did_you_mean(key, signature.parameters)
                self._fault_at_key(f"unknown setting '{key}'.{near}", at)

    def _one(self, path: Path, content: dict[str, Any], parameter: Parameter) -> None:
        value = content[path[-1]]
        if path in self._resolved.broken:
            return
        if any(True for _ in nested_blocks(value)):
            if path[-1] != "checks" or path[0] != "stages":
                self._nested(path, value)
            return
        try:
            content[path[-1]] = coerce(parameter, value)
        except Mismatch as error:
            self._mismatch(path, value, error)

    def _mismatch(self, path: Path, value: Any, error: Mismatch) -> None:
        source = self._resolved.sources.get(path)
        if value is not None or source is None:
            self.fault_at_value(f"{path[-1]}: {error}", path)
        elif self._on_this_machine or not source.startswith("paths."):
            self.fault_at_value(
                f"{path[-1]} comes from ${{{source}}}, which is null: set it with --{source}=...",
                path,
            )

    def _nested(self, path: Path, value: Any) -> None:
        for inner in nested_blocks(value):
            self._call(path, inner, {})

    def _without_name(self, block: Block) -> str:
        """What to say of a block that names no function."""
        beside = get(self._values, block.path[:-1]) if len(block.path) > 1 else None
        named = [
            name
            for name, other in (beside or {}).items()
            if isinstance(other, dict) and reference_of(other)[0]
        ]
        near = did_you_mean(block.path[-1], named) if named else ""
        near = near if "Did you mean" in near else ""
        return f"missing '@{block.registry}', the name of a registered function.{near}"
