"""A data module that is set up once and lent as often as one is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from art.training.data_modules.of_module import OfModule
from art.training.lending.copying import CannotBeCopied, Copier
from art.training.lending.setting_up import SetUp, equal_states, outline
from art.training.namespaces import overrides
from art.training.seeding import generator_states, set_generator_states

FITTING = ("fit", "validate", None)
"""The stages that a data module which is set up for training has nothing left to do for."""


class KeptData:
    """Lends copies of a data module.

    A copy is as the module was after it was set up: its own attributes, generators and loaders,
    around the same rows. The generators of the process are put where setting it up had left them.

    Args:
        data: set up, and not used yet.
        done: what it did in that.

    Raises:
        CannotBeCopied: it cannot be lent.
    """

    def __init__(self, data: Any, done: SetUp) -> None:
        self.done = done
        self._data = data
        self._copier = Copier(data, share=True)
        self._drawn = generator_states()
        self._for_test: _ForTest | None = None
        self._copier.copy()  # to know that it can be done
        self._torn_down = False
        set_generator_states(self._drawn)

    @property
    def is_torn_down(self) -> bool:
        """Whether the `teardown` of one that was lent may have removed what the others need."""
        return self._torn_down

    def lend(self) -> Any:
        """A data module that is set up.

        Raises:
            CannotBeCopied: one that was lent has changed the rows.
        """
        if self._copier.has_changed:
            raise CannotBeCopied("what was lent before has changed the data")
        made = self._copier.copy()
        guard(made, self.done, self._set_up_for_test, self._tear_down)
        set_generator_states(self._drawn)
        return made

    def _set_up_for_test(self, lent: Any) -> None:
        """Give a copy that was lent what `setup("test")` adds; it is called once for all copies."""
        if self._for_test is None:
            self._for_test = _ForTest(self._copier.copy())
        self._for_test.give(lent)

    def _tear_down(self) -> None:
        self._torn_down = True


class _ForTest:
    """The attributes that `setup("test")` sets."""

    def __init__(self, data: Any) -> None:
        drawn = generator_states()
        before = {name: outline(value) for name, value in vars(data).items()}
        data.setup("test")
        changed = [n for n, v in vars(data).items() if before.get(n) != outline(v)]
        self._copier: Copier | None = None
        # what is drawn, or set further down than it is looked for, is done in each copy
        drew = not equal_states(drawn, generator_states())
        set_generator_states(drawn)
        if changed and not drew and not isinstance(data, OfModule):
            self._copier = Copier({name: vars(data)[name] for name in changed}, share=True)

    def give(self, lent: Any) -> None:
        if self._copier is None or self._copier.has_changed:
            type(lent).setup(lent, "test")
            return
        try:
            vars(lent).update(self._copier.copy())
        except CannotBeCopied:
            type(lent).setup(lent, "test")


def spare_teardown(data: Any) -> None:
    """Let a probe's run leave out the `teardown` of a data module, which others go on with."""
    if overrides(data, "teardown"):
        data.teardown = _nothing


def _nothing(stage: str | None = None) -> None:
    """Nothing is torn down."""


def guard(
    data: Any,
    done: SetUp,
    set_up_for_test: Callable[[Any], None] | None = None,
    torn_down: Callable[[], None] | None = None,
) -> None:
    """Keep a Trainer from preparing and setting up again what is set up.

    Args:
        data: set up.
        done: what it did in that. One that draws is set up again where a Trainer would, as it is
            in any program.
        set_up_for_test: in the place of the module's own `setup("test")`.
        torn_down: called after its own `teardown`, which may remove files.
    """

    def prepare_data() -> None:
        """It is prepared."""

    def setup(stage: str | None = None) -> None:
        if not done.draws and (stage in FITTING or not done.reads_stage):
            return
        if stage == "test" and set_up_for_test is not None and not done.draws:
            set_up_for_test(data)
        else:
            type(data).setup(data, stage)

    def teardown(stage: str | None = None) -> None:
        type(data).teardown(data, stage)
        if torn_down is not None:
            torn_down()

    data.prepare_data, data.setup = prepare_data, setup
    if done.tears_down and not isinstance(data, OfModule):
        data.teardown = teardown
