"""Loads the --code files that a user names: the only way for a config to reach their functions."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Sequence
from importlib.abc import SourceLoader
from pathlib import Path

from art.core.files import read_text, sha256_file
from art.core.imports import local_imports
from art.core.interrupts import Interrupted
from art.errors import ArtError, CodeError

_loaded: dict[Path, None] = {}
"""Files loaded by this process, in order."""


def load_code(paths: Sequence[Path | str]) -> dict[str, str]:
    """Import each file once, so that what it registers can be named in a config.

    The file's own folder joins the import path at its end, so that it can import its neighbours,
    and they stand in for no module of Python or of an installed package.

    Returns:
        The sha256 of each file, and of the neighbours that they import, by path.

    Raises:
        CodeError: a file is missing, has a syntax error or raises; the message names the line.
        PathError: a file cannot be read.
    """
    files = [Path(path).resolve() for path in paths]
    for file in files:
        if file not in _loaded:
            run_file(file)
    return {str(path): digest for file in files for path, digest in _with_neighbours(file).items()}


def loaded_files() -> tuple[Path, ...]:
    """The code files that this process has loaded, in order."""
    return tuple(_loaded)


def run_file(file: Path, loader: SourceLoader | None = None) -> None:
    """Run a code file as a module of its own name; a second call does nothing.

    Args:
        file: without links.
        loader: gives its bytes; by default they are read from the disk, and the file's folder joins
            the import path.

    Raises:
        CodeError: it has a syntax error or raises; the message names the line.
        PathError: it cannot be read.
    """
    if file in _loaded:
        return
    text: str | bytes = loader.get_data("") if loader else read_text(file, "code file")
    try:
        compile(text, str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # the latter of a NUL
        line, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1
        raise CodeError(
            f"{file}:{line}:{column}: {getattr(error, 'msg', error)}. "
            f"The code file is not valid Python."
        ) from error
    name = _module_name(file)
    spec = importlib.util.spec_from_file_location(name, file, loader=loader)
    if spec is None or spec.loader is None:
        raise CodeError(f"{file}: not a Python file; its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    folder = str(file.parent)
    if loader is None and folder not in sys.path:
        sys.path.append(folder)  # not first: a neighbour called sqlite3.py must stay a neighbour
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ArtError:
        del sys.modules[name]
        raise
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:  # a script may end itself; that must be said
        del sys.modules[name]
        raise CodeError(
            f"{_place(error, file)}: the code file fails to load: {type(error).__name__}: {error}"
        ) from error
    _loaded[file] = None


def _module_name(file: Path) -> str:
    """The file's own name, so that it can be pickled by name; made unique where that is taken."""
    if file.stem.isidentifier() and file.stem not in sys.modules:
        return file.stem
    return f"art_code_{file.stem}_{abs(hash(file)):x}"


def _place(error: BaseException, file: Path) -> str:
    """The last line of the user's own file that the error went through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename) == file:
            return f"{file}:{frame.lineno}"
    return str(file)


def _with_neighbours(file: Path) -> dict[Path, str]:
    """The file and every module in its folder or below that it imports or that is loaded."""
    found = {path: sha256_file(path) for path in (file, *sorted(local_imports(file)))}
    for module in list(sys.modules.values()):
        origin = getattr(module, "__file__", None)
        if not origin or "site-packages" in origin:
            continue
        path = Path(origin)
        if path.suffix == ".py" and file.parent in path.parents and path.is_file():
            found[path] = sha256_file(path)
    return found
