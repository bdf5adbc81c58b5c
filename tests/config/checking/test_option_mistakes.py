"""Mistakes that only a command line has."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from art import api
from art.config import load_text
from art.errors import ConfigError

TEXT = """
[data]
@data = "art.Digits.v1"
[model]
@models = "art.CNN.v1"
"""


@pytest.fixture(autouse=True, scope="module")
def _built_in_parts() -> None:
    api.populate()


def message_of(*options: str, text: str = TEXT) -> str:
    with pytest.raises(ConfigError) as caught:
        load_text(text, "c.cfg", overrides=options, environ={})
    return caught.value.faults[0].message


@pytest.mark.parametrize(
    ("options", "typed"),
    [
        (["--project.name=42"], "42"),
        (["--project.name", "42"], "42"),
        (["--project.name=true"], "true"),
        (["--paths.runs=1.5"], "1.5"),
    ],
)
def test_text_in_quotes_must_be_quoted_for_the_shell_too(options, typed) -> None:
    message = message_of(*options)
    assert "Write text in double quotes. The shell takes one pair of quotes away: " in message
    word = shlex.split(message.rpartition(" away: ")[2])[0]  # as a shell reads what is told
    said = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.argv[1])", word],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert said.partition("=")[2] == f'"{typed}"'
    load_text(TEXT, "c.cfg", overrides=[said], environ={})


def test_in_a_file_there_is_no_shell() -> None:
    assert message_of(text=TEXT + "[project]\nname = 42\n").endswith("Write text in double quotes.")


@pytest.mark.parametrize("setting", ["project.name", "project.stages"])
def test_a_name_of_300_letters_is_too_long(setting) -> None:
    long = "n" * 300
    value = f'["{long}"]' if setting.endswith("s") else long
    message = message_of(f"--{setting}={value}")
    assert f"'{'n' * 40}...' is too long: it has 300 characters" in message
    assert "letters, digits" not in message
