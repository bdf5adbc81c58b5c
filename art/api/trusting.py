"""Code files: those that the user names, and those that a config names and the user agrees to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from art import config as configs
from art.api.arguments import Overrides
from art.config.reading.source import Source
from art.core.agreed_code import CodeFile, names_of, read_code, refused, run_agreed
from art.core.agreement import agree, is_agreed, was_agreed
from art.core.code import load_code
from art.errors import CodeError

Trust = bool | Callable[[Sequence[CodeFile]], bool]
"""Whether code that a config names may run: True agrees, False takes what was agreed to before, a
function is asked about the files that were not."""


def load_all_code(
    found: Source,
    code: Sequence[Path | str] = (),
    trust: Trust = False,
    *,
    overrides: Overrides = (),
    system: Path | None = None,
) -> dict[str, str]:
    """Run the code files that the user names, and those of the config that are agreed to.

    A file that the user names is agreed to, and so is what it imports.

    Returns:
        The sha256 of each file, and of what they import beside them, by path.

    Raises:
        CodeError: code does not load, or nobody has agreed to it.
        PathError: a file is missing.
    """
    given = load_code(code)
    names = configs.code_names(found, overrides=overrides, system=system)
    if not names:
        return given
    files = read_code(found.folder, names, found.name)
    agree([f for f in files if given.get(str(f.path)) == f.sha256 and not is_agreed(f)])
    asked = [f for f in files if str(f.path) not in given and not is_agreed(f)]
    if asked:
        if trust is False:
            raise refused(asked, found.name, [f for f in asked if was_agreed(f)])
        if trust is not True and not trust(asked):
            raise CodeError(f"{found.name}: you did not agree to {names_of(asked)}. Nothing ran.")
        agree(asked)
    return {**run_agreed(files), **given}
