"""What a config from elsewhere needs of code files, none of which is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from art.config.checking.code_files import named_code
from art.config.checking.foreign import Named, named_functions
from art.config.checking.hints import OURS
from art.config.layering.layers import merge
from art.config.reading.document import read
from art.core.agreed_code import CodeFile, read_code
from art.core.agreement import is_agreed
from art.core.code import loaded_files
from art.core.code_reading import files_that_register, registered_in
from art.errors import PathError, typed


def code_of(text: str) -> list[str]:
    """The code files that a config names in `[project] code`."""
    return named_code(merge([read(text, "")]).values)


def code_lines(text: str, folder: Path) -> Iterator[str]:
    """Of each code file that a config names: whether it is there, and whether it would be run.

    Args:
        text: the config.
        folder: where it is to be saved.
    """
    for name in code_of(text):
        try:
            files = read_code(folder, [name], "")
        except PathError:
            yield f"{name}   NOT HERE: code is not fetched; put it beside the config yourself"
            continue
        for file in files:
            yield f"{_shown(file, folder)}   {_state(file)}, sha256 {file.sha256}"


def _shown(file: CodeFile, folder: Path) -> str:
    return str(file.path.relative_to(folder.resolve()))


def _state(file: CodeFile) -> str:
    if is_agreed(file):
        return "here, and you have agreed to run it"
    return "here; you are asked before it runs"


def lacking_code(config: Path, text: str) -> list[str]:
    """What a user is told of a saved config that needs code: what to put where, or to name."""
    folder = config.parent
    absent = [name for name in code_of(text) if not (folder / name).is_file()]
    if absent:
        return [
            f"{config} names code that is not here: {', '.join(absent)}. Code is never fetched: "
            f"get it yourself, read it, and put it into {typed(folder)}."
        ]
    unknown = [one for one in named_functions(read(text, "")) if _is_unknown(one)]
    named = {(f.registry, f.name) for f in registered_in([str(folder / n) for n in code_of(text)])}
    unknown = [one for one in unknown if (one.registry, one.name) not in named]
    if not unknown:
        return []
    names = ", ".join(dict.fromkeys(f"@{one.registry} '{one.name}'" for one in unknown))
    said = "" if loaded_files() else " No code file was given."
    files = _files(unknown, folder)
    way = " ".join(f"--code {typed(file)}" for file in files)
    how = f"Add `{way}`" if files else "Add `--code FILE`, or name the file in [project] code"
    return [f"{config} needs {names}, which nothing registers here.{said} {how}."]


def _is_unknown(one: Named) -> bool:
    return not one.is_installed and not one.name.startswith(OURS)


def _files(unknown: list[Named], folder: Path) -> list[Path]:
    """The files beside a config that register what it lacks."""
    found = [files_that_register(one.registry, one.name, folder)[:1] for one in unknown]
    return list(dict.fromkeys(file for files in found for file in files))
