"""The sections that a config may have, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from typing import Annotated, Any, Literal, get_type_hints

from annotated_types import Ge, Gt, Le, MinLen

from art.config.functions.signature import Parameter, docs_of
from art.config.names import STAGES
from art.core.contract import Contract

Precision = Literal[
    "32-true", "64-true", "16-true", "bf16-true", "16-mixed", "bf16-mixed",
    "32", "64", "16", "bf16", 32, 64, 16, "auto",
]  # fmt: skip
"""The names that Lightning has for it, the old ones too; and ART's own, auto."""

Batches = Annotated[int, Ge(0)] | Annotated[float, Ge(0), Le(1)] | None
"""A number of batches, a share of them, or all."""


@dataclass(frozen=True)
class Written:
    """A text of a certain form, for an annotation: `Annotated[str, Written(...)]`.

    Attributes:
        pattern: the whole text's.
        documentation: the form in words, `as "hours:minutes"`.
    """

    pattern: str
    documentation: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """What validates it, and describes it in a JSON schema."""
        from pydantic_core.core_schema import str_schema

        return str_schema(pattern=f"^(?:{self.pattern})$", strict=True)


Duration = Annotated[
    str, Written(r"[0-9]{1,5}:[0-9]{2}:[0-9]{2}:[0-9]{2}", 'as "days:hours:minutes:seconds"')
]
"""How long something may take."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """What the project is called, and the order of its stages.

    Args:
        name: the project's name, and its folder in the runs folder;
            the file's name where there is none.
        seed: what all randomness starts from.
        stages: the recipe: stages by name, in the order in which they run.
        code: Python files beside this config that register what it names; they run once the user
            has agreed to them.
    """

    name: str
    seed: Annotated[int, Ge(0), Le(2**32 - 1)] = 0
    stages: Annotated[list[str], MinLen(1)] = field(default_factory=lambda: list(STAGES))
    code: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Where things are; further names may be added and referred to.

    Args:
        data: where the data is; refer to it as ${paths.data}.
        runs: the folder of records.
    """

    data: str | None = None
    runs: str = "runs"


@dataclass(frozen=True, kw_only=True)
class System:
    """This machine.

    Args:
        accelerator: what computes; auto takes what there is.
        devices: 1, or the number of one device in a list; several are not supported yet.
        precision: the numbers to calculate with, as Lightning names them; auto is bf16-mixed on a
            GPU that calculates with bfloat16 itself, and 32-true elsewhere.
        num_workers: processes that load data; 0 loads it in the training process.
        strategy: how Lightning runs the model, by its name; auto is right for one device.
        num_nodes: machines that train together; several are not supported yet.
        benchmark: let cuDNN try out its algorithms; null leaves it as it is.
        inference_mode: score in torch's inference mode, which allows no gradients.
        sync_batchnorm: one batch norm over all devices; without effect on one.
        use_distributed_sampler: let Lightning share samples out to devices; without effect on one.
        max_batch_size: samples that fit in memory at once; of a larger batch, gradients are summed
            up over several passes.
        save_every_seconds: how much training may be lost when it is killed; 0 saves before every
            batch. Saving takes 2% of the time at most, except at 0.
        probe_seconds: how long the probes of a stage may take; null is a minute, or a quarter of
            what the first full training is to take. A slow program is probed with fewer steps,
            and by fewer probes.
        compile: compile the model's forward pass in full training runs (torch.compile); it takes
            a compiler and half a minute or more, and the same seed then gives other numbers.
    """

    accelerator: Literal["auto", "cpu", "gpu", "cuda", "mps", "tpu"] = "auto"
    devices: Annotated[int, Ge(-1)] | list[int] | str = 1
    precision: Precision = "32-true"
    strategy: str = "auto"
    num_nodes: Annotated[int, Ge(1), Le(1)] = 1
    benchmark: bool | None = None
    inference_mode: bool = False
    sync_batchnorm: bool = False
    use_distributed_sampler: bool = True
    num_workers: Annotated[int, Ge(0)] = 0
    max_batch_size: Annotated[int, Ge(1)] | None = None
    save_every_seconds: Annotated[float, Ge(0)] = 10.0
    probe_seconds: Annotated[float, Gt(0)] | None = None
    compile: bool = False


@dataclass(frozen=True, kw_only=True)
class Training:
    """How training runs in every stage, unless the stage says otherwise.

    Args:
        max_epochs: passes over the training split.
        max_steps: optimizer steps at most; null is no limit.
        accumulate_grad_batches: batches that one optimizer step takes together.
        gradient_clip_val: the largest norm of a gradient; null clips nothing.
        gradient_clip_algorithm: clip by the norm of all gradients, or each number by its value.
        check_val_every_n_epoch: epochs from one validation to the next.
        val_check_interval: validate within an epoch as well: after so many batches, or after
            that share of an epoch.
        early_stopping_patience: validations without a better score before training stops; null
            goes on.
        deterministic: whether the same seed gives the same weights, to the bit.
        min_epochs: epochs that are trained at least.
        min_steps: optimizer steps that are taken at least.
        max_time: when training ends at the latest, as "days:hours:minutes:seconds".
        limit_train_batches: batches of an epoch, a number or a share; null is all.
        limit_val_batches: batches that are validated.
        limit_test_batches: batches that are tested.
        num_sanity_val_steps: batches that are validated before training, to see whether it runs.
        reload_dataloaders_every_n_epochs: epochs after which the data module is asked for its
            loaders again; 0 asks once.
        log_every_n_steps: steps from one value of self.log to the next that is kept.
        detect_anomaly: let torch look for what makes a gradient NaN; slow.
    """

    max_epochs: Annotated[int, Ge(1)] = 20
    max_steps: Annotated[int, Ge(1)] | None = None
    accumulate_grad_batches: Annotated[int, Ge(1)] = 1
    gradient_clip_val: Annotated[float, Gt(0)] | None = None
    gradient_clip_algorithm: Literal["norm", "value"] = "norm"
    check_val_every_n_epoch: Annotated[int, Ge(1)] = 1
    val_check_interval: Annotated[int, Ge(1)] | Annotated[float, Gt(0), Le(1)] | None = None
    early_stopping_patience: Annotated[int, Ge(1)] | None = None
    deterministic: bool = True
    min_epochs: Annotated[int, Ge(1)] | None = None
    min_steps: Annotated[int, Ge(1)] | None = None
    max_time: Duration | None = None
    limit_train_batches: Batches = None
    limit_val_batches: Batches = None
    limit_test_batches: Batches = None
    num_sanity_val_steps: Annotated[int, Ge(0)] = 0
    reload_dataloaders_every_n_epochs: Annotated[int, Ge(0)] = 0
    log_every_n_steps: Annotated[int, Ge(1)] = 1
    detect_anomaly: bool = False


PLAIN: Mapping[str, type] = {
    "project": Project,
    "paths": Paths,
    "system": System,
    "training": Training,
    "contract": Contract,
}
"""Sections of plain settings. They are no pydantic models: reading a config must not import it."""

SINGLE: dict[str, str] = {
    "task": "tasks",
    "data": "data",
    "model": "models",
    "optimizer": "optimizers",
    "scheduler": "schedulers",
    "advisor": "advisors",
    "executor": "executors",
}
"""Sections that are one block, and its registry."""

NAMED: dict[str, str] = {
    "models": "models",
    "metrics": "metrics",
    "visualizers": "visualizers",
    "loggers": "loggers",
    "callbacks": "callbacks",
    "stages": "stages",
}
"""Sections of named blocks, `[metrics.NAME]`, and their registry."""

CHANGEABLE = ("data", "model", "optimizer", "scheduler", "training", "callbacks", "task")
"""Sections whose settings a stage may change for its own duration."""

_IN_STAGES = (
    Parameter("stages", list[str] | None, None, doc="the stages it is on in; all where null"),
    Parameter("skip_stages", list[str], [], doc="stages it is off in"),
)

ENGINE_KEYS: dict[str, tuple[Parameter, ...]] = {
    "checks": (
        Parameter("severity", Literal["block", "warn"], "block", doc="block closes the gate"),
        Parameter("hint", str, "", doc="what to look at first when it fails"),
    ),
    "metrics": _IN_STAGES,
    "visualizers": _IN_STAGES,
    "loggers": _IN_STAGES,
    "callbacks": _IN_STAGES,
    "stages": (
        Parameter("checks", dict[str, Any], {}, doc="conditions on what the stage found"),
        Parameter("overrides", dict[str, Any], {}, doc="settings for this stage's duration"),
    ),
}
"""Settings of every block of a section; ART keeps them and no registered function sees them."""


@lru_cache(maxsize=16)
def plain_parameters(section: str) -> tuple[Parameter, ...]:
    """The settings of a plain section, as parameters."""
    model = PLAIN[section]
    types, docs = get_type_hints(model, include_extras=True), docs_of(model)
    found = []
    for item in fields(model):
        default = {} if item.default is MISSING else {"default": item.default}
        if item.default_factory is not MISSING:
            default = {"default": item.default_factory()}
        found.append(Parameter(item.name, types[item.name], doc=docs.get(item.name, ""), **default))
    return tuple(found)
