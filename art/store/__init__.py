"""The run store: records and run folders on disk, atomic, locked, readable while written."""

from art.store.journal import opened
from art.store.layout import find_projects
from art.store.locking import Owner
from art.store.progress_file import PROGRESS, read_progress
from art.store.run_folder import RunFolder
from art.store.run_store import ANY, RunStore

__all__ = [
    "ANY",
    "PROGRESS",
    "Owner",
    "RunFolder",
    "RunStore",
    "find_projects",
    "opened",
    "read_progress",
]
