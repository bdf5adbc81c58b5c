"""The `art` command. The one place that turns an error into an exit code."""

from __future__ import annotations

import sys

import typer

from art.cli import (
    completion,
    config_command,
    debug,
    fill_config,
    init,
    list_parts,
    report,
    train,
)
from art.cli.console import console
from art.errors import ConfigError, UserError

app = typer.Typer(
    name="art",
    help="Take a model through a recipe of stages, each closed by checks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (train, report, fill_config, list_parts, completion):
    module.register(app)
app.add_typer(init.app, name="init")
app.add_typer(debug.app, name="debug")
app.add_typer(config_command.app, name="config")

USER_ERROR, CRASHED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """Run the command line and leave the process with the contract's exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code comes back, errors are said on stderr."""
    try:
        if arguments[:1] == [completion.ASK]:
            return completion.complete(app, arguments[1:])
        code = app(args=arguments, standalone_mode=False, prog_name="art")
    except UserError as error:
        console.say(_words(error))
        return USER_ERROR
    except KeyboardInterrupt:
        console.say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:
        return _command_line_mistake(error)
    return code if isinstance(code, int) else 0  # what `typer.Exit` was given


def _words(error: UserError) -> str:
    if isinstance(error, ConfigError) and len(error.faults) > 1:
        return f"{error.message}\n{len(error.faults)} mistakes in the config; nothing was run."
    return error.message


def _command_line_mistake(error: Exception) -> int:
    """Typer's own exceptions carry an exit code; any other is a fault of ART itself."""
    if hasattr(error, "exit_code"):
        code = int(error.exit_code)
        show = getattr(error, "format_message", None)
        if callable(show):
            console.say(f"{show()} `art --help` shows the commands.".strip())
        return USER_ERROR if code == 1 and show else code
    raise error
