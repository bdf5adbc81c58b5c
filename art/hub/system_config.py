"""`art init system`: a system config for this machine, from what can be seen of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from art.config.checking.excerpts import with_excerpts
from art.config.layering.default import default_layer
from art.config.layering.overrides import options_layer, parse_overrides
from art.config.loading import assemble
from art.config.names import ORDER, SYSTEM_SECTIONS
from art.config.reading.document import read
from art.config.writing.edit import set_value
from art.errors import ConfigError, UserError
from art.hub.machine import Machine

TEXT = """# This machine: {name}.
# Written by `art init system`. What stands here overrides the recipe config beside it, and is
# never shared. Without a # in front, a setting counts.

[paths]
# Where the data is; recipes refer to it as ${{paths.data}}.
# data = "/where/the/data/is"
# Where the records of runs go.
# runs = "runs"

[system]
# What computes: "auto" takes what there is.
accelerator = "auto"
devices = 1
# The numbers to calculate with{precision}.
precision = "32-true"
# Processes that load data. 0 loads it in the training process, which is quickest for data that
# fits in memory; {workers} at most make sense here, for images that must be decoded.
num_workers = 0
# {batch}
max_batch_size = {limit}
"""
UNMEASURED = (
    "Samples that fit in memory at once; of a larger batch, gradients are summed up over several\n"
    "# passes. `art init system --fit CONFIG` measures it; null is no limit."
)


def system_text(machine: Machine, limit: int | None = None, measured: str = "") -> str:
    """The text of a system config.

    Args:
        machine: what was seen of it.
        limit: samples that fit at once, as measured; None for no limit.
        measured: how that was found out; empty where it was not.
    """
    has_gpu = machine.has("gpu")
    return TEXT.format(
        name=machine.name,
        precision='; "bf16-mixed" is quicker on a recent GPU' if has_gpu else "",
        workers=machine.cpus,
        batch=measured or UNMEASURED,
        limit="null" if limit is None else limit,
    )


def with_settings(text: str, settings: Sequence[str]) -> str:
    """A system config with settings as the command line gives them, `--paths.data=DIR`.

    Raises:
        ConfigError: ART does not know the setting, or the option is not written as one.
        UserError: the setting shapes results, so it belongs in the recipe config.
    """
    if not settings:
        return text
    given = parse_overrides(settings, ORDER)
    for one in given:
        if one.path[0] not in SYSTEM_SECTIONS:
            raise UserError(
                f"--{one.name} shapes the results and belongs in the recipe config. A system "
                f"config holds [paths], [system] and [loggers.*]."
            )
    draft = assemble(default_layer(), [read("", ""), options_layer(settings)], "", False)
    faults = [f for f in draft.faults if f.location is not None and f.location.source]
    if faults:
        raise ConfigError(with_excerpts(faults, {}))
    for one in given:
        if one.path[0] == "paths":  # `# data = ...` becomes `data = ...`, below its comment
            key = re.escape(one.path[-1])
            text = re.sub(rf"^# (?={key} = )", "", text, count=1, flags=re.MULTILINE)
        text = set_value(text, one.path, one.value)
    return text
