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
