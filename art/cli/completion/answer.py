"""What may stand where the cursor is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from art.cli.completion.line import Line, is_setting, parse
from art.cli.options import CONFIG

OPEN_ENDS = ("=", ".", ",")
REGISTERED = {
    ("init config", "data"): "data",
    ("init config", "model"): "models",
    ("init config", "loggers"): "loggers",
}
"""Options whose value is a registered name, and its registry."""

LISTS = (("init config", "loggers"), ("init config", "stages"))
"""Options whose value is a list with commas."""

STAGE_NAMES = ("stage", "start", "after", "before")
"""Options whose value is a stage of the config's recipe."""

ENDINGS = {"code": "*.py", "run": "/", "runs": "/", "diff": "", "folder": "/"}
"""What files an argument or option takes that is no config."""


@dataclass(frozen=True)
class Word:
    """A word to offer, whole, with a line about it."""

    text: str
    doc: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether more of the same word is to be typed."""
        return self.text.endswith(OPEN_ENDS)


@dataclass(frozen=True)
class Answer:
    """What to offer.

    Attributes:
        kind: `words`, or `files PATTERN`, which the shell looks for itself.
        words: the words.
    """

    kind: str = "words"
    words: tuple[Word, ...] = ()


def answer(root: Any, before: Sequence[str], current: str, after: Sequence[str]) -> Answer:
    """What may stand where the cursor is.

    Args:
        root: the whole command line's group.
        before: the words before the current one, without the program's name.
        current: the word that is typed, up to the cursor.
        after: the words behind the cursor; a config may be named there.
    """
    line = parse(root, before)
    if line is None:
        return Answer()
    if line.is_group:
        return _matching(_commands(line), current)
    typed = [] if line.pending is None else [current]
    whole = parse(root, [*before, *typed, *after]) if after else None
    config = line.config or (whole.config if whole else "")
    if line.path == "remove":  # the config comes after the name that is typed
        config = config or next((word for word in after if word.endswith(".cfg")), "")
    code = (whole or line).options.get("code", line.options.get("code", []))
    return _Asked(line, config, code).answer(current)


class _Asked:
    """One question about a command's line."""

    def __init__(self, line: Line, config: str, code: Sequence[str]) -> None:
        self._line = line
        self._config = config
        self._code = code

    def answer(self, current: str) -> Answer:
        line = self._line
        name, equals, value = current.partition("=")
        if isinstance(line.pending, str):
            return self._setting_value(line.pending, current, "")
        if line.pending is not None:
            return self._value(line.pending, current, "")
        options = line.options_by_name()
        if equals and name in options:
            return self._value(options[name], value, f"{name}=")
        if equals and is_setting(name):
            return self._setting_value(name, value, f"{name}=")
        if current.startswith("-") and current != "-":
            return _matching([*self._options(options), *self._settings(current)], current)
        if current == "" or current == "-" or line.positional:
            place = min(len(line.arguments), len(line.positional))
            if place < len(line.positional):
                return self._value(line.positional[place], current, "")
            return _matching([*self._options(options), *self._settings("--")], current)
        return Answer()

    def _options(self, options: dict[str, Any] | Any) -> Iterator[Word]:
        for name, parameter in options.items():
            used = parameter.name in self._line.options and not parameter.multiple
            if name.startswith("--") and not used and not getattr(parameter, "hidden", False):
                yield Word(name, parameter.help or "")
        yield Word("--help", "Show this message and exit.")

    def _settings(self, current: str) -> Iterator[Word]:
        """The next step of a setting's name: sections first, then what is in them."""
        if not self._line.command.context_settings.get("ignore_unknown_options"):
            return
        from art.cli.completion.config import known_settings, part_settings

        if self._line.path == "add":
            for name, doc in part_settings(self._line.arguments, self._code):
                yield Word(f"--{name}=", doc)
            return

        typed = current.removeprefix("--")
        depth = typed.count(".")
        for setting in known_settings(self._config, self._line.settings, self._code):
            name = f"--{setting.name}"
            if not name.startswith(current):
                continue
            parts = setting.name.split(".")
            if len(parts) > depth + 1:
                yield Word(f"--{'.'.join(parts[: depth + 1])}.")
            else:
                yield Word(f"{name}=", setting.doc)

    def _setting_value(self, name: str, value: str, prefix: str) -> Answer:
        from art.cli.completion.config import values_of

        dotted = name.removeprefix("--")
        words = values_of(dotted, self._config, self._line.settings, self._code)
        if words is None:
            return Answer("files *")
        return _matching([Word(prefix + text, doc) for text, doc in words], prefix + value)

    def _value(self, parameter: Any, value: str, prefix: str) -> Answer:
        """What an option or argument takes."""
        place = (self._line.path, parameter.name)
        types = self._line.type_of(parameter.name)
        choices = [item for kind in types if get_origin(kind) is Literal for item in get_args(kind)]
        if choices:
            words = [(str(choice), "") for choice in choices]
        elif place in REGISTERED:
            words = self._registered(REGISTERED[place])
        elif place == ("add", "name"):
            words = self._registered(_registry_of(self._line.arguments[0]))
        elif place == ("remove", "name"):
            words = self._written(self._line.arguments[0])
        elif place == ("init project", "template"):
            words = _templates()
        elif place == ("list", "registry"):
            words = _registries()
        elif place == ("init config", "stages") or place[1] in STAGE_NAMES:
            words = self._stages()
        elif parameter.metavar == CONFIG or any(
            Path in (kind, *get_args(kind)[:1]) for kind in types
        ):
            return Answer(f"files {ENDINGS.get(parameter.name, _ending(place))}")
        else:
            return Answer()
        if place in LISTS:
            done = value[: value.rfind(",") + 1]
            taken = done.split(",")
            words = [(done + text, doc) for text, doc in words if text not in taken]
        return _matching([Word(prefix + text, doc) for text, doc in words], prefix + value)

    def _registered(self, registry: str) -> list[tuple[str, str]]:
        from art.cli.completion.config import registered

        return registered(registry, self._code) if registry else []

    def _written(self, kind: str) -> list[tuple[str, str]]:
        from art.cli.completion.config import written_parts

        return written_parts(self._config, kind)

    def _stages(self) -> list[tuple[str, str]]:
        from art.cli.completion.config import stages

        return stages(self._config)


def _commands(line: Line) -> Iterator[Word]:
    for name in line.command.list_commands(None):
        command = line.command.get_command(None, name)
        if command is not None and not command.hidden:
            yield Word(name, command.get_short_help_str(80))
    yield Word("--help", "Show this message and exit.")


def _registry_of(kind: str) -> str:
    from art.config.writing.parts.kinds import KINDS

    return KINDS[kind].registry if kind in KINDS else ""


def _templates() -> list[tuple[str, str]]:
    from art.projects.sources import built_in

    return list(built_in().items())


def _registries() -> list[tuple[str, str]]:
    from art.registries import ALL

    return [(registry.name, registry.does) for registry in ALL.values()]


def _ending(place: tuple[str, str]) -> str:
    return "*.json" if place == ("config schema", "out") else "*.cfg"


def _matching(words: Iterable[Word], current: str) -> Answer:
    """The words that go on from what is typed; options only where one has been begun."""
    found = {
        word.text: word
        for word in words
        if word.text.startswith(current) and (current or not word.text.startswith("-"))
    }
    return Answer("words", tuple(found.values()))
