"""Reads a command line that is being typed: which command, which options, which config."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

CONFIGS = ("config", "base")
"""What commands call the argument that is a config."""

Parts = tuple[list[str], str, list[str]]
"""The words before the one that is typed, that word up to the cursor, the words after it."""


@dataclass
class Line:
    """A command line up to the cursor.

    Attributes:
        command: the command that is called, or the group whose commands are to be named.
        path: its name, `init config`.
        arguments: what was given without a name.
        options: what was given for each option, by the parameter's name.
        settings: `--section.key=value` options.
        pending: the option, or the name of the setting, that waits for its value.
    """

    command: Any
    path: str = ""
    arguments: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    settings: list[str] = field(default_factory=list)
    pending: Any = None

    @property
    def is_group(self) -> bool:
        """Whether a command's name is still to come."""
        return hasattr(self.command, "list_commands")

    @property
    def positional(self) -> list[Any]:
        """The command's arguments, in order."""
        return [item for item in self.command.params if item.param_type_name == "argument"]

    def type_of(self, name: str) -> tuple[Any, ...]:
        """The types that a parameter's function declares, `(Path, None)` for `Path | None`."""
        function = inspect.unwrap(self.command.callback)
        hint = get_type_hints(function).get(name, str)
        return (hint,) if get_origin(hint) is Literal else (hint, *get_args(hint))

    @property
    def config(self) -> str:
        """The config that is named; empty where there is none."""
        for parameter, value in zip(self.positional, self.arguments, strict=False):
            if parameter.name in CONFIGS:
                return value
        return ""

    def options_by_name(self) -> Mapping[str, Any]:
        """The command's options, by `--name`."""
        return {
            name: item
            for item in self.command.params
            if item.param_type_name == "option"
            for name in (*item.opts, *item.secondary_opts)
        }


def parse(root: Any, words: Sequence[str]) -> Line | None:
    """Read the words after the program's name; None where they name no command."""
    line = Line(root)
    rest = list(words)
    while line.is_group and rest:
        word = rest.pop(0)
        if word.startswith("-"):
            continue
        inner = line.command.get_command(None, word)
        if inner is None:
            return None
        line.command, line.path = inner, f"{line.path} {word}".strip()
    _read(line, rest)
    return line


def _read(line: Line, words: list[str]) -> None:
    known = {} if line.is_group else line.options_by_name()
    for word in words:
        name, equals, value = word.partition("=")
        if line.pending is not None:
            _give(line, line.pending, word)
            line.pending = None
        elif name in known and (equals or not known[name].is_flag):
            if equals:
                _give(line, known[name], value)
            else:
                line.pending = known[name]
        elif is_setting(name):
            if equals:
                line.settings.append(word)
            else:
                line.pending = name
        elif name in known:
            _give(line, known[name], "true")
        elif not word.startswith("-") or word == "-":
            line.arguments.append(word)


def _give(line: Line, option: Any, value: str) -> None:
    if isinstance(option, str):
        line.settings.append(f"{option}={value}")
    else:
        line.options.setdefault(option.name, []).append(value)


def is_setting(name: str) -> bool:
    """Whether an option is a setting's name, `--section.key`."""
    return name.startswith("--") and "." in name


def split_line(words: Sequence[str]) -> Parts:
    """What zsh and fish send: how many words come before the current one, then all words."""
    count, found = int(words[0]) if words[0].isdecimal() else 1, list(words[1:])
    current = found[count] if count < len(found) else ""
    return found[1:count], current, found[count + 1 :]


def bash_line(words: Sequence[str]) -> Parts:
    """What bash sends: what it takes for the current word, the line before and after the cursor.

    Its own words are of no use: it ends words at `=`, `:` and `@` as well.
    """
    before, after = words[1], words[2] if len(words) > 2 else ""
    found = _split(before)
    current = "" if re.search(r"(?<!\\)\s$", before) and not _is_open(before) else found.pop()
    rest = _split(after)
    if after[:1].strip():
        rest = rest[1:]  # the end of the current word
    while found and re.match(r"\w+=", found[0]):
        found.pop(0)  # an environment variable before the program's name
    return found[1:], current, rest


def _split(text: str) -> list[str]:
    for closing in ("", '"', "'"):
        try:
            return shlex.split(text + closing)
        except ValueError:  # a quote that is still open
            continue
    return text.split()


def _is_open(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return True
    return False
