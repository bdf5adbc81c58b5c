"""At least sixty mistakes, each alone and all in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from art import api
from art.cli.app import run
from art.config import load_text
from art.config.loading import load as load_file
from art.errors import ConfigError, printable
from tests.config.checking.mistakes import MISTAKES, Mistake, written

HIDDEN_OR_CLIPPED = ("token looks like a secret", "64 deep", "more than 64 levels")


@pytest.fixture(autouse=True, scope="module")
def _built_in_parts() -> None:
    api.populate()


def faults_of(text: str) -> list:
    with pytest.raises(ConfigError) as caught:
        load_text(text, "config.cfg", environ={})
    return list(caught.value.faults)


def test_a_config_without_a_mistake_has_no_fault() -> None:
    load_text(written([])[0], "config.cfg", environ={})


def test_there_are_sixty_mistakes_and_more() -> None:
    assert len(MISTAKES) >= 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.expected[0][2][:50])
def test_a_mistake_is_answered_with_these_words_and_its_line(mistake: Mistake) -> None:
    text, expected = written([mistake])
    faults = faults_of(text)
    assert [str(fault) for fault in faults] == expected
    for fault in faults:
        assert fault.location is not None
        line = printable(text.split("\n")[fault.location.line - 1])
        shown, caret = fault.excerpt.split("\n")
        assert caret == " " * (fault.location.column + 3) + "^"
        if not any(words in fault.message for words in HIDDEN_OR_CLIPPED):
            assert shown == f"    {line}"


def test_all_in_one_file_are_answered_at_once(tmp_path: Path, monkeypatch, capsys) -> None:
    text, expected = written(MISTAKES)
    assert len(expected) >= 60
    assert [str(fault) for fault in faults_of(text)] == expected
    monkeypatch.chdir(tmp_path)
    Path("config.cfg").write_text(text, encoding="utf-8")
    assert run(["debug", "config", "config.cfg"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert [line for line in lines if line.startswith("config.cfg:")] == expected
    assert lines[-1] == f"{len(expected)} mistakes in the config; nothing was run."
    assert "Traceback" not in shown.err and "abc123" not in shown.err
    assert not any(character in shown.err for character in "\x1b\u202e\u200b")


# What spoils a whole file stands alone.

FILES = [
    (
        "[project]\n".encode("utf-16"),
        "config.cfg:1:1: this is UTF-16 text. A config is UTF-8: save it again in that encoding.",
    ),
    (
        "[project]\n".encode("utf-16-be"),
        "config.cfg:1:1: this is UTF-16 text. A config is UTF-8: save it again in that encoding.",
    ),
    (
        '[project]\nname = "caf\u00e9"\n'.encode("latin-1"),
        "config.cfg:2:12: byte 0xe9 is not UTF-8: save the file as UTF-8.",
    ),
    (
        b"# " + b"x" * 1_000_000,
        "config.cfg:1:1: the config is larger than 1,000,000 bytes, and none needs to be.",
    ),
    (
        b"[paths]\n" + b"".join(b"p%d = 1\n" % index for index in range(20_000)),
        "config.cfg:10002:1: a config has no more than 10,000 settings.",
    ),
    (b"", 'config.cfg: the config has no [data] section with an @data = "...".'),
    (
        b"[paths]\n" + b"%s",
        "config.cfg:2:1: [paths] cannot read '%s': a line is a [section], a key = value, "
        "or a # comment.",
    ),
]


@pytest.mark.parametrize(("content", "expected"), FILES, ids=[words for _, words in FILES])
def test_what_spoils_a_whole_file_is_said(
    tmp_path: Path, monkeypatch, content: bytes, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.cfg").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_file("config.cfg", environ={})
    assert expected in [str(fault) for fault in caught.value.faults]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = written([])[0].replace("\n", "\r\n")
    path = tmp_path / "config.cfg"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_file(path, environ={}).project.name == "config"


OPTIONS = [
    (
        "--stages.overfit.max_epoch=3",
        "--stages.overfit.max_epoch=3: [stages.overfit] unknown setting 'max_epoch'. "
        "Did you mean 'max_epochs'?",
        "    --stages.overfit.max_epoch=3\n                     ^",
    ),
    (
        "--training.max_epochs=three",
        '--training.max_epochs=three: [training] max_epochs: expected int >= 1, got "three".',
        "    --training.max_epochs=three\n                          ^",
    ),
    (
        "--model.channels=[16,",
        "--model.channels=[16,: [model] channels: not valid JSON: the '[' is not closed.",
        "    --model.channels=[16,\n                     ^",
    ),
    (
        "--trainign.max_epochs=3",
        "--trainign.max_epochs=3: unknown section 'trainign'. Did you mean 'training'?",
        "    --trainign.max_epochs=3\n    ^",
    ),
    (
        "--paths.data=a\x1b[31mb",
        "--paths.data=a\\x1b[31mb: --paths.data: \\x1b is a character that no setting has.",
        "    --paths.data=a\\x1b[31mb\n                 ^",
    ),
]


@pytest.mark.parametrize(("option", "expected", "excerpt"), OPTIONS)
def test_an_option_is_located_in_its_own_text(option: str, expected: str, excerpt: str) -> None:
    text = written([])[0]
    for given in ({"overrides": [option]}, {"overrides": option.split("=", 1)}):
        with pytest.raises(ConfigError) as caught:
            load_text(text, "config.cfg", environ={}, **given)
        assert str(caught.value) == f"{expected}\n{excerpt}"


def test_the_environment_is_located_in_its_own_text() -> None:
    variable = "--training.max_epochs=3\n --data.batchsize 8   --model.dropout='0,5'"
    with pytest.raises(ConfigError) as caught:
        load_text(written([])[0], "config.cfg", environ={"ART_CONFIG_OVERRIDES": variable})
    assert str(caught.value).split("\n") == [
        "ART_CONFIG_OVERRIDES:2:9: [data] unknown setting 'batchsize'. Did you mean 'batch_size'?",
        "     --data.batchsize 8   --model.dropout='0,5'",
        "            ^",
        "ART_CONFIG_OVERRIDES:2:39: [model] dropout: expected float >= 0 and < 1, "
        'got "0,5". Write it with a point: 0.5.',
        "     --data.batchsize 8   --model.dropout='0,5'",
        "                                          ^",
    ]


def test_a_long_line_is_clipped_around_the_caret_and_its_secrets_are_hidden() -> None:
    fields = ", ".join(f'"k{index}": {index}' for index in range(500))
    for tail in ('"api_key": "hunter2"', '"note": "hf_abcdefABCDEF0123456789"'):
        line = f"places = {{{fields}, {tail}, 'x': 1}}"
        (fault,) = faults_of(written([])[0] + f"[paths]\n{line}\n")
        shown, caret = fault.excerpt.split("\n")
        assert len(shown) <= 100 and shown.startswith("    ...")
        assert shown[len(caret) - 1] == "'"
        assert "***" in shown and "hunter2" not in shown and "hf_abc" not in shown


@pytest.mark.parametrize("name", ["$(touch X)", "a b", "a;b", "-x", "`id`", "a/b"])
def test_a_name_means_nothing_but_a_name(name: str) -> None:
    text = f'[data]\n@data = "art.Digits.v1"\n\n[models.{name}]\n@models = "art.CNN.v1"\n'
    (fault,) = [fault for fault in faults_of(text) if "cannot be a name" in fault.message]
    assert fault.message.startswith(f"'{name}' cannot be a name in [models].")
    assert fault.location is not None
    assert fault.location.line == 4


def test_a_stage_cannot_have_the_name_of_an_option() -> None:
    """`art train` is given stages by name, and a `--force` among them would be taken for one."""
    text = (
        '[project]\nstages = ["explore", "--force"]\n\n'
        '[data]\n@data = "art.Digits.v1"\n\n'
        '[stages.--force]\n@stages = "art.Evaluate.v1"\n'
    )
    found = [fault for fault in faults_of(text) if "'--force' cannot be a name" in fault.message]
    places = [(fault.location.line, fault.location.column) for fault in found if fault.location]
    assert (7, 1) in places and {line for line, _ in places} <= {2, 7}
