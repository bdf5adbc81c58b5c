"""Does the work of a template, in a process of its own that `limited` starts and bounds."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from art.core.planted import read_planted, read_stored
from art.projects.limited import ANSWER, MOST_BYTES, MOST_FILES, PLACE, REQUEST

MOST_VALUES = 10_000
"""Of a template's settings, when each alias is what it stands for."""

LOOK_AROUND = ("expanduser", "expandvars", "fileglob", "realpath", "relpath")
"""Filters of copier's that look at this machine: a template could write out what they see."""


class _TooMuchError(Exception):
    """A bound that this process sees to itself."""


def main(folder: str) -> None:
    """Do what `request.json` asks for, and leave the result in `answer.json`."""
    place = Path(folder)
    request = json.loads(read_planted(place / REQUEST))
    answer: dict[str, Any]
    try:
        answer = {"value": WORK[request["do"]](place, **request["arguments"])}
    except KeyboardInterrupt:
        os._exit(130)
    except (MemoryError, RecursionError):
        answer = {"stopped": "it takes more memory than a template may"}
    except Exception as error:  # what stands in a template can raise anything
        if isinstance(error, _TooMuchError) or _Count.reached:
            answer = {"stopped": _Count.reached or str(error)}
        elif isinstance(error, OSError) and error.errno == errno.EFBIG:
            answer = {"stopped": f"it makes more than {MOST_BYTES // 1_000_000} MB"}
        else:
            text = " ".join(str(error).split()) or type(error).__name__
            answer = {"error": text[:2_000], "is_value": isinstance(error, ValueError)}
    (place / ANSWER).write_text(json.dumps(answer, default=str), encoding="utf-8")


def read_settings(place: Path, *, file: str) -> Any:
    """A template's settings; what only copier understands, such as `!include`, is refused."""
    import yaml

    _note(place, Path(file).name)
    settings = yaml.safe_load(read_stored(Path(file)))
    _count_values(settings)
    return settings


def fill_in(place: Path, *, questions: list[str], ask: bool, **options: Any) -> dict[str, Any]:
    """Let copier fill a template in.

    Returns:
        The answers to its questions, without those that are secret.
    """
    from copier._main import Worker
    from copier._settings import SettingsModel

    target = Path(options.pop("target"))
    # an empty model of settings: a user's own could trust a source
    with Worker(
        settings=SettingsModel(),
        quiet=True,
        unsafe=False,
        dst_path=target,
        answers_file=Path(options.pop("answers_file")),
        defaults=not ask,
        **options,
    ) as worker:
        for name in LOOK_AROUND:
            worker.jinja_env.filters.pop(name, None)
        _tell_places(worker.jinja_env, place)
        sys.addaudithook(_Count(target))
        worker.run_copy()
        found = dict(worker.answers.combined)
        secret = worker.template.secret_questions | set(worker.answers.hidden)
        return {
            key: found[key]
            for key in questions
            if key not in secret and _is_plain(found.get(key, ...))
        }


WORK: Mapping[str, Callable[..., Any]] = {"read_settings": read_settings, "fill_in": fill_in}


def _tell_places(environment: Any, place: Path) -> None:
    """Note which file is being filled in, for the case that it never ends."""
    source = environment.loader.get_source

    def get_source(environment: Any, template: str) -> Any:
        _note(place, template)
        return source(environment, template)

    environment.loader.get_source = get_source


def _note(place: Path, name: str) -> None:
    (place / PLACE).write_text(name[:200], encoding="utf-8", errors="backslashreplace")


class _Count:
    """Hears of every file and folder that is made, and ends it when there are too many."""

    reached = ""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._made: set[str] = set()
        self._bytes = 0
        self._last = ""

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "os.mkdir", "os.symlink"):
            return
        path = arguments[1] if event == "os.symlink" else arguments[0]
        if not isinstance(path, str) or not path.startswith(self._target):
            return
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        if self._last and Path(self._last).is_file():
            self._bytes += Path(self._last).stat().st_size
        self._last = path if event == "open" else ""
        self._made.add(path)
        if len(self._made) > MOST_FILES:
            self._end(f"it makes more than {MOST_FILES:,} files")
        if self._bytes > MOST_BYTES:
            self._end(f"it makes more than {MOST_BYTES // 1_000_000} MB")

    @staticmethod
    def _end(why: str) -> None:
        _Count.reached = why
        raise _TooMuchError(why)


def _count_values(settings: Any) -> None:
    """Refuse settings that are few lines and stand for millions of values: YAML has aliases."""
    waiting, seen = [settings], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set):
            waiting += one
        if seen + len(waiting) > MOST_VALUES:
            raise _TooMuchError(f"it stands for more than {MOST_VALUES:,} values")


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str | list | dict)
