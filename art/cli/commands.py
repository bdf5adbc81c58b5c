"""The commands, on one screen. A command's module is imported when the command is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from art.errors import UserError, did_you_mean


class Entry(NamedTuple):
    """A command of `art`.

    Attributes:
        module: the module in `art.cli`: it has `register`, or an `app` of several commands.
        help: what it does, in a line that 80 columns have room for.
    """

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "Write a config to start from."),
    "quickstart": Entry("quickstart", "Choose a config on a page in the browser."),
    "fill-config": Entry("fill_config", "Complete a config with every default."),
    "add": Entry("add", "Add a part to a config: a stage, a check, a logger."),
    "remove": Entry("remove", "Take a part out of a config again."),
    "update": Entry("update", "Bring what is new in its template into a project."),
    "debug": Entry("debug", "Look at a config, the data or the model without training."),
    "train": Entry("train", "Run the recipe; stop at a closed gate."),
    "report": Entry("report", "Show the state of the recipe: checks, scores, hints."),
    "get": Entry("get", "Fetch a config, review it in your editor, save it."),
    "apply": Entry("apply", "Write what a run found best into a config."),
    "export": Entry("export", "Write a run's weights as safetensors."),
    "list": Entry("list_parts", "Show what is registered, with settings and defaults."),
    "config": Entry("config_command", "Write a config for tools that know JSON."),
    "completion": Entry("completion.command", "Write the script by which a shell completes."),
}


class Commands(TyperGroup):
    """The group of all commands, which knows their names without their modules."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order in which a user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that a command line names.

        Raises:
            UserError: it names none.
        """
        if args[0] not in COMMANDS:
            raise UserError(f"no such command '{args[0]}'.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands for `art --help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


def _load(name: str) -> Any:
    module = import_module(f"art.cli.{COMMANDS[name].module}")
    if hasattr(module, "app"):
        command: Any = get_group(module.app)
    else:
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        module.register(one)
        command = get_command(one)
    command.name = name
    return command


app = typer.Typer(
    name="art",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def art() -> None:
    """Take a model through a recipe of stages, each closed by checks."""
