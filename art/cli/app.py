"""The `art` command: one guard around everything, and the one place that gives an exit code.

It is entered before anything large is imported, so nothing may be imported at the top of this file
that Python has not loaded already.
"""

from __future__ import annotations

import os
import sys

USER_ERROR, CRASHED, INTERRUPTED = 2, 3, 130
ASK = "_complete"
"""What shells' scripts call `art` with; no command of its own."""


def main() -> None:
    """Run the command line and leave the process with the contract's exit code."""
    try:
        code = _guarded(sys.argv[1:])
    except KeyboardInterrupt:  # as the guard itself was being imported, or said its last words
        os.write(2, b"interrupted\n")
        os._exit(INTERRUPTED)
    sys.exit(code)


def _guarded(arguments: list[str]) -> int:
    from art.cli.streams import lost_output, steady_streams

    steady_streams()
    from art.core.interrupts import note_interruptions

    note_interruptions()
    # torch then asks for large pages, where the system has them: a step of 39 million weights
    # takes 20% less, as measured, since the kernel clears less memory
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    try:
        code = run(arguments)
    except Exception:
        from art.cli.ends import fault_of_art

        code = fault_of_art()
    why = lost_output()
    if why:
        from art.cli.console import console

        console.say(f"stdout: cannot be written: {why}. A part of the result is missing.")
        code = code or USER_ERROR
    if "torch" not in sys.modules:
        _leave_at_once(code)
    return code


def _leave_at_once(code: int) -> None:
    """Leave without taking every imported module apart: a sixth of what a config command costs.

    What others want done at the end is done, and what was said is written.
    """
    import atexit
    import threading

    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command, report its errors on stderr, and return its exit code.

    Raises:
        Exception: a fault of ART itself.
    """
    try:
        code = _command(arguments)
    except BaseException as error:
        code = getattr(error, "exit_code", None) if isinstance(error, Exception) else None
        if code is None or hasattr(error, "format_message"):
            from art.cli.ends import told

            return told(error)
        # what `typer.Exit` was given: an end like any other
    from art.core.interrupts import was_noted

    if was_noted():  # and something has swallowed it
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _command(arguments: list[str]) -> object:
    from art.cli.commands import app

    if arguments[:1] == [ASK]:
        from art.cli.completion.command import complete

        return complete(app, arguments[1:])
    from typer.main import get_command

    # not `app(...)`: it makes other errors of an interruption and of a broken pipe
    command = get_command(app)
    with command.make_context("art", list(arguments)) as context:
        return command.invoke(context)
