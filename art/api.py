"""What Python users and the command line call. Fills the registries; the only one to do so."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art import config as configs
from art import registries
from art.core.code import load_code
from art.errors import ConfigError, Fault, PathError, UserError, did_you_mean
from art.store import RunStore, find_projects

if TYPE_CHECKING:
    from art.config import RecipeConfig
    from art.reporting import Report
    from art.running.events import Observer
    from art.running.planning import PlannedStage, Request
    from art.running.runner import RunResult

Overrides = Mapping[str, Any] | Sequence[str]


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
    return configs.load(Path(config), overrides=overrides, system=Path(system) if system else None)


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
    observer: Observer | None = None,
) -> TrainReport:
    """Run the recipe: skip what is up to date, stop at a closed gate.

    Args:
        config, overrides, system, code: as for `load`.
        stages: run these alone.
        start: run this stage and those after it.
        force: run what is up to date as well.
        observer: told what happens; nothing is printed without one.

    Raises:
        UserError: a mistake in the config, the paths or the arguments. What happens inside a
            stage is in the report and never raised, except an interruption.
    """
    from art.reporting import snapshot
    from art.running.events import Silent

    runner, store, _recipe = _runner(config, overrides, system, code, observer or Silent())
    result = runner.run(_request(stages, start, force))
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


@dataclass(frozen=True)
class Part:
    """One registered function, for `art list`.

    Attributes:
        registry: the word after `@`.
        name: its registered name.
        settings: `name: type = default` of each parameter, in order.
        doc: the first line of its docstring.
        place: the file and line that define it.
    """

    registry: str
    name: str
    settings: tuple[str, ...]
    doc: str
    place: str


def parts(registry: str | None = None, *, code: Sequence[Path | str] = ()) -> list[Part]:
    """What is registered, in every registry or in one.

    Raises:
        RegistryError: there is no such registry, or a plugin does not load.
    """
    populate()
    load_code(code)
    chosen = [registries.registry(registry)] if registry else list(registries.ALL.values())
    found = []
    for one in chosen:
        for name in one.names():
            function = one.get(name)
            settings = tuple(
                f"{p.name}: {p.type}"
                + ("" if p.required else f" = {json.dumps(p.default, default=str)}")
                for p in configs.parameters(one.name, name)
            )
            doc = (inspect.getdoc(function) or "").partition("\n")[0]
            found.append(Part(one.name, name, settings, doc, str(registries.place_of(function))))
    return found


def _default(parameter: configs.Parameter) -> str:
    if parameter.required:
        return ""
    return f" = {json.dumps(parameter.default, default=str, ensure_ascii=False)}"


def init_config(
    task: str,
    *,
    data: str | None = None,
    model: str | None = None,
    optimize: str = "efficiency",
    hardware: str = "cpu",
    stages: Sequence[str] = (),
    loggers: Sequence[str] = (),
    code: Sequence[Path | str] = (),
    name: str = "config.cfg",
) -> str:
    """A complete config's text, ready to train.

    Args:
        task: `image-classification`, `tabular-classification`, `tabular-regression`,
            `text-classification` or `segmentation`.
        data, model: registered names; built-in ones by default, where the task has some.
        optimize: `efficiency` or `accuracy`.
        hardware: `cpu` or `gpu`.
        stages: all seven by default.
        loggers: registered names, besides the CSV files that are always written.
        code: Python files that register the data and model.
        name: the file's name as the user will type it.

    Raises:
        UserError: an unknown task, or one without built-in parts where none is named.
        RegistryError: nothing is registered under one of the names.
    """
    from art.quickstart import SEVEN_STAGES, TASKS, Choices, config_text

    populate()
    load_code(code)
    if task not in TASKS:
        raise UserError(f"unknown task '{task}'.{did_you_mean(task, TASKS)}")
    chosen = {"data": data or TASKS[task].data, "model": model or TASKS[task].model}
    for part, part_name in chosen.items():
        if not part_name:
            raise UserError(
                f"{task} has no built-in {part} yet. Name yours: --{part} NAME --code FILE.py"
            )
    registries.data.get(chosen["data"])
    choices = Choices(
        task=task,
        **chosen,
        own_optimizer=_brings_optimizer(chosen["data"], chosen["model"]),
        optimize=optimize,
        hardware=hardware,
        stages=tuple(stages) or SEVEN_STAGES,
        loggers=tuple(loggers),
        code=tuple(str(path) for path in code),
    )
    return configs.complete_text(config_text(choices, name), name)


def describe_config(
    config: Path | str,
    *,
    overrides: Overrides = (),
    system: Path | str | None = None,
    code: Sequence[Path | str] = (),
) -> list[str]:
    """What a config would run, in lines for people; nothing is run.

    Raises:
        ConfigError: every mistake of the config.
    """
    from art.running.events import Silent
    from art.running.planning import Request

    runner, _, recipe = _runner(config, overrides, system, code, Silent())
    lines = [f"{recipe.source}: no mistakes", ""]
    for section in ("task", "data", "optimizer", "scheduler"):
        block = recipe.block(section)
        if block:
            lines.append(f"{section:10} {_call(block)}")
    for name, block in recipe.models.items():
        lines.append(f"{f'model {name}'.strip():10} {_call(block)}")
    lines.append("")
    for stage in runner.plan(Request()):
        spec = stage.spec
        model = f" ({stage.model})" if stage.block else ""
        lines.append(
            f"{spec.order:2d} {spec.name}{model}: {_call(spec.block)}: "
            f"{'runs, because ' if stage.runs else ''}{stage.why}"
        )
        for check in spec.checks.values():
            warns = " (warns only)" if check.severity == "warn" else ""
            lines.append(f"     check {check.name}: {_call(check.block)}{warns}")
    return lines


def _call(block: Mapping[str, Any]) -> str:
    """A block as the call that it stands for."""
    name = next((str(value) for key, value in block.items() if key.startswith("@")), "")
    settings = (
        f"{key}={json.dumps(value, ensure_ascii=False)}"
        for key, value in block.items()
        if not key.startswith("@")
    )
    return f"{name}({', '.join(settings)})"


def _brings_optimizer(data: str, model: str) -> bool:
    """Whether a registered model is a LightningModule with its own optimizer.

    Its class or return type says so; where neither does, one is built and looked at.
    """
    function = registries.models.get(model)
    if getattr(function, "__module__", "").startswith("art.registry."):
        return False  # ours are plain modules, and torch need not be imported to know
    import pytorch_lightning as pl

    from art.training.wrapping import is_own_optimizer

    kind = function if isinstance(function, type) else _return_type(function)
    if not isinstance(kind, type) or kind is pl.LightningModule:
        kind = type(_built(data, model))
    return issubclass(kind, pl.LightningModule) and is_own_optimizer(kind)


def _return_type(function: Any) -> Any:
    import typing

    try:
        return typing.get_type_hints(function).get("return")
    except (NameError, TypeError, AttributeError):  # a name that is only there for type checkers
        return None


def _built(data: str, model: str) -> Any:
    """A model as its function makes it by default, on what the data holds."""
    from art.registries import models
    from art.running.building import accepts
    from art.training.description import describe

    given = {}
    if accepts(models.get(model), "data_info"):
        module = configs.build({"@data": data})
        module.prepare_data()
        module.setup("fit")
        given["data_info"] = describe(module)
    return configs.build({"@models": model}, **given)


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
