"""Config commands start fast: no torch, and a CPU budget with room for a noisy machine."""

import sys

import pytest

from benchmarks import startup

BUDGET = {"--help": 0.12, "init config": 0.25, "fill-config": 0.5, "debug config": 0.5}
NOISE = 2.5
SEVERAL = [
    *startup.ART.values(), ["list"], ["train", startup.DIGITS], ["get", "--list"],
    ["get", "digits", "--yes"], ["init", "system", "-"],
    ["add", "logger", "art.CSV.v1", startup.DIGITS, "--as", "more", "--dry-run"],
    ["init", "project", "light"], ["update", "light"],
]  # fmt: skip
HEAVY = {"torch", "pytorch_lightning", "numpy", "sklearn", "matplotlib", "pandas", "rich"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("startup")


def test_the_benchmark_measures_what_the_budgets_are_for():
    assert list(BUDGET) == list(startup.ART) == list(startup.SPACY)


@pytest.mark.parametrize("command", BUDGET)
def test_cpu_seconds(folder, command):
    words = [sys.executable, "-m", "art", *startup.ART[command]]
    startup.cpu_seconds(words, folder)  # leaves bytecode
    assert min(startup.cpu_seconds(words, folder) for _ in range(3)) <= NOISE * BUDGET[command]


@pytest.mark.parametrize("command", SEVERAL)
def test_nothing_heavy_is_imported(folder, command):
    if command[0] == "train":
        command = [*command, "--dry-run"]
    code = (
        "import sys; from art.cli.app import run; code = run(sys.argv[1:]); "
        f"sys.exit(code or ', '.join({HEAVY!r} & set(sys.modules)) or None)"
    )
    words = [sys.executable, "-c", code, *command]
    startup.cpu_seconds(words, folder)  # which fails where the process does


def test_a_command_imports_no_other_commands_module(folder):
    code = (
        "import sys; from art.cli.app import run; code = run(['--help']); "
        "sys.exit(code or [m for m in sys.modules if m.startswith('art.config')] or "
        "[m for m in ('art.api', 'art.cli.train', 'art.cli.init') if m in sys.modules] or 0)"
    )
    startup.cpu_seconds([sys.executable, "-c", code], folder)


def test_help_lists_every_command_with_a_line_that_fits(art_command):
    from art.cli.commands import COMMANDS, Commands

    shown = art_command("--help", COLUMNS="80").stdout
    for name, entry in COMMANDS.items():
        assert f"  {name:<12} {entry.help}\n" in shown
        assert Commands(name="art").get_command(None, name).name == name
    assert "..." not in shown.partition("Commands:")[2]
