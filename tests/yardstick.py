"""How slow this machine is just now, so that a limit of time in a test means the same on each."""

import json
import time

QUIET = (
    0.012  # CPU seconds that the piece of work takes on the quiet two-core machine of the limits
)


def slowness() -> float:
    """How many times longer a fixed piece of Python takes than on a quiet machine; at least 1.

    CPU time alone does not say it: a core shared with another program works through the same
    instructions more slowly, so a test measures this beside the work that it limits.
    """
    started = time.process_time()
    _piece_of_work()
    return max(1.0, (time.process_time() - started) / QUIET)


def _piece_of_work() -> int:
    """Parsing, sorting, joining and counting: what the code under a limit does itself."""
    text = json.dumps([{"name": f"row {row}", "values": list(range(20))} for row in range(1000)])
    total = 0
    for _ in range(3):
        rows = json.loads(text)
        rows.sort(key=lambda row: row["name"], reverse=True)
        total += sum(sum(row["values"]) for row in rows)
        joined = " ".join(row["name"] for row in rows)
        total += sum(joined.count(character) for character in "row 0123456789")
    return total
