"""A setting without its section: `--lr`."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFIG = (Path(__file__).parents[2] / "configs" / "digits.cfg").read_text()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first.cfg").write_text(CONFIG)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["--lr", "0.01"], "--optimizer.lr"),
        (["--lr=0.01"], "--optimizer.lr"),
        (["--learning-rate", "0.01"], "--optimizer.lr"),
        (["--batch-size", "8"], "--data.batch_size"),
        (["--max_epochs", "3"], "--training.max_epochs"),
        (["--epochs", "3"], "--training.max_epochs"),
        (["--seed", "3"], "--project.seed"),
        (["--accelrator", "cpu"], "--system.accelerator"),
    ],
)
@pytest.mark.parametrize("command", [["train"], ["debug", "config"]])
def test_its_whole_name_is_said(folder, art_command, command, words, meant):
    for order in ([*command, *words, "first.cfg"], [*command, "first.cfg", *words]):
        done = art_command(*order)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"unknown option '{words[0].split('=')[0]}'. Did you mean ")
        assert f"'{meant}'" in done.stderr and done.stderr.count("\n") == 1


def test_options_of_the_command_come_first_and_nonsense_gets_no_setting(folder, art_command):
    assert "Did you mean '--force'?" in art_command("train", "first.cfg", "--forse").stderr
    done = art_command("train", "first.cfg", "--zzz", "3").stderr
    assert "Known: --code, --dry-run" in done and "Did you mean" not in done


def test_a_config_that_is_yet_to_be_written_has_settings_too(folder, art_command):
    done = art_command("init", "config", "new.cfg", "--data", "art.CSV.v1", "--target", "y")
    assert "Did you mean '--data.target'?" in done.stderr
    assert "Did you mean '--optimizer.lr'?" in (
        art_command("init", "config", "new.cfg", "--lr", "0.1").stderr
    )


def test_an_option_with_a_letter_too_many_is_the_first_guess(art_command):
    done = art_command("init", "config", "new.cfg", "--models", "art.MLP.v1")
    assert done.returncode == 2
    assert "Did you mean '--model' or '--stages.baseline.models'?" in done.stderr
