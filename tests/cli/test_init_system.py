"""`art init system` looks at this machine."""

from __future__ import annotations


def test_it_writes_a_file_that_counts_and_replaces_none(art_command, tmp_path, small):
    done = art_command("init", "system")
    assert done.returncode == 0 and "wrote system.cfg" in done.stderr
    text = (tmp_path / "system.cfg").read_text()
    assert text.startswith("# This machine: ") and "max_batch_size = null" in text
    assert art_command("debug", "config", small()).returncode == 0
    again = art_command("init", "system")
    assert again.returncode == 2 and "--force" in again.stderr


def test_to_stdout_nothing_else_is_printed_there(art_command, tmp_path):
    done = art_command("init", "system", "-")
    assert done.stdout.startswith("# This machine: ") and done.stderr == ""
    assert list(tmp_path.glob("*.cfg")) == []


def test_settings_of_the_command_line_are_written_where_they_belong(art_command, tmp_path, small):
    done = art_command("init", "system", "--paths.data=/my/data", "--system.num_workers", "2")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "system.cfg").read_text()
    assert '\ndata = "/my/data"\n' in text.partition("[system]")[0]
    assert "\nnum_workers = 2\n" in text and "\nnum_workers = 0\n" not in text
    assert art_command("debug", "config", small()).returncode == 0


def test_a_setting_that_is_unknown_or_not_of_a_machine_writes_nothing(art_command, tmp_path):
    wrong = art_command("init", "system", "--system.presision=16-mixed")
    assert wrong.returncode == 2 and "Did you mean 'precision'?" in wrong.stderr
    recipe = art_command("init", "system", "--training.max_epochs=3")
    assert recipe.returncode == 2 and "belongs in the recipe config" in recipe.stderr
    assert not (tmp_path / "system.cfg").exists()
