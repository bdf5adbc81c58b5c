"""Code files that a config names: read once, agreed to byte by byte, and run as they were read.

What was agreed to is what runs: no file is read a second time, no bytecode beside it is used, and
no other file of its folder can be imported in its place.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from art.core.code import run_file
from art.core.imports import local_imports
from art.core.missing import meant
from art.core.planted import read_planted
from art.errors import CodeError, PathError, typed


@dataclass(frozen=True)
class CodeFile:
    """A Python file, as it was read.

    Attributes:
        path: without links.
        data: its bytes.
        root: the folder that its imports start from.
        imported_by: the code file that imports it; None for one that the config names.
    """

    path: Path
    data: bytes
    root: Path
    imported_by: Path | None = None

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return sha256(self.data).hexdigest()

    @property
    def module(self) -> str:
        """The name that it is imported by: `parts.net` of `parts/net.py`."""
        parts = self.path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_code(folder: Path, names: Sequence[str], source: str) -> list[CodeFile]:
    """The code files that a config names, each with the files of its folder that it imports.

    Args:
        folder: the config's.
        names: as the config has them; relative, and without `..`.
        source: the config, for messages.

    Raises:
        PathError: one is missing, no regular file, or a link that leads out of the folder.
    """
    home = folder.resolve()
    found: dict[Path, CodeFile] = {}
    for name in names:
        path = _inside(home / name, home, f"{source}: [project] code names {name}", folder / name)
        found[path] = CodeFile(path, _read(path, name), path.parent)
        for other in sorted(local_imports(path)):
            what = f"{name} imports {other.name}"
            inner = _inside(other, home, f"{source}: {what}", other)
            if inner == other and inner not in found:
                found[inner] = CodeFile(inner, _read(inner, name), path.parent, path)
    return list(found.values())


def _inside(path: Path, home: Path, what: str, shown: Path) -> Path:
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise PathError(
            f"{what}, and there is no such file beside it.{meant(shown)} Code is never fetched: "
            f"put the file there, or take it out of the list."
        ) from None
    if not resolved.is_relative_to(home):
        raise PathError(f"{what}, which is a link that leads out of the config's folder.")
    return resolved


def _read(path: Path, name: str) -> bytes:
    try:
        return read_planted(path)
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from None


def run_agreed(files: Sequence[CodeFile]) -> dict[str, str]:
    """Run the files that a config names, from the bytes that were read; the others are imported.

    Returns:
        The sha256 of each file, by path.

    Raises:
        CodeError: one does not load; the message names the line.
    """
    if not files:
        return {}
    _FINDER.serve(files)
    for file in files:
        if file.imported_by is None:
            run_file(file.path, _Loader(file))
    return {str(file.path): file.sha256 for file in files}


class _Loader(SourceLoader):
    """Loads a module from bytes. The base class looks for no bytecode where a file has no time."""

    def __init__(self, file: CodeFile) -> None:
        self.file = file

    def get_filename(self, fullname: str) -> str:
        return str(self.file.path)

    def get_data(self, path: str | bytes | Path) -> bytes:
        return self.file.data


class _Folder(SourceLoader):
    """A folder without an `__init__.py`, as a package in which nothing else can be found."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        return None

    def get_filename(self, fullname: str) -> str:
        return ""

    def get_data(self, path: str | bytes | Path) -> bytes:
        return b""


class _Finder(MetaPathFinder):
    """Finds what was agreed to, before any other finder does."""

    def __init__(self) -> None:
        self._files: dict[str, CodeFile] = {}

    def serve(self, files: Sequence[CodeFile]) -> None:
        """Find these from now on."""
        self._files.update({file.module: file for file in files})
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
        if not _forks():  # such a worker knows nothing of this finder, and asks the path
            sys.path += [str(f.root) for f in files if str(f.root) not in sys.path]

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        file = self._files.get(fullname)
        if file is not None:
            inside: list[str] | None = [] if file.path.name == "__init__.py" else None
            return spec_from_file_location(
                fullname, file.path, loader=_Loader(file), submodule_search_locations=inside
            )
        if any(name.startswith(f"{fullname}.") for name in self._files):
            return ModuleSpec(fullname, _Folder(), is_package=True)
        return None


def _forks() -> bool:
    """Whether worker processes begin as copies of this one."""
    method = multiprocessing.get_start_method(allow_none=True)
    return (method or multiprocessing.get_all_start_methods()[0]) == "fork"


_FINDER = _Finder()


def names_of(files: Sequence[CodeFile]) -> str:
    """`case.py and helper.py`."""
    return " and ".join(dict.fromkeys(file.path.name for file in files))


def refused(files: Sequence[CodeFile], source: str, changed: Sequence[CodeFile]) -> CodeError:
    """What to raise where nobody has agreed to files and nobody can be asked.

    Args:
        files: those.
        source: the config.
        changed: those of them that were agreed to when they were other bytes.
    """
    first, *rest = dict.fromkeys(file.imported_by or file.path for file in files)
    is_are, it = ("are", "them") if len(files) > 1 else ("is", "it")
    names = names_of(files)
    digests = "".join(f"\n    {file.path}\n    sha256 {file.sha256}" for file in files)
    if changed:
        alike = len(changed) == len(files)
        told = f"{it if len(files) == 1 else 'they'}" if alike else names_of(changed)
        why = f"{told} changed since you agreed to run it"
    else:
        why = f"you have not agreed to run {it} on this machine"
    options = " ".join(f"--code {typed(path.name)}" for path in (first, *rest))
    return CodeError(
        f"{source}: {names} {is_are} not run: {why}.{digests}\n"
        f"Read {it} first: what runs can read, change and send whatever you can. Then agree to "
        f"exactly these bytes with `{options}`. (`--trust-code`, in Python trust_code=True, agrees "
        f"to all code that a config names, also to code that changed: for configs of your own.)"
    )
