"""Finds a template by what the user calls it: a built-in name, a folder, a git repository."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import art
from art.errors import PathError, UserError, did_you_mean, printable
from art.projects.template import SETTINGS, Template, look_at

FORMS = (
    "A template is one of these names, a folder, or "
    "git+https://HOST/REPO.git//FOLDER@REVISION (// alone for the whole repository)."
)


def built_in() -> dict[str, str]:
    """The built-in templates, each with a line about it."""
    folder = Path(art.__file__).parent / "templates"
    found = {}
    for path in sorted(folder.iterdir()):
        if (path / SETTINGS[0]).is_file():
            first = (path / SETTINGS[0]).read_text(encoding="utf-8").partition("\n")[0]
            found[path.name] = first.removeprefix("#").strip()
    return found


def canonical(source: str) -> str:
    """A source as a project keeps it: a folder whole, from wherever it is looked at later."""
    if source in built_in() or source.startswith("git+"):
        return source
    path = Path(source).expanduser()
    return str(path.resolve()) if path.is_dir() else source


@contextmanager
def opened(source: str) -> Iterator[Template]:
    """A template's files, for as long as they are needed.

    Raises:
        UserError: there is no such template, or it is refused.
        HubError: it cannot be fetched.
    """
    if source in built_in():
        yield look_at(Path(art.__file__).parent / "templates" / source, source)
    elif source.startswith("git+"):
        from art.hub.fetching.git_folder import fetch_git_folder
        from art.hub.settings import hub_settings

        place = Path(tempfile.mkdtemp(prefix="art-template-"))
        try:
            revision = fetch_git_folder(source, place, hub_settings().private_hosts)
            yield look_at(place, source, revision)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    else:
        yield look_at(_folder(source), source)


def _folder(source: str) -> Path:
    path = Path(source).expanduser()
    if path.is_dir():
        return path
    if "/" in source or path.exists():
        raise PathError(f"{printable(source)}: no such folder. {FORMS}")
    names = built_in()
    known = ", ".join(names)
    near = did_you_mean(source, names)
    raise UserError(
        f"no template '{printable(source)}'.{near if 'Did' in near else ''} "
        f"There are: {known}. {FORMS}"
    )
