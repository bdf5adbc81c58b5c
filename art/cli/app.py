"""The `art` command. The one place that turns an error into an exit code."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress

import typer

from art.cli.commands import ASK, Commands
from art.cli.console import console
from art.errors import ConfigError, RegistryError, UserError

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


USER_ERROR, CRASHED, INTERRUPTED = 2, 3, 130
MOST_SHOWN = 200
"""Mistakes of a config: nobody reads more at once, and a hostile one can have thousands."""


def main() -> None:
    """Run the command line and leave the process with the contract's exit code."""
    # torch then asks for large pages, where the system has them: a step of 39 million weights
    # takes 20% less, as measured, since the kernel clears less memory
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    code = run(sys.argv[1:])
    if "torch" not in sys.modules and threading.active_count() == 1:
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> None:
    """Leave without taking every imported module apart: a sixth of what a config command costs.

    What others want done at the end is done, and what was said is written.
    """
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):  # the reader has gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; the exit code comes back, errors are said on stderr."""
    try:
        if arguments[:1] == [ASK]:
            from art.cli.completion.command import complete

            return complete(app, arguments[1:])
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
        count = len(error.faults)
        shown = error.message
        if count > MOST_SHOWN:
            shown = "\n".join(fault.render() for fault in error.faults[:MOST_SHOWN])
            shown += f"\nand {count - MOST_SHOWN} more"
        return f"{shown}\n{count} mistakes in the config; nothing was run."
    if isinstance(error, RegistryError) and error.unknown:
        from art.config.checking.hints import unknown_name
        from art.registries import ALL

        registry, name = error.unknown
        return unknown_name(ALL[registry], name, error, None)
    return error.message


def _command_line_mistake(error: Exception) -> int:
    """Typer's own exceptions carry an exit code; any other is a fault of ART itself."""
    if not hasattr(error, "exit_code"):
        raise error
    code = int(error.exit_code)
    show = getattr(error, "format_message", None)
    if not callable(show):
        return code
    message = str(show()).rstrip().replace(": Value error, ", ": ")
    if "\n" in message:  # the help of a group that was called without a command
        console.say(message)
    else:
        path = getattr(getattr(error, "ctx", None), "command_path", "art")
        console.say(f"{message.rstrip('.')}. `{path} --help` says more.")
    return USER_ERROR if code == 1 else code
