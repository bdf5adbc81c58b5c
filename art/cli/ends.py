"""Turns an error into a message on stderr and an exit code."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from art.cli.app import CRASHED, INTERRUPTED, USER_ERROR
from art.cli.console import console
from art.core.interrupts import Interrupted, was_noted
from art.errors import ConfigError, RegistryError, UserError

MOST_SHOWN = 200
"""Mistakes of a config: nobody reads more at once, and a hostile one can have thousands."""

GONE = "The folder that this command was started in has been removed: change to another one."


def told(error: BaseException) -> int:
    """Say what has ended a command.

    Returns:
        The exit code.

    Raises:
        Exception: the error, where it is a fault of ART itself.
    """
    if isinstance(error, Interrupted | KeyboardInterrupt) or was_noted():
        # one that was noted counts, whatever came of it: an import may make another error of it
        console.say("interrupted")
        return error.exit_code if isinstance(error, Interrupted) else INTERRUPTED
    if isinstance(error, UserError):
        console.say(_words(error))
        _say_if_gone()
        return USER_ERROR
    if hasattr(error, "format_message"):
        return _command_line_mistake(error)
    if isinstance(error, OSError) and (error.filename is not None or _is_gone()):
        _say_of_file(error)
        return USER_ERROR
    if isinstance(error, Exception):
        raise error
    console.say(_words_of_an_exit(error))
    return CRASHED


def fault_of_art() -> int:
    """Report an error of ART itself; call it where the error is caught."""
    console.say(traceback.format_exc().rstrip())
    console.say("This is a fault of ART. Please report it, with the lines above.")
    return CRASHED


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


def _command_line_mistake(error: BaseException) -> int:
    """Typer's own exceptions carry an exit code, and a message."""
    code = int(getattr(error, "exit_code", USER_ERROR))
    message = (
        str(getattr(error, "format_message", error.__str__)())
        .rstrip()
        .replace(": Value error, ", ": ")
    )
    if "\n" in message:  # the help of a group that was called without a command
        console.say(message)
    else:
        path = getattr(getattr(error, "ctx", None), "command_path", "art")
        console.say(f"{message.rstrip('.')}. `{path} --help` says more.")
    return USER_ERROR if code == 1 else code


def _say_of_file(error: OSError) -> None:
    """A file that cannot be used, where no door has found better words."""
    if error.filename is not None:
        name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
        console.say(f"{name}: {error.strerror or type(error).__name__}.")
    _say_if_gone()


def _say_if_gone() -> None:
    if _is_gone():
        console.say(GONE)


def _is_gone() -> bool:
    """Whether the working folder is there no more: nothing in it can be named or written then."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _words_of_an_exit(error: BaseException) -> str:
    """What code that ART called has raised to end the process, which only ART does."""
    own = str(Path(__file__).parents[1])
    frames = traceback.extract_tb(error.__traceback__)
    others = [frame for frame in frames if not frame.filename.startswith((own, "<"))]
    place = f"{others[-1].filename}:{others[-1].lineno}: " if others else ""
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{place}{text}. Code that this command calls must not end the process."
