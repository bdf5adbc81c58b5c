"""The hosts: sound, ordinary Lightning programs that know nothing of ART."""

from __future__ import annotations

from benchmarks.faults.hosts import (
    convolution,
    manual,
    recurrent,
    regression,
    tabular_batchnorm,
    transformer,
)
from benchmarks.faults.program import Host

HOSTS: dict[str, Host] = {
    module.HOST.name: module.HOST
    for module in (tabular_batchnorm, convolution, transformer, regression, manual, recurrent)
}
"""By name, in the table's order."""
