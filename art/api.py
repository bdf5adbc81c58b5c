"""What Python users and the command line call. Fills the registries; the only one to do so."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art import config as configs
from art.core.code import load_code
from art.errors import ConfigError, Fault, PathError, StoreError
from art.store import RunStore, find_projects

if TYPE_CHECKING:
    from art.config import Part, RecipeConfig
    from art.config.writing.parts.adding import Wanted
    from art.hub.getting import Got
    from art.hub.index import Entry
    from art.projects.making import Made
    from art.projects.updating import Updated
    from art.reporting import Report
    from art.reporting.spans import Screen
    from art.running.events import Observer
    from art.running.examination import Examination, Subject
    from art.running.examining import Progress
    from art.running.planning import PlannedStage, Request
    from art.running.runner import RunResult

Overrides = Mapping[str, Any] | Sequence[str]
Say = Callable[[str], None]


def populate() -> None:
    """Register every built-in part. Imports no torch: parts import it where they use it."""
    package = import_module("art.registry")
    for found in pkgutil.walk_packages(package.__path__, "art.registry."):
        if not found.ispkg and not found.name.rsplit(".", 1)[1].startswith("_"):
            import_module(found.name)


@dataclass(frozen=True)
class TrainReport:
    """What `train` gives back.

    Attributes:
        ok: whether everything asked for is done and every gate is open.
        exit_code: what the command line would exit with.
        report: the state of the recipe now: stages, checks, scores, hints.
        result: what ran in this call.
    """

    ok: bool
    exit_code: int
    report: Report
    result: RunResult

    def scores(self, stage: str, model: str | None = None) -> dict[str, float]:
        """The scores of a stage's latest record; the first model's where none is named.

        Raises:
            KeyError: the stage has no record.
        """
        for found in self.report.stages:
            if found.stage == stage and (model is None or found.model == model):
                return dict(found.scores)
        raise KeyError(stage)


def load(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
) -> RecipeConfig:
    """Read a config through all its layers: checked, filled and resolved.

    Args:
        config: the recipe config's file.
        overrides: `{"paths.data": ...}`, or command line options `["--paths.data=..."]`.
        system: a system.cfg to use in place of the one beside the config.
        code: Python files whose registered functions the config names.

    Raises:
        ConfigError: every mistake of every layer.
        PathError, CodeError: a file is missing, or code does not load.
    """
    populate()
    load_code(code)
    return configs.load(Path(config), overrides=overrides, system=_path(system))


def validate(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
) -> list[Fault]:
    """The mistakes of a config; an empty list where it has none."""
    try:
        load(config, overrides=overrides, system=system, code=code)
    except ConfigError as error:
        return list(error.faults)
    return []


def train(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    stages: Sequence[str] = (),
    start: str | None = None,
    force: bool = False,
    locked: Path | str | None = None,
    observer: Observer | None = None,
) -> TrainReport:
    """Run the recipe: skip what is up to date, stop at a closed gate.

    Args:
        config, overrides, system, code: as for `load`.
        stages: run these alone.
        start: run this stage and those after it.
        force: run what is up to date as well.
        locked: a run's folder; what has drifted since that run is an error.
        observer: told what happens; nothing is printed without one.

    Raises:
        UserError: a mistake in the config, the paths or the arguments. What happens inside a
            stage is in the report and never raised, except an interruption.
    """
    from art.reporting import snapshot
    from art.running.events import Silent

    observer = observer or Silent()
    glimpse = configs.peek(Path(config), overrides=overrides, system=_path(system))
    if glimpse and not (stages or start or force or locked):
        done = _nothing_to_do(glimpse, code, observer)
        if done is not None:
            return done
    runner, store, _recipe = _runner(config, overrides, system, code, observer)
    if locked is not None:
        runner.hold_to(Path(locked))
    result = runner.run(_request(stages, start, force))
    if glimpse and result.ok:
        runner.leave_receipt(glimpse.digest, code)
    planned = [(stage.name, stage.model) for stage in result.plan]
    report = snapshot(store, planned)
    return TrainReport(result.ok, result.exit_code, report, result)


def plan(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    stages: Sequence[str] = (),
    start: str | None = None,
    force: bool = False,
) -> list[PlannedStage]:
    """What `train` would do, and why; nothing is run and nothing written."""
    from art.running.events import Silent

    runner, _, _ = _runner(config, overrides, system, code, Silent())
    return runner.plan(_request(stages, start, force))


def report(runs: Path | str = "runs", project: str | None = None) -> Report:
    """The state of a project's recipe, from its records alone.

    Args:
        runs: the runs folder, or one project's folder in it.
        project: which project; needed only where the folder has several.

    Raises:
        PathError: there are no records there, or several projects and none is named.
    """
    from art.reporting import snapshot

    root, name = _project(Path(runs), project)
    return snapshot(RunStore(root, name, read_only=True), None)


def fill_config(text: str, source: str = "config", *, code: Sequence[Path | str] = ()) -> str:
    """A config's text with every default added; comments, order and interpolation stay.

    Raises:
        ConfigError: every mistake of the text.
    """
    populate()
    load_code(code)
    return configs.complete_text(text, source)


def add_part(text: str, source: str, wanted: Wanted, *, code: Sequence[Path | str] = ()) -> str:
    """A config's text with one more part; everything else stays, byte for byte.

    Raises:
        ConfigError: the mistakes of the config, or those of the part's settings, all at once.
        UserError: the part is unknown or there already, or something it needs is not given.
    """
    from art.config.writing.parts.adding import add_part as added

    populate()
    load_code(code)
    return added(text, source, wanted)


def remove_part(
    text: str,
    source: str,
    kind: str,
    name: str,
    *,
    stage: str = "",
    code: Sequence[Path | str] = (),
) -> str:
    """A config's text without a part: as it was before `add_part`.

    Args:
        text: the config.
        source: what people know it by.
        kind: `stage`, `check`, `logger`, `visualizer`, `metric`, `data` or `model`.
        name: the section's name, or the part's registered one.
        stage: a check's stage, where several have a check of that name.
        code: Python files whose functions the config names.

    Raises:
        ConfigError: the config would be wrong without it.
        UserError: there is no such part, or several are meant.
    """
    from art.config.writing.parts.removing import remove_part as removed

    populate()
    load_code(code)
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


def parts(
    registry: str | None = None, *, code: Sequence[Path | str] = (), search: str = ""
) -> list[Part]:
    """What is registered, in every registry or in one.

    Args:
        registry: the word after `@`.
        code: Python files whose functions are listed too.
        search: a word that each part has in its name, its doc or its settings.

    Raises:
        RegistryError: there is no such registry.
    """
    populate()
    load_code(code)
    return configs.listed(registry, search)


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
            `text-classification` or `segmentation`.
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
        UserError: an unknown value, or a task without built-in parts where none is named.
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
    say: Callable[[str], None],
) -> None:
    """Serve the page that writes a config, on loopback, until it is interrupted.

    Args:
        port: where to listen; 0 for any free port.
        browser: whether to open it.
        code: Python files whose parts are among the choices.
        say: told the address, and what of the code is not on the page.

    Raises:
        UserError: the port is taken.
        PathError, CodeError: a file is missing, or code does not load.
    """
    from art.quickstart.options import load_options
    from art.quickstart.registered import with_registered
    from art.quickstart.serving import serve

    populate()
    load_code(code)
    options, left_out = with_registered(load_options(), [str(path) for path in code])
    for line in left_out:
        say(line)
    serve(options, port, browser=browser, say=say)


def describe_config(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    origins: bool = False,
    screen: Screen | None = None,
) -> str:
    """What a config would run, for people; nothing is run.

    Args:
        config, overrides, system, code: as for `load`.
        origins: in its place, every value and where it comes from.
        screen: what the text is for; by default a pipe.

    Raises:
        ConfigError: every mistake of the config.
    """
    from art.reporting.config import ENDLESS, describe, describe_origins
    from art.reporting.spans import Screen

    screen = screen or Screen(ENDLESS)
    if origins:
        recipe = load(config, overrides=overrides, system=system, code=code)
        return describe_origins(recipe, screen)
    from art.running.events import Silent
    from art.running.planning import Request

    runner, _, recipe = _runner(config, overrides, system, code, Silent())
    return describe(recipe, runner.plan(Request()), screen)


def examine(
    config: Path | str,
    subject: Subject,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    progress: Progress = lambda *_: None,
) -> Examination:
    """What the recipe's stages and probes find of the data or the model, without training.

    Nothing is written to the runs folder. What crashes in a stage is in the result.

    Args:
        config, overrides, system, code: as for `load`.
        subject: `data` or `model`.
        progress: told how far it is.

    Raises:
        UserError: a mistake in the config, the paths or the arguments.
    """
    from art.running.examining import examine as examined

    recipe = load(config, overrides=overrides, system=system, code=code)
    return examined(recipe, subject, progress)


def get(
    source: str,
    out: Path | str | None = None,
    *,
    accept: bool = False,
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    say: Say = lambda _: None,
) -> Got:
    """Fetch a config from elsewhere, show it in the user's editor, and save what was accepted.

    Args:
        source: a name of an index, a file, an https address, or `git+https://HOST/REPO//FILE@REV`.
        out: where to save it; by default under its own name, in the working directory.
        accept: do not ask.
        system: the system config that its machine settings go to; by default the one beside it.
        code: Python files whose registered functions it names.
        say: takes what is to be told meanwhile.

    Raises:
        HubError: it cannot be had, is refused, or the review was given up.
    """
    from art.hub.getting import get as got

    populate()
    load_code(code)
    return got(source, _path(out), accept=accept, system=_path(system), say=say)


def init_system(fit: Path | str | None = None, *, code: Sequence[Path | str] = ()) -> str:
    """The text of a system.cfg for this machine.

    Args:
        fit: a config; how much of its batch fits in memory is measured, by training steps.
        code: Python files whose registered functions it names.

    Raises:
        UserError: the config has mistakes, or it cannot be measured.
    """
    from art.hub.machine import this_machine
    from art.hub.system_config import system_text

    if fit is None:
        return system_text(this_machine())
    from art.hub.fitting import measured

    return system_text(this_machine(), *measured(load(fit, code=code)))


def fit_system(got: Got, *, overrides: Overrides = ()) -> str:
    """Measure how much of a fetched config's batch fits, write it into its system.cfg, and say so.

    Raises:
        UserError: it cannot be measured; the message says why.
    """
    from art.hub.fitting import measured, write_limit

    folder = got.config.parent
    recipe = configs.load_text(got.text, str(got.config), folder=folder, overrides=overrides)
    limit, told = measured(recipe)
    write_limit(got.system or folder / "system.cfg", limit)
    return told


def update(
    config: Path | str,
    *,
    accept: bool = False,
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
    say: Say = lambda _: None,
) -> Got:
    """Merge what changed at the source of a config that `get` saved; see `get`."""
    from art.hub.updating import update as updated

    populate()
    load_code(code)
    return updated(Path(config), accept=accept, system=_path(system), say=say)


def hub_entries(say: Say = lambda _: None) -> list[Entry]:
    """The configs that the indexes name."""
    from art.hub.index import listed
    from art.hub.settings import hub_settings

    return listed(hub_settings(), say)


def open_remote(source: str, *, code: Sequence[Path | str] = (), say: Say = lambda _: None) -> Path:
    """The file of a config from elsewhere, reviewed and saved; this process runs nothing else."""
    from art.hub.opening import opened

    populate()
    load_code(code)
    return opened(source, say=say)


def apply(
    run: Path | str,
    config: Path | str,
    *,
    accept: bool = False,
    code: Sequence[Path | str] = (),
    say: Say = lambda _: None,
) -> str:
    """Write the settings that a run found best into a config, after a review; its text now.

    Raises:
        HubError: the run found none, the config lacks them, or the review was given up.
    """
    from art.hub.applying import apply_settings

    populate()
    load_code(code)
    return apply_settings(Path(run), Path(config), accept=accept, say=say)


def _path(path: Path | str | None) -> Path | None:
    return None if path is None else Path(path)


def _nothing_to_do(
    glimpse: configs.Peek, code: Sequence[Path | str], observer: Observer
) -> TrainReport | None:
    """What `train` gives back when all is as the last run left it, found out without loading any
    code; None where there may be something to do."""
    from art.reporting import snapshot
    from art.running.receipt import still_done
    from art.running.runner import RunResult

    try:
        store = RunStore(Path(glimpse.runs), glimpse.project)
    except StoreError:  # loading the config says where the mistake is
        return None
    plan = still_done(store, glimpse.digest, code)
    if plan is None:
        return None
    observer.planned(plan)
    for stage in plan:
        observer.stage_skipped(stage.name, stage.model, stage.why)
    report = snapshot(store, [(stage.name, stage.model) for stage in plan])
    return TrainReport(True, 0, report, RunResult(plan))


def _request(stages: Sequence[str], start: str | None, force: bool) -> Request:
    from art.running.planning import Request

    return Request(tuple(stages), start, force)


def _runner(
    config: Path | str,
    overrides: Overrides,
    system: Path | str | None,
    code: Sequence[Path | str],
    observer: Observer,
) -> tuple[Any, RunStore, RecipeConfig]:
    from art.running.runner import Runner

    recipe = load(config, overrides=overrides, system=system, code=code)
    store = RunStore(Path(recipe.paths["runs"]), recipe.project.name)
    return Runner(recipe, store, code=load_code(code), observer=observer), store, recipe


def _project(runs: Path, project: str | None) -> tuple[Path, str]:
    if not runs.is_dir():
        raise PathError(f"{runs}: no such runs folder. `art train CONFIG` makes one.")
    names = find_projects(runs)
    if project is not None:
        if project not in names:
            raise PathError(f"{runs}: no project '{project}' there. There are: {_list(names)}.")
        return runs, project
    if len(names) == 1:
        return runs, names[0]
    if not names and runs.name in find_projects(runs.parent):
        return runs.parent, runs.name
    if not names:
        raise PathError(f"{runs}: no records there. `art train CONFIG` leaves some.")
    raise PathError(f"{runs}: several projects: {_list(names)}. Name one: art report {runs}/NAME.")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
