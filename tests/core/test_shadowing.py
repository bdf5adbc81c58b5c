"""A code file's neighbours stand in for no module of Python."""

from __future__ import annotations

import subprocess
import sys


def test_a_neighbour_shadows_no_module_of_python(tmp_path):
    (tmp_path / "case.py").write_text("import neighbour\nassert neighbour.VALUE == 1\n")
    (tmp_path / "neighbour.py").write_text("VALUE = 1\n")
    (tmp_path / "colorsys.py").write_text("raise SystemExit('shadowed')\n")
    look = (
        "from art.core.code import load_code\n"
        f"load_code([{str(tmp_path / 'case.py')!r}])\n"
        "import colorsys\n"
        "assert colorsys.rgb_to_hsv\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", look], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
