"""CPU time of the config commands, ART's beside spaCy's.

    python benchmarks/startup.py [--runs N] [--without-spacy]

Each command runs in a process of its own, ART's and spaCy's in turn, after one run that leaves
bytecode behind. Prints one JSON line for each: the median of user and system CPU seconds, and
whether torch was imported. spaCy is installed by pip into an environment of its own in the user's
cache folder, and is left out where it cannot be.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from platformdirs import user_cache_dir

ROOT = Path(__file__).parent.parent
DIGITS = str(ROOT / "configs" / "digits.cfg")
ART = {
    "--help": ["--help"],
    "init config": ["init", "config", "-"],
    "fill-config": ["fill-config", DIGITS],
    "debug config": ["debug", "config", DIGITS],
}
SPACY = {
    "--help": ["--help"],
    "init config": ["init", "config", "-"],
    "fill-config": ["init", "fill-config", "base.cfg", "-"],
    "debug config": ["debug", "config", "full.cfg"],
}


def environment(folder: Path) -> dict[str, str]:
    """The environment of a user, whose Python keeps bytecode, without the repository's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def cpu_seconds(command: list[str], folder: Path) -> float:
    """User and system CPU seconds of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def imports_torch(command: list[str], folder: Path) -> bool:
    """Whether the process imports torch."""
    python, *rest = command
    done = subprocess.run(
        [python, "-X", "importtime", *rest],
        cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, capture_output=True,
        text=True,
    )  # fmt: skip
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return "torch.nn" in names  # to look for torch, and not to find it, is listed as well


def spacy_python() -> Path | None:
    """A Python that has spaCy, in an environment of its own; None where it cannot be installed."""
    folder = Path(user_cache_dir("art-benchmarks")) / "spacy"
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    found = subprocess.run([python, "-c", "import spacy"], capture_output=True)
    if found.returncode:
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "spacy"]
        if subprocess.run(pip, capture_output=True).returncode:
            print("spaCy cannot be installed here and is left out", file=sys.stderr)
            return None
    return python


def make_spacy_configs(python: Path, folder: Path) -> None:
    """A config to fill and one to debug."""
    spacy = [str(python), "-m", "spacy"]
    base = ["init", "config", "base.cfg", "--lang", "en", "--pipeline", "textcat"]
    for words in (base, ["init", "fill-config", "base.cfg", "full.cfg"]):
        subprocess.run([*spacy, *words], cwd=folder, check=True, capture_output=True)
    text = (folder / "full.cfg").read_text(encoding="utf-8")
    for split in ("train", "dev"):
        text = text.replace(f"{split} = null", f'{split} = "{split}.spacy"')
    (folder / "full.cfg").write_text(text, encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--without-spacy", action="store_true")
    options = parser.parse_args()
    spacy = None if options.without_spacy else spacy_python()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = {("art", key): [sys.executable, "-m", "art", *w] for key, w in ART.items()}
        if spacy:
            make_spacy_configs(spacy, folder)
            commands |= {
                ("spacy", key): [str(spacy), "-m", "spacy", *w] for key, w in SPACY.items()
            }
        seconds: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
        for round_ in range(options.runs + 1):
            for key, command in commands.items():
                spent = cpu_seconds(command, folder)
                if round_:  # the first one leaves bytecode
                    seconds[key].append(spent)
        for (tool, command), values in seconds.items():
            line = {
                "tool": tool,
                "command": command,
                "cpu_seconds": round(statistics.median(values), 3),
                "least": round(min(values), 3),
                "runs": len(values),
                "torch": imports_torch(commands[tool, command], folder),
            }
            print(json.dumps(line))


if __name__ == "__main__":
    main()
