"""Configs from elsewhere, and what belongs to this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from art import config as configs
from art.api.arguments import Overrides, Say, path_of
from art.api.loading import load
from art.api.populating import populate
from art.api.trusting import Trust, load_all_code
from art.config.reading.source import read_source
from art.core.code import load_code

if TYPE_CHECKING:
    from art.hub.getting import Got
    from art.hub.index import Entry


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
    return got(source, path_of(out), accept=accept, system=path_of(system), say=say)


def init_system(
    fit: Path | str | None = None,
    *,
    settings: Sequence[str] = (),
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
) -> str:
    """The text of a system.cfg for this machine.

    Args:
        fit: a config; how much of its batch fits in memory is measured, by training steps.
        settings: what it shall hold besides, as `--paths.data=DIR`.
        code, trust_code: as for `load`.

    Raises:
        UserError: the config or a setting has mistakes, or it cannot be measured.
    """
    from art.hub.machine import this_machine
    from art.hub.system_config import system_text, with_settings

    populate()
    here = this_machine()
    text = with_settings(system_text(here), settings)  # a mistake is found before the measuring
    if fit is None:
        return text
    from art.hub.fitting import measured

    recipe = load(fit, code=code, trust_code=trust_code, overrides=settings)
    return with_settings(system_text(here, *measured(recipe)), settings)


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
    return updated(Path(config), accept=accept, system=path_of(system), say=say)


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
    trust_code: Trust = False,
    say: Say = lambda _: None,
) -> str:
    """Write the settings that a run found best into a config, after a review; its text now.

    Raises:
        HubError: the run found none, the config lacks them, or the review was given up.
    """
    from art.hub.applying import apply_settings

    populate()
    load_all_code(read_source(config), code, trust_code)
    return apply_settings(Path(run), Path(config), accept=accept, say=say)
