"""How much memory is free."""

from __future__ import annotations

from pathlib import Path

MEMINFO = Path("/proc/meminfo")
GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)
"""What a container may take, and what it has taken."""


def free_memory() -> int:
    """Bytes that are free, or that the container allows, whichever is less; 0 where the system does
    not say."""
    free = 0
    try:
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return 0
    for most, taken in GROUPS:
        try:
            allowed, used = (int(Path(name).read_text(encoding="ascii")) for name in (most, taken))
        except (OSError, ValueError):  # the file is missing, or says "max"
            continue
        free = min(free, max(allowed - used, 0))
    return free
