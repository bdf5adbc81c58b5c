"""Configs and projects made and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.api.arguments import Say
from art.api.populating import populate
from art.api.trusting import Trust, load_all_code
from art.config.reading.source import Source
from art.core.code import load_code

if TYPE_CHECKING:
    from art.config.writing.parts.adding import Wanted
    from art.projects.making import Made
    from art.projects.updating import Updated


def init_config(
    task: str,
    *,
    data: str | None = None,
    model: str | None = None,
    optimize: str = "efficiency",
    hardware: str = "cpu",
    stages: Sequence[str] | None = None,
    visualizers: Sequence[str] | None = None,
    loggers: Sequence[str] | None = None,
    code: Sequence[Path | str] = (),
    name: str = "config.cfg",
    settings: Sequence[str] = (),
) -> str:
    """A complete config's text, ready to train; the page of `art quickstart` makes the same.

    Args:
        task: `image-classification`, `tabular-classification`, `tabular-regression`,
            `text-classification` or `segmentation`; `none` for a LightningModule with its own loss
            and metrics.
        data, model: registered names; built-in ones by default, where the task has some.
        optimize: `efficiency` or `accuracy`.
        hardware: `cpu` or `gpu`.
        stages: all seven by default.
        visualizers: registered names; those that suit the task by default, `[]` for none.
        loggers: registered names, besides the CSV files that are always written.
        code: Python files that register the data and model.
        name: the file's name as the user will type it.
        settings: `["--data.target=species"]`, written into the config.

    Raises:
        ConfigError: settings that do not exist or do not fit, all at once.
        UserError: an unknown value.
        RegistryError: nothing is registered under one of the names.
    """
    from art.quickstart import make_config

    populate()
    load_code(code)
    chosen = {
        "task": task,
        "data": data,
        "model": model,
        "optimize": optimize,
        "hardware": hardware,
        "stages": stages,
        "visualizers": visualizers,
        "loggers": loggers,
    }
    return make_config(chosen, file=name, code=[str(path) for path in code], settings=settings)


def edit_config(text: str, out: Path | str, *, say: Say = lambda _: None) -> str:
    """Show a config in the user's editor, and write what is accepted there.

    Args:
        text: the config.
        out: its file.
        say: takes what is to be told meanwhile.

    Raises:
        HubError: it was given up, there is no terminal, or the file was changed meanwhile.
    """
    from art.hub.editing import edit_and_store

    return edit_and_store(Path(out), text, say=say)


def quickstart(
    port: int = 0,
    *,
    browser: bool = True,
    code: Sequence[Path | str] = (),
    save: Path | None = None,
    say: Callable[[str], None],
) -> None:
    """Serve the page that writes a config, on loopback, until it is interrupted.

    Args:
        port: where to listen; 0 for any free port.
        browser: whether to open it.
        code: Python files whose parts are among the choices.
        save: a folder to write the page into, for another web server; then nothing is served.
        say: told the address, and what of the code is not on the page.

    Raises:
        UserError: the port is taken.
        PathError, CodeError: a file is missing, or code does not load.
    """
    from art.quickstart import serving
    from art.quickstart.options import load_options
    from art.quickstart.registered import with_registered

    populate()
    load_code(code)
    options, left_out = with_registered(load_options(), [str(path) for path in code])
    for line in left_out:
        say(line)
    if save is not None:
        serving.save(options, save)
        say(f"wrote the page into {save}")
        return
    serving.serve(options, port, browser=browser, say=say)


def add_part(
    text: str,
    source: str,
    wanted: Wanted,
    *,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
) -> str:
    """A config's text with one more part; everything else stays, byte for byte.

    Args:
        text: the config.
        source: its file.
        wanted: the part.
        code, trust_code: as for `load`.

    Raises:
        ConfigError: the mistakes of the config, or those of the part's settings, all at once.
        UserError: the part is unknown or there already, or something it needs is not given.
    """
    from art.config.writing.parts.adding import add_part as added

    populate()
    load_all_code(Source(text, source, Path(source).parent), code, trust_code)
    return added(text, source, wanted)


def remove_part(
    text: str,
    source: str,
    kind: str,
    name: str,
    *,
    stage: str = "",
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
) -> str:
    """A config's text without a part: as it was before `add_part`.

    Args:
        text: the config.
        source: its file.
        kind: `stage`, `check`, `logger`, `visualizer`, `metric`, `data` or `model`.
        name: the section's name, or the part's registered one.
        stage: a check's stage, where several have a check of that name.
        code, trust_code: as for `load`.

    Raises:
        ConfigError: the config would be wrong without it.
        UserError: there is no such part, or several are meant.
    """
    from art.config.writing.parts.removing import remove_part as removed

    populate()
    load_all_code(Source(text, source, Path(source).parent), code, trust_code)
    return removed(text, source, kind, name, stage=stage)


def make_project(
    folder: Path | str,
    template: str = "digits",
    *,
    answers: Mapping[str, Any] | None = None,
    ask: bool = False,
) -> Made:
    """Make a project from a template. No code of the template is run.

    Args:
        folder: a new or an empty one.
        template: a built-in one's name, a folder, or `git+https://HOST/REPO.git//FOLDER@REVISION`.
        answers: to the template's questions, by name; the others' defaults count.
        ask: ask the others on the terminal.

    Raises:
        PathError: the folder has something in it.
        UserError: there is no such template, it is refused, or an answer is wrong. Nothing was
            written then.
    """
    from art.projects.making import make_project as made

    return made(Path(folder), template, answers or {}, ask=ask)


def update_project(
    folder: Path | str = ".",
    *,
    answers: Mapping[str, Any] | None = None,
    ask: bool = False,
    dry_run: bool = False,
) -> Updated:
    """Bring what has changed in its template into a project. What the user changed stays.

    Args:
        folder: the project's.
        answers: new ones, in place of those that the project was made with.
        ask: ask on the terminal what the template did not ask before.
        dry_run: say what would be done; write nothing.

    Raises:
        PathError: the folder is no project.
        UserError: the template is gone or refused, or an answer is wrong. Nothing was written.
    """
    from art.projects.updating import update_project as updated

    return updated(Path(folder), answers or {}, ask=ask, dry_run=dry_run)
