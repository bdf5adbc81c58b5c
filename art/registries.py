"""Every registry, on one screen.

`art.stages` in Python, `@stages` in a config, the entry-point group `art_stages` in a plugin's
metadata: one word, one registry. A name ends in a version: `my_stage.v1`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import catalogue

from art.errors import RegistryError, did_you_mean

T = TypeVar("T", bound=Callable[..., Any])

NAME = re.compile(r"^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*\.v\d+$")


@dataclass(frozen=True)
class Place:
    """Where a registered function stands in a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Registry:
    """Functions of one kind by name, over `catalogue`.

    Adds to `catalogue` what people need: a name registered twice is refused and both places are
    named, an unknown name is answered with the nearest one, and plugins load when asked for.

    Args:
        name: the registry's name, the word behind `@` in a config.
        does: what its functions make, for `art list`.
        given: names of parameters that ART fills in when it calls a function of this registry,
            and that are therefore no settings in a config.
    """

    def __init__(self, name: str, does: str, given: tuple[str, ...] = ()) -> None:
        self.name = name
        self.does = does
        self.given = given
        self._functions: catalogue.Registry[Any] = catalogue.create("art", name)
        self._plugins: dict[str, EntryPoint] | None = None

    def __call__(self, name: str, func: T | None = None) -> Any:
        """Register a function or class under `name`, as a decorator or directly.

        Raises:
            RegistryError: the name has no version, or is registered already elsewhere.
        """
        if not NAME.match(name):
            raise RegistryError(
                f"'{name}' is no name for @{self.name}: letters, digits, '_' and dots, with a "
                f"version at the end, like 'my_{self.name.rstrip('s')}.v1'."
            )

        def register(function: T) -> T:
            if name in self._functions:
                registered = self._functions.get(name)
                if _identity(registered) != _identity(function):
                    raise RegistryError(
                        f"@{self.name} '{name}' is registered twice: "
                        f"{place_of(registered)} and {place_of(function)}. Rename one of them."
                    )
            self._functions.register(name, func=function)
            return function

        return register if func is None else register(func)

    def get(self, name: str) -> Callable[..., Any]:
        """The function registered under `name`; a plugin is loaded for it where one offers it.

        Raises:
            RegistryError: nothing is registered under that name, or its plugin fails to load.
        """
        if name in self._functions:
            return self._functions.get(name)
        plugin = self.plugins.get(name)
        if plugin is None:
            raise RegistryError(
                f"unknown @{self.name} '{name}'.{did_you_mean(name, self.names())}",
                unknown=(self.name, name),
            )
        try:
            function = plugin.load()
        except (Exception, SystemExit) as error:
            distribution = plugin.dist.name if plugin.dist else plugin.value
            raise RegistryError(
                f"@{self.name} '{name}' comes from the plugin '{distribution}', which fails to "
                f"load: {type(error).__name__}: {error}"
            ) from error
        if name not in self._functions:  # the module may have used the decorator as well
            self._functions.register(name, func=function)
        return self._functions.get(name)

    @property
    def plugins(self) -> dict[str, EntryPoint]:
        """Entry points of the group `art_NAME`, by name; looked up once, loaded never here."""
        if self._plugins is None:
            self._plugins = _plugins().get(self.name, {})
        return self._plugins

    def __contains__(self, name: object) -> bool:
        return name in self._functions or name in self.plugins

    def names(self) -> list[str]:
        """Every name, built in, from --code files and from plugins, sorted."""
        return sorted({*self._functions.get_all(), *self.plugins})

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __repr__(self) -> str:
        return f"<art.{self.name}: {self.does}>"


@lru_cache(maxsize=1)
def _plugins() -> dict[str, dict[str, EntryPoint]]:
    """All plugins, by registry and name: to look through what is installed takes milliseconds."""
    everything = entry_points()
    groups = {name: everything.select(group=f"art_{name}") for name in ALL}
    return {name: {point.name: point for point in points} for name, points in groups.items()}


def place_of(function: Callable[..., Any]) -> Place:
    """The file and line that define a registered function or class."""
    function = inspect.unwrap(function)
    code = getattr(function, "__code__", None)
    if code is not None:
        return Place(code.co_filename, code.co_firstlineno)
    try:
        return Place(inspect.getfile(function), inspect.getsourcelines(function)[1])
    except (TypeError, OSError):  # a builtin, or a class typed at a prompt
        return Place(getattr(function, "__module__", "?"), 0)


def _identity(function: Callable[..., Any]) -> tuple[str, str]:
    """Equal for one definition met twice, as when a module is reloaded or a cell run again."""
    return (place_of(function).file, getattr(function, "__qualname__", repr(function)))


stages = Registry("stages", "a step of the recipe")
checks = Registry("checks", "a condition on what a stage found")
probes = Registry("probes", "a measurement of the program itself")
metrics = Registry("metrics", "scores from predictions and targets")
visualizers = Registry("visualizers", "figures from what a stage saw")
loggers = Registry("loggers", "sends what happens to a tracker")
tasks = Registry("tasks", "loss, predictions and expectations of a kind of problem")
data = Registry("data", "a LightningDataModule")
models = Registry("models", "an nn.Module or LightningModule", given=("data_info",))
optimizers = Registry("optimizers", "a torch optimizer", given=("params",))
schedulers = Registry(
    "schedulers", "a learning rate schedule", given=("optimizer", "total_steps", "total_epochs")
)
callbacks = Registry("callbacks", "a Lightning callback")
modifiers = Registry("modifiers", "changes a part before it is used")
advisors = Registry("advisors", "answers questions about a recipe's records")
executors = Registry("executors", "decides where stages run")
readers = Registry("readers", "reads a file into a model's inputs", given=("data_info",))

ALL: dict[str, Registry] = {
    registry.name: registry
    for registry in (
        stages,
        checks,
        probes,
        metrics,
        visualizers,
        loggers,
        tasks,
        data,
        models,
        optimizers,
        schedulers,
        callbacks,
        modifiers,
        advisors,
        executors,
        readers,
    )
}


def registry(name: str) -> Registry:
    """The registry of that name.

    Raises:
        RegistryError: there is none.
    """
    if name not in ALL:
        raise RegistryError(f"unknown registry '@{name}'.{did_you_mean(name, ALL)}")
    return ALL[name]
