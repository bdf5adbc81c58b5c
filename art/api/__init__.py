"""What Python users and the command line call; each name is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from art.api.checking import check as check
    from art.api.loading import load as load
    from art.api.loading import validate as validate
    from art.api.looking import describe_config as describe_config
    from art.api.looking import examine as examine
    from art.api.looking import fill_config as fill_config
    from art.api.looking import measure_speed as measure_speed
    from art.api.looking import parts as parts
    from art.api.making import add_part as add_part
    from art.api.making import edit_config as edit_config
    from art.api.making import init_config as init_config
    from art.api.making import make_project as make_project
    from art.api.making import quickstart as quickstart
    from art.api.making import remove_part as remove_part
    from art.api.making import update_project as update_project
    from art.api.populating import populate as populate
    from art.api.records import history as history
    from art.api.records import report as report
    from art.api.sharing import apply as apply
    from art.api.sharing import fit_system as fit_system
    from art.api.sharing import get as get
    from art.api.sharing import hub_entries as hub_entries
    from art.api.sharing import init_system as init_system
    from art.api.sharing import open_remote as open_remote
    from art.api.sharing import update as update
    from art.api.training import TrainReport as TrainReport
    from art.api.training import plan as plan
    from art.api.training import project_folder as project_folder
    from art.api.training import train as train
    from art.api.using import export as export
    from art.api.using import load_model as load_model
    from art.api.using import predict as predict
    from art.api.watching import watch as watch

_PLACES = {
    "checking": ("check",),
    "loading": ("load", "validate"),
    "looking": ("describe_config", "examine", "fill_config", "measure_speed", "parts"),
    "making": (
        "add_part",
        "edit_config",
        "init_config",
        "make_project",
        "quickstart",
        "remove_part",
        "update_project",
    ),
    "populating": ("populate",),
    "records": ("history", "report"),
    "sharing": (
        "apply",
        "fit_system",
        "get",
        "hub_entries",
        "init_system",
        "open_remote",
        "update",
    ),
    "training": ("TrainReport", "plan", "project_folder", "train"),
    "using": ("export", "load_model", "predict"),
    "watching": ("watch",),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = sorted(_PLACE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module 'art.api' has no attribute '{name}'")
    value = getattr(import_module(f"art.api.{place}"), name)
    globals()[name] = value
    return value
