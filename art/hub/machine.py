"""What this machine has, found out in milliseconds: nothing heavy is imported, nothing is run."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from art.core.memory import free_memory

NVIDIA = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg", "/proc/driver/nvidia/version")
ROCM = ("/dev/kfd",)


@dataclass(frozen=True)
class Machine:
    """A machine, as far as a config asks.

    Attributes:
        accelerators: kinds besides `cpu` that seem to be there, as `[system]` names them.
        cpus: processors that this process may use.
        memory: bytes that this process may still take; 0 where it cannot be known.
        name: what it is, in words.
    """

    accelerators: frozenset[str]
    cpus: int
    memory: int
    name: str

    def has(self, accelerator: str) -> bool:
        """Whether a kind of accelerator is there."""
        if accelerator == "gpu":
            return bool({"cuda", "mps"} & self.accelerators)
        return accelerator in ("auto", "cpu") or accelerator in self.accelerators


def this_machine() -> Machine:
    """Look at the machine that this process runs on."""
    found = set()
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    if not hidden and (_any(NVIDIA) or _any(ROCM) or shutil.which("nvidia-smi")):
        found.add("cuda")
    if sys.platform == "darwin" and platform.machine() == "arm64":
        found.add("mps")
    cpus = _cpus()
    kinds = ", ".join(sorted(found)) or "no GPU"
    name = f"{platform.system()} {platform.machine()}, {cpus} processors, {kinds}"
    return Machine(frozenset(found), cpus, free_memory(), name)


def _any(paths: tuple[str, ...]) -> bool:
    return any(Path(path).exists() for path in paths)


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
