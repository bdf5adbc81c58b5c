"""Secrets that are planted by every way in, and looked for in all that ART writes and prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.robustness.canary.canary import Canary
from benchmarks.robustness.canary.formats import addresses, formats, headers, keys
from benchmarks.robustness.canary.mistakes import Mistake, mistakes
from benchmarks.robustness.canary.names import environment, settings
from benchmarks.robustness.canary.program import write_program
from benchmarks.robustness.figure import Figure
from benchmarks.robustness.small_recipe import CONFIG, art

FULL, SMALL = 1, 1

CONFIGURED = (
    ["train"], ["debug", "config"], ["debug", "config", "--json"], ["train", "--dry-run"],
    ["train", "--stage", "refuse"],
)  # fmt: skip
OTHERS = (
    ["report", "runs"], ["report", "runs", "--json"], ["fill-config", "small.cfg"],
    ["config", "json", "machine.cfg"], ["config", "json", "small.cfg"],
    ["list", "loggers", "--code", "canary.py"],
    ["list", "loggers", "--json", "--code", "canary.py"],
    ["config", "schema", "--code", "canary.py"],
)  # fmt: skip

Leaks = dict[str, set[str]]
"""Where each canary came out, by its label."""


def measure(times: int) -> Figure:
    """Plant every canary and look for it.

    Args:
        times: how often; what came out once has come out.
    """
    planted = [*settings(), *environment(), *formats(), *keys(), *addresses(), *headers()]
    refused = list(mistakes())
    leaks: Leaks = defaultdict(set)
    sinks = 0
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            found, sinks = leaks_of_program(Path(folder), planted)
            shown = leaks_of_mistakes(Path(folder), refused)
        for where, labels in (*found.items(), *shown.items()):
            leaks[where] |= labels
    out = sorted({label for labels in leaks.values() for label in labels})
    text = (
        f"{len(out)} of {len(planted) + len(refused)} canaries came out, looked for in "
        f"{sinks} files and outputs of a program and {len(refused)} refusals"
    )
    places = [
        f"{label} in {', '.join(sorted(one for one in leaks if label in leaks[one]))}"
        for label in out
    ]
    return Figure(text, not out, places)


def leaks_of_program(folder: Path, planted: Sequence[Canary]) -> tuple[Leaks, int]:
    """Run a program that tells all it knows; what came out where, and how many places there are.

    Raises:
        RuntimeError: the program did not come as far as it should, so that nothing was tried.
    """
    work = folder / "work"
    work.mkdir()
    options, variables = write_program(work, planted)
    given = {
        **os.environ, **variables, "XDG_CONFIG_HOME": str(folder / "xdg"),
        "XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    said: dict[str, str] = {}
    for words in (*CONFIGURED, *OTHERS):
        more = [*words[:1], "small.cfg", *words[1:]] if words[0] == "train" else words
        more = ["debug", "config", "small.cfg", *words[2:]] if words[0] == "debug" else more
        command = [sys.executable, "-m", "art", *more, *(options if words in CONFIGURED else [])]
        done = subprocess.run(command, cwd=work, env=given, capture_output=True, text=True)
        said[" ".join(words)] = done.stdout + done.stderr
    kept = {path.name for path in (work / "runs").rglob("*")}
    expected = {"record.json", "log.txt", "config.cfg", "metrics.csv", "told.csv", "lock.json",
                "picture_bars.json", "tracker.json", "finished.json"}  # fmt: skip
    if not expected <= kept or "cannot log in with" not in said["train"]:
        raise RuntimeError(f"the program did not run: {kept} {said['train'][-3000:]}")
    texts = said | {
        f"{path.parent.name if path.suffix == '.csv' else ''}{path.name}": path.read_bytes().decode(
            "utf-8", "replace"
        )
        for path in sorted((work / "runs").rglob("*"))
        if path.is_file()
    }
    return found_in(texts, planted), len(texts)


def leaks_of_mistakes(folder: Path, refused: Iterable[Mistake]) -> Leaks:
    """Run every command that is refused; what its message shows.

    Raises:
        RuntimeError: one is not refused, so that nothing was tried.
    """
    leaks: Leaks = defaultdict(set)
    work = folder / "refused"
    work.mkdir()
    for one in refused:
        (work / "small.cfg").write_text(CONFIG + one.config)
        (work / "system.cfg").write_text(one.system)
        os.environ["ART_CONFIG_OVERRIDES"] = one.variable
        try:
            code, out, err = art(work, *one.words)
        finally:
            del os.environ["ART_CONFIG_OVERRIDES"]
        if code != 2:
            raise RuntimeError(f"{one.canary.label} is not refused: {code} {out} {err}")
        for where, labels in found_in({"messages": out + err}, [one.canary]).items():
            leaks[where] |= labels
    return leaks


def found_in(texts: dict[str, str], planted: Sequence[Canary]) -> Leaks:
    """Which canaries stand in which texts, also as JSON, Python or an address writes them."""
    leaks: Leaks = defaultdict(set)
    for one in planted:
        ways = {way for needle in one.needles for way in _spelt(needle)}
        for where, text in texts.items():
            if any(way in text for way in ways):
                leaks[where].add(one.label)
    return leaks


def _spelt(needle: str) -> Iterator[str]:
    yield from (needle, json.dumps(needle)[1:-1], repr(needle)[1:-1], quote(needle, safe=""))
    yield json.dumps(needle, ensure_ascii=False)[1:-1]
