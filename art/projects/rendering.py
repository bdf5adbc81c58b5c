"""Fills a template in: from a template and answers to files, in memory."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from art.core.planted import read_stored
from art.errors import UNSEEN, UserError, did_you_mean, printable
from art.projects.limited import TemplateError, work
from art.projects.template import Template, files_of

OWN = ".art"
"""The folder of a project that ART keeps for itself."""
ADVICE = "If you trust"
"""Where copier's own words begin to advise `--trust`, which lets a template do anything."""


@dataclass(frozen=True)
class File:
    """A file's content, and whether it is a program."""

    content: bytes
    executable: bool = False


Files = Mapping[str, File]
"""By path inside the project, with `/` between folders."""


@dataclass(frozen=True)
class Rendered:
    """A template filled in.

    Attributes:
        files: what it makes.
        answers: the answers that it was filled in with, JSON values.
    """

    files: Files
    answers: Mapping[str, Any]


def render(
    template: Template, answers: Mapping[str, Any], *, defaults: Mapping[str, Any], ask: bool
) -> Rendered:
    """Fill a template in. copier does it in a folder and a process of its own, with bounds, and
    with all that runs code off.

    Args:
        template: what to fill in.
        answers: to its questions; these are not asked again.
        defaults: in place of the template's own defaults.
        ask: ask the other questions on the terminal; else their defaults count.

    Raises:
        UserError: an answer to no question or that is not valid, a question without an answer, a
            template that cannot be filled in, or one that would write where it must not.
    """
    _check_answers(template, answers)
    with tempfile.TemporaryDirectory(prefix="art-template-") as place:
        source, target, desk = (Path(place, name) for name in ("template", "project", "desk"))
        # a copy without .git, so that copier takes it for the plain folder that it is
        _copy(template.folder, source)
        desk.mkdir()
        try:
            answered = work(
                "fill_in",
                desk,
                template.source,
                asks=ask,
                questions=list(template.questions),
                ask=ask,
                target=str(target),
                src_path=str(source),
                answers_file=str(Path(OWN, "answers.yml")),
                data=dict(answers),
                user_defaults=dict(defaults),
            )
        except TemplateError as error:
            raise UserError(_words(template, error)) from None
        return Rendered(_files(target, template), answered)


NUMBERS: Mapping[Any, Any] = {"int": int, "float": float}
"""Types of questions whose answers copier refuses without a word about which it was."""


def _check_answers(template: Template, answers: Mapping[str, Any]) -> None:
    for name in answers:
        if name not in template.questions:
            near = did_you_mean(name, template.questions) or " It asks nothing."
            raise UserError(f"template {printable(template.source)} does not ask '{name}'.{near}")
        question = template.questions[name]
        kind = question.get("type") if isinstance(question, Mapping) else None
        if kind in NUMBERS:
            try:
                NUMBERS[kind](answers[name])
            except (ValueError, TypeError):
                said = printable(str(answers[name]))
                raise UserError(f"--answer {name}={said}: this is no {kind}.") from None


def _copy(source: Path, target: Path) -> None:
    for path in files_of(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place, follow_symlinks=False)


def _files(folder: Path, template: Template) -> Files:
    """What copier made."""
    found: dict[str, File] = {}
    for path in files_of(folder) if folder.is_dir() else ():
        name = path.relative_to(folder)
        if name.parts[0] == OWN:
            continue  # copier's own answers file: ours is another
        check_place(name.as_posix(), template.source)
        file = File(read_stored(path), bool(path.stat().st_mode & stat.S_IXUSR))
        _check_text(name.as_posix(), file.content, template)
        found[name.as_posix()] = file
    if any(folder.rglob(".git")):
        raise UserError(f"template {printable(template.source)} is not used: it writes to .git.")
    if not found:
        raise UserError(f"template {printable(template.source)} makes no file.")
    return found


def _check_text(name: str, content: bytes, template: Template) -> None:
    """Refuse a text with characters that make it read as something else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # no text, and nobody reads it
        return
    if "\0" in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        found = UNSEEN.search(line.rstrip("\r").replace("\t", ""))
        if found is not None:
            raise UserError(
                f"template {printable(template.source)} is not used: in {printable(name)}:{number} "
                f"is {printable(found[0])}, a character that nobody sees."
            )


def check_place(name: str, source: str) -> None:
    """Refuse a file that would lie outside of the project, or in a folder of git's or ART's.

    Raises:
        UserError: it would.
    """
    path = PurePosixPath(name)
    wrong = path.is_absolute() or not path.parts or ".." in path.parts
    if wrong or any(part.lower() in (".git", OWN) for part in path.parts):
        raise UserError(f"template {printable(source)} is not used: it writes '{printable(name)}'.")


def _words(template: Template, error: TemplateError) -> str:
    source, text = printable(template.source), printable(str(error)).rstrip(".")
    told, trusting, _ = text.partition(ADVICE)
    if trusting:
        return (
            f"template {source} is not used: it wants more than to be filled in "
            f"({told.rstrip(' .')}). Nothing was written. Use a template that does without."
        )
    more = " Answers are given as --answer NAME=VALUE." if error.is_value else ""
    return f"template {source}: {text}.{more}"
