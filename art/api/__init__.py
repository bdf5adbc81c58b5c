"""What Python users and the command line call."""

from art.api.checking import check
from art.api.loading import load, validate
from art.api.looking import describe_config, examine, fill_config, measure_speed, parts
from art.api.making import (
    add_part,
    edit_config,
    init_config,
    make_project,
    quickstart,
    remove_part,
    update_project,
)
from art.api.populating import populate
from art.api.records import export_weights, report
from art.api.sharing import apply, fit_system, get, hub_entries, init_system, open_remote, update
from art.api.training import TrainReport, plan, project_folder, train
from art.api.watching import watch

__all__ = [
    "TrainReport",
    "add_part",
    "apply",
    "check",
    "describe_config",
    "edit_config",
    "examine",
    "export_weights",
    "fill_config",
    "fit_system",
    "get",
    "hub_entries",
    "init_config",
    "init_system",
    "load",
    "make_project",
    "measure_speed",
    "open_remote",
    "parts",
    "plan",
    "populate",
    "project_folder",
    "quickstart",
    "remove_part",
    "report",
    "train",
    "update",
    "update_project",
    "validate",
    "watch",
]
