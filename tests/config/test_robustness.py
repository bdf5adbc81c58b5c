"""Whatever the text, a config is read or refused with its faults; nothing else happens."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from art.config import complete_text, load_text
from art.errors import ConfigError

PIECES = [
    "[", "]", "=", ":", "\n", "  ", '"', "'", "{", "}", "${", "}", "$$", ".", "@", "#", ",",
    "null", "true", "1e999", "-1", "[model]", "[models.a]", "[stages.fit.checks]",
    "[stages.fit]", "[a.b.c]", "@models = ", "@stages = 3", '["x"]', "checks = {}",
    "checks = 3", "stages = 3", "overrides = [1]", '{"@models": "test.Net.v1"}',
    '{"@models": 3}', "${model}", "${model.dropout}", "${task}", "x = ", "attempts = [{}, 3]",
    "\ufeff", "\r", "\x00", "ż", "[metrics.scores]", "[project]", "\n[paths]\n",
    "stages = [[]]", "[DEFAULT]", "[*.x]", "data = {}",
]  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_damaged_config_is_read_or_refused(data: st.DataObject, recipe, defaults) -> None:
    text = recipe + "[stages.fit]\nmax_epochs = 3\n"
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + cut :]
    try:
        config = load_text(text, "config.cfg", environ={}, defaults=defaults)
        filled = complete_text(text, "config.cfg", defaults=defaults)
    except ConfigError as error:
        assert error.faults and all(fault.message for fault in error.faults)
        return
    again = load_text(config.to_text(), "config.cfg", environ={}, defaults=defaults)
    assert again.values == config.values
    assert complete_text(filled, "config.cfg", defaults=defaults) == filled


def test_a_config_is_checked_without_torch() -> None:
    code = (
        "import sys, art.config as c\n"
        "try: c.load_text('[data]\\n@data = 3\\n', 'x', environ={})\n"
        "except Exception as error: print(type(error).__name__)\n"
        "print({'torch', 'numpy', 'sklearn', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["ConfigError", "set()"]
