"""The recipe config of a program, by the two routes that a user has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, get_args

from benchmarks.faults.program import Program

Route = Literal["init", "bare"]
"""`init`: what `art init config` writes, as the README has it. `bare`: the shortest config."""

ROUTES: tuple[Route, ...] = get_args(Route)
STAGES = (
    "explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize", "evaluate",
)  # fmt: skip
TASKS = {"classification": "art.TabularClassification.v1", "regression": "art.TabularRegression.v1"}


def config_text(
    program: Program,
    names: dict[str, str],
    *,
    folder: str,
    seed: int = 0,
    task: bool = False,
    route: Route = "init",
) -> str:
    """The recipe config of a program, as a user would come by it.

    Args:
        program: gives epochs, contract, and sections.
        names: registered names of its data and model.
        folder: where runs go.
        seed: of the project.
        task: whether to name a `[task]` that fits the program's kind.
        route: by `art init config`, or written by hand.
    """
    sections = _sections(program, folder=folder, seed=seed, task=task)
    if route == "init":
        return _by_init(sections, names)
    parts = {"data": {"@data": names["data"]}, "model": {"@models": names["models"]}}
    lines = []
    for name, values in {**sections, **parts}.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def _sections(program: Program, *, folder: str, seed: int, task: bool) -> dict[str, dict[str, Any]]:
    """What a user says about a program, besides its data and model."""
    sections: dict[str, dict[str, Any]] = {
        "project": {"name": "bench", "seed": seed, "stages": list(STAGES)},
        "paths": {"runs": str(Path(folder) / "runs")},
        "system": {"accelerator": "cpu"},
        "training": {"max_epochs": program.max_epochs},
        "contract": dict(program.contract),
    }
    if task and program.kind:
        sections["task"] = {"@tasks": TASKS[program.kind]}
    for name, values in program.sections.items():
        sections[name] = {**sections.get(name, {}), **values}
    return sections


def _by_init(sections: dict[str, dict[str, Any]], names: dict[str, str]) -> str:
    """What `art init config` writes: the task is an option of its own, all else are settings."""
    from art import api
    from art.quickstart.options import load_options

    asked = dict(sections)
    registered = asked.pop("task", {}).get("@tasks", "")
    tasks = {
        entry.get("registered", ""): entry["value"] for entry in load_options()["task"].entries
    }
    settings = [
        f"--{section}.{key}={json.dumps(value)}"
        for section, values in asked.items()
        for key, value in values.items()
    ]
    return api.init_config(
        tasks[registered],
        data=names["data"],
        model=names["models"],
        name="bench.cfg",
        settings=settings,
    )
