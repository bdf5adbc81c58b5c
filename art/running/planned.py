"""What a run was asked for, and what is to be done with each stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from art.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from art.config import RecipeConfig, StageSpec


@dataclass(frozen=True)
class PlannedStage:
    """One stage, for one model, and what is to be done with it.

    Attributes:
        spec: the stage as the config has it.
        model: the record's `model`; None for a stage that is run once for all models.
        block: the name under `[models]`; empty for `[model]` and for a stage of the data.
        runs: whether it is to be run; False where it is up to date or was not asked for.
        why: the reason, for people.
        inputs: digests of what goes in, as known now; those of stages that run before it change.
    """

    spec: StageSpec
    model: str | None
    block: str
    runs: bool
    why: str
    inputs: dict[str, Any]

    @property
    def name(self) -> str:
        """The stage's name in the config."""
        return self.spec.name

    @property
    def order(self) -> int:
        """Its place in the recipe, counted from 1."""
        return self.spec.order


@dataclass(frozen=True)
class Request:
    """What the user asked for.

    Attributes:
        only: stages to run, by name; empty for all.
        start: the stage to start from; None for the first.
        force: run what is up to date as well.
    """

    only: tuple[str, ...] = ()
    start: str | None = None
    force: bool = False

    def check(self, config: RecipeConfig) -> None:
        """Refuse names that are no stages of the recipe.

        Raises:
            UserError: with the nearest name.
        """
        names = [spec.name for spec in config.stages]
        for name in (*self.only, *([] if self.start is None else [self.start])):
            if name not in names:
                raise UserError(
                    f"'{name}' is not a stage of this recipe.{did_you_mean(name, names)}"
                )

    def asks_for(self, spec: StageSpec, config: RecipeConfig) -> bool:
        """Whether the stage is among those asked for."""
        if self.only:
            return spec.name in self.only
        if self.start is None:
            return True
        first = next(other.order for other in config.stages if other.name == self.start)
        return spec.order >= first
