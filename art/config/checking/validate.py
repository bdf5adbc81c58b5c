"""Checks a filled config against what its registered functions take, and finds every fault."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from art.config.checking.faults import FaultList
from art.config.checking.hints import close, unknown_name, without_name
from art.config.functions.annotations import Mismatch, coerce
from art.config.functions.blocks import Block, blocks_of, nested_blocks, reference_of
from art.config.functions.nesting import nested_mismatches
from art.config.functions.signature import POSITIONAL, Parameter, Signature, signature_of
from art.config.functions.wording import IN_QUOTES
from art.config.layering.layers import Places
from art.config.reading.positions import Path
from art.config.reading.references import Resolved
from art.config.refused import REFUSED
from art.config.sections import NAMED, PLAIN, SINGLE, plain_parameters
from art.errors import RegistryError, did_you_mean
from art.registries import ALL

KEY = re.compile(r"[\w-]+")


class Checker(FaultList):
    """Checks values, and turns each into the type that it is to have, in place.

    Args:
        resolved: the filled values with references looked up.
        places: where they stand.
        on_this_machine: whether `[paths]` must be set; when a config is only completed, a path
            that is still null is no fault.
    """

    def __init__(self, resolved: Resolved, places: Places, on_this_machine: bool = True) -> None:
        super().__init__(resolved, places)
        self._values = resolved.values
        self._on_this_machine = on_this_machine

    def check(self) -> None:
        """Check the settings of every section."""
        for section in PLAIN:
            content = self._values.get(section)
            if isinstance(content, dict):
                known = {parameter.name: parameter for parameter in plain_parameters(section)}
                rest = Parameter("path") if section == "paths" else None
                self._settings((section,), content, Signature(known, rest=rest), plain=known)
            elif section in self._values:
                self.fault("is a section, and no single value.", (section,))
        for block in blocks_of(self._values):
            self.check_block(block)

    def check_block(self, block: Block) -> None:
        """Check one block at a place where blocks stand."""
        if not isinstance(block.values, dict):
            message = f"'{block.path[-1]}' must be a section of its own, [{block.section}]."
            if block.path[-1].startswith("@"):
                message = f"its blocks have names: write [{block.path[0]}.NAME] above this line."
            self.fault_at_key(message, block.path)
            return
        registry, _ = reference_of(block.values)
        if not registry:
            self.fault(*without_name(block, self._values, self._places))
        elif registry not in ALL:
            self._unknown_registry(registry, (*block.path, f"@{registry}"))
        elif registry != block.registry:
            self.fault_at_key(
                f"@{registry} does not belong here: this section takes @{block.registry}.",
                (*block.path, f"@{registry}"),
            )
        else:
            self._call(block.path, block.values, block.engine)

    def check_inside(self, value: Any, path: Path, section: str) -> None:
        """Check the blocks inside a value that is for a setting of another section."""
        outer = SINGLE.get(section) or NAMED.get(section, "")
        for inner in nested_blocks(value):
            self._call(path, inner, {}, outer)

    def _call(
        self, path: Path, block: dict[str, Any], engine: Mapping[str, Parameter], outer: str = ""
    ) -> None:
        """Check a block as a call of the function that it names.

        Args:
            path: where it stands.
            block: its settings.
            engine: settings in it that ART keeps.
            outer: the registry of the block that it is inside of; empty where it is in none.
        """
        names = [key for key in block if key.startswith("@")]
        for extra in names[1:]:
            message = f"'{extra}' is one @name too many: '{names[0]}' is there already."
            self.fault_at_key(message, (*path, extra))
        registry, name = names[0][1:], block[names[0]]
        at = (*path, names[0])
        if registry not in ALL:
            self._unknown_registry(registry, at)
            return
        if not isinstance(name, str) or not self.is_read(at):
            if self.is_read(at):
                message = f"@{registry} must be a registered name in double quotes."
                self.fault_at_value(message, at)
            return
        try:
            signature = signature_of(registry, name)
        except RegistryError as error:
            self.fault_at_value(
                unknown_name(ALL[registry], name, error, self._folder(at)), at, word=name
            )
            return
        self._given(path, registry, name, signature, outer)
        signature = replace(signature, parameters={**signature.parameters, **engine})
        self._settings(path, block, signature, engine, outer or registry)
        for key, parameter in signature.parameters.items():
            if parameter.required and key not in block:
                about = "" if parameter.annotation is Any else f" ({parameter.type})"
                self.fault(f"missing '{key}'{about}, which {name} needs.", path)

    def _given(
        self, path: Path, registry: str, name: str, signature: Signature, outer: str
    ) -> None:
        """A block inside another gets only what ART gives to that one."""
        if not outer or (registry == outer):
            return
        for needed in signature.needs:
            if needed not in ALL[outer].given:
                self.fault(
                    f"{name} needs '{needed}', which ART does not give inside a block.", path
                )

    def _settings(
        self,
        path: Path,
        content: dict[str, Any],
        signature: Signature,
        plain: Mapping[str, Parameter],
        outer: str = "",
    ) -> None:
        """Check what stands in a section.

        Args:
            path: the section.
            content: what stands in it.
            signature: what may stand in it.
            plain: settings that no block can make.
            outer: the registry whose function gets the settings; empty where none does.
        """
        for key in list(content):
            at = (*path, key)
            if key.startswith("@") and outer:
                continue
            parameter = signature.parameters.get(key)
            if parameter is not None:
                self._one(at, content, parameter, plain, outer)
            elif key in signature.given:
                self.fault_at_key(f"'{key}' is set by ART and cannot be configured.", at)
            elif signature.rest is not None and KEY.fullmatch(key):
                self._one(at, content, signature.rest, plain, outer)
            else:
                self._unknown(at, content[key], signature)

    def _unknown(self, at: Path, value: Any, signature: Signature) -> None:
        key = at[-1]
        names = [name for name in signature.parameters if name != POSITIONAL]
        what = "section" if isinstance(value, dict) and self._places.is_section(at) else "setting"
        shown = f"'{key}'" if what == "setting" else f"[{'.'.join(at)}]"
        near = did_you_mean(key, names) or f" It takes: {', '.join(names)}." if names else ""
        if signature.rest is not None:
            near = " A name is letters, digits, '-' and '_'."
        elif what == "section" and not close(key, names):
            near = f" [{'.'.join(at[:-1])}] has settings and no sections inside."
        elif not names:
            near = " It takes none."
        if at[:-1] in (("training",), ("system",)) and key in REFUSED:
            near = f" {REFUSED[key]}"
        self.fault_at_key(f"unknown {what} {shown}.{near}", at)

    def _one(
        self,
        path: Path,
        content: dict[str, Any],
        parameter: Parameter,
        plain: Mapping[str, Parameter],
        outer: str,
    ) -> None:
        value, key = content[path[-1]], path[-1]
        if not self.is_read(path):
            return
        checks = key == "checks" and path[0] == "stages" and len(path) == 3
        if checks and isinstance(value, dict):
            return  # each is a block at a place of its own
        blocks = list(nested_blocks(value))
        if blocks and (not outer or key in plain):
            self.fault_at_value(f"{key}: a block with an @name cannot stand here.", path)
        elif blocks:
            for inner in blocks:
                self._call(self._path_of(inner, value, path), inner, {}, outer)
            for message in nested_mismatches(parameter, value):
                self.fault_at_value(f"{key}: {message}", path)
        else:
            try:
                content[key] = coerce(parameter, value)
            except Mismatch as error:
                self._mismatch(path, value, error)

    def _path_of(self, inner: Any, value: Any, path: Path) -> Path:
        """The section of a block inside a setting, where it has one of its own."""
        if inner is not value and isinstance(value, dict):
            for key, item in value.items():
                if any(block is inner for block in nested_blocks(item)):
                    return self._path_of(inner, item, (*path, key))
        return path

    def _mismatch(self, path: Path, value: Any, error: Mismatch) -> None:
        source = self._resolved.sources.get(path)
        if value is not None or source is None:
            self.fault_at_value(f"{path[-1]}: {error}{self._shell(path, value, error)}", path)
        elif self._on_this_machine or not source.startswith("paths."):
            self.fault_at_value(
                f"{path[-1]} comes from ${{{source}}}, which is null: set it with --{source}=...",
                path,
            )

    def _folder(self, path: Path) -> FilePath | None:
        """The folder of the file that a value stands in; None where it stands in none."""
        at = self._places.value(path)
        return FilePath(at.source).parent if at is not None and at.line else None

    def _shell(self, path: Path, value: Any, error: Mismatch) -> str:
        """What to add where text was written in quotes on a command line, and the shell took them
        away."""
        at = self._places.value(path)
        typed = at is not None and not at.line and at.source.startswith("--")
        if not typed or not str(error).endswith(IN_QUOTES) or isinstance(value, list | dict):
            return ""
        quoted = shlex.quote(json.dumps(json.dumps(value)))
        return f" The shell takes one pair of quotes away: --{'.'.join(path)}={quoted}"

    def _unknown_registry(self, registry: str, at: Path) -> None:
        self.fault_at_key(f"unknown registry '@{registry}'.{close(registry, ALL, '@')}", at)
