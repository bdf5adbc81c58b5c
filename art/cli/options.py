"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from art.errors import UserError, did_you_mean, nearest

CONFIG = "CONFIG"
"""How every argument that is a config is called."""

Config = Annotated[Path, typer.Argument(help="The recipe config; - is stdin.", metavar=CONFIG)]
ConfigOrSource = Annotated[
    str,
    typer.Argument(
        help="The recipe config; - is stdin; an https or git+ source is reviewed first.",
        metavar=CONFIG,
    ),
]
"""A text, since a path would make one slash of the two of a source."""

Run = Annotated[
    Path,
    typer.Argument(
        metavar="RUN",
        help="A run's folder, a stage's (its newest run), a project's or the runs folder (its best "
        "model), or a checkpoint.",
    ),
]

Code = Annotated[
    list[Path] | None,
    typer.Option(
        "--code", metavar="FILE", help="A Python file that registers functions; may be repeated."
    ),
]
TrustCode = Annotated[
    bool,
    typer.Option(
        "--trust-code", help="Agree to run the code files that the config names ([project] code)."
    ),
]
System = Annotated[
    Path | None,
    typer.Option(
        "--system", metavar="FILE", help="A system.cfg in place of the one beside CONFIG."
    ),
]

OVERRIDABLE = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Lets `--section.key=value` through to the config, which knows what is valid."""

SETTINGS = "art.settings"


def is_source(config: str) -> bool:
    """Whether a config was named by where to fetch it, and not as a file."""
    return config.startswith("git+") or "://" in config


class SettingsCommand(TyperCommand):
    """A command that takes `--section.key=value`, or `--section.key value`, before its arguments,
    behind them or between them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the settings out, then read the rest as usual."""
        known = {name: param for param in self.params for name in param.opts}
        context_help = ctx.help_option_names
        own, settings = _split(args, {name for name, one in known.items() if _takes_value(one)})
        for word in own[: own.index("--")] if "--" in own else own:
            name = word.split("=", 1)[0]
            if name.startswith("--") and name not in known and name not in context_help:
                raise UserError(
                    f"unknown option '{name}'.{_meant(name, known, own)} "
                    f"Settings of the config are given as --section.key=value."
                )
        ctx.meta[SETTINGS] = settings
        rest: list[str] = super().parse_args(ctx, own)
        return rest


def overrides_in(context: typer.Context) -> list[str]:
    """The `--section.key=value` options of a command line.

    Raises:
        UserError: an argument is there that is none of the command's.
    """
    if context.args:
        raise UserError(
            f"unexpected argument '{context.args[0]}'. Settings are given as --section.key=value."
        )
    settings: list[str] = context.meta[SETTINGS]
    return settings


def without_secrets(settings: Sequence[str]) -> list[str]:
    """The `--section.key=value` options as they may be shown, secrets in them as `***`."""
    from art.core.secrets import HIDDEN, hide, is_secret

    shown: list[str] = []
    key = ""  # of an option whose value is the next word
    for word in settings:
        name, equals, value = word.partition("=")
        if equals and is_secret(name.rpartition(".")[2], value):
            word = f"{name}={HIDDEN}"
        elif key and is_secret(key, word):
            word = HIDDEN
        shown.append(hide(word))
        key = "" if equals else name.rpartition(".")[2]
    return shown


def _meant(name: str, known: Iterable[str], words: Sequence[str]) -> str:
    """What an unknown option stands for: an option of the command that is all but the same, a
    setting of that name, else what is spelt alike."""
    from art.cli.bare_setting import did_you_mean_one_of, full_options

    settings = full_options(name, words)
    own = nearest(name, known)
    if own and settings and (own.startswith(name) or name.startswith(own)):
        settings = [own, *settings]
    if settings or own:
        return did_you_mean_one_of(settings) or did_you_mean(name, known)
    near = did_you_mean_one_of(full_options(name, words, near=True))
    return near or did_you_mean(name, [one for one in known if one.startswith("-")])


def _split(args: list[str], take_value: set[str]) -> tuple[list[str], list[str]]:
    """The command's own words, and the settings among them."""
    own: list[str] = []
    settings: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        name, equals, _ = word.partition("=")
        if word == "--":
            return [*own, word, *rest], settings
        if name.startswith("--") and "." in name:
            settings.append(word)
            if not equals and rest and not rest[0].startswith("--"):
                settings.append(rest.pop(0))
            continue
        own.append(word)
        if word in take_value and rest:
            own.append(rest.pop(0))
    return own, settings


def _takes_value(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and not getattr(parameter, "is_flag", False)
