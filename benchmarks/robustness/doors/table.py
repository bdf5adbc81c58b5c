"""The list of doors: every way by which something from outside reaches ART."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.robustness.doors import knocks
from benchmarks.robustness.doors.data_files import data_files
from benchmarks.robustness.hostile import Scene


@dataclass(frozen=True)
class Door:
    """A way in.

    Attributes:
        name: what comes in.
        guard: the file that guards it; for a trusted door, why it is trusted.
        knock: what knocks on it; None where another test does, or the door is trusted.
        tested: the test file where that is another.
        trusted: whether what comes in may run code, since the user said so.
    """

    name: str
    guard: str
    knock: Callable[[Scene], knocks.Knocks] | None = None
    tested: str = "tests/robustness/test_doors.py"
    trusted: bool = False


DOORS = (
    Door("names in a config", "art/registries.py", knocks.names),
    Door("references and values in a config", "art/config/reading/references.py",
         knocks.references),
    Door("options and ART_CONFIG_OVERRIDES", "art/config/layering/overrides.py", knocks.options),
    Door("whole configs", "art/config/checking/validate.py",
         tested="tests/robustness/test_hostile.py"),
    Door("checkpoints", "art/training/checkpoints/weights_only.py",
         tested="tests/robustness/test_hostile.py"),
    Door("where checkpoints come from", "art/training/checkpoints/door.py", knocks.checkpoints),
    Door("states of interrupted runs, and links in a run folder", "art/running/runner.py",
         knocks.resume_states),
    Door("records", "art/store/record_file.py", knocks.record_files),
    Door("paths in records", "art/store/layout.py", knocks.artifact_paths),
    Door("owners, indexes, receipts, fingerprints, locks and memories", "art/core/planted.py",
         knocks.bookkeeping),
    Door("data files", "registry/data/arrays.py", data_files),
    Door("what is said on a terminal", "art/cli/console.py", knocks.record_files),
    Door("git's settings in a folder", "art/hub/editor.py", knocks.repositories),
    Door("Python files in a folder", "setup.cfg", knocks.modules),
    Door("sources and archives of the hub", "art/hub/sources.py",
         tested="tests/hub/test_hostile.py"),
    Door("templates", "art/projects/rendering.py", tested="tests/projects/test_making.py"),
    Door("secrets on their way out", "art/core/secrets/hiding.py",
         tested="tests/robustness/test_canaries.py"),
    Door("--code files", "the user names them on the command line", trusted=True),
    Door("installed packages and plugins", "the user installed them", trusted=True),
    Door("the editor of ART_EDITOR, GIT_EDITOR, VISUAL, EDITOR", "the user's own environment",
         trusted=True),
    Door("PYTHONPATH and Python's own variables", "the user's own environment", trusted=True),
)  # fmt: skip
