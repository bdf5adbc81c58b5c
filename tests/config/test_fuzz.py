"""No config, however damaged, ends in a traceback, takes long, or takes much memory."""

from __future__ import annotations

import json
import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from art import api
from tests.config import fuzzing

IN_CI, SLOWLY = 4_000, 100_000
SHARE = 2_500


@pytest.fixture(autouse=True, scope="module")
def _built_in_parts() -> None:
    api.populate()


def in_own_process(seed_and_count: tuple[int, int]) -> tuple[dict[str, int], int]:
    """Read damaged configs in a process whose memory is nobody else's."""
    seed, count = seed_and_count
    api.populate()
    before = fuzzing.peak_memory()
    return fuzzing.many(count, seed), fuzzing.peak_memory() - before


def in_processes(total: int) -> dict[str, int]:
    """So many damaged configs, shared out; what came of them."""
    shares = [(seed, SHARE) for seed in range(total // SHARE)]
    shares += [(len(shares), total % SHARE)] if total % SHARE else []
    found = {"read": 0, "refused": 0}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, max_tasks_per_child=1) as pool:
        for outcomes, grown in pool.map(in_own_process, shares):
            assert grown < fuzzing.MOST_MEMORY
            for outcome, count in outcomes.items():
                found[outcome] += count
    return found


def test_damaged_configs_are_read_or_refused() -> None:
    found = in_processes(IN_CI)
    assert sum(found.values()) == IN_CI
    assert found["read"] > IN_CI / 50 and found["refused"] > IN_CI / 2


@pytest.mark.slow
def test_a_hundred_thousand_damaged_configs_are_read_or_refused() -> None:
    found = in_processes(SLOWLY)
    assert sum(found.values()) == SLOWLY


NAMES = st.sampled_from(
    ["project", "model", "models", "data", "stages", "overfit", "checks", "paths", "a", "*",
     "training", "metrics", "optimizer", "task", "loggers", "callbacks", "visualizers", "x y", ""]
)  # fmt: skip
KEYS = st.sampled_from(
    ["@models", "@data", "@stages", "@checks", "@metrics", "@tasks", "stages", "name", "score",
     "checks", "overrides", "attempts", "hidden", "lr", "a", "stage", "*", "max_epochs"]
)  # fmt: skip
REFERENCES = st.builds("${{{}.{}}}".format, NAMES, KEYS)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), REFERENCES,
    st.sampled_from(["art.MLP.v1", "art.Overfit.v1", "art.LessThan.v1", "art.Digits.v1",
                     "art.ImageClassification.v1", "train/loss", "val/acuracy"]),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def configs(draw: st.DrawFn) -> str:
    """A config's text: sections, keys and values of every kind, most of them out of place."""
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        lines.append(f"[{'.'.join(draw(st.lists(NAMES, min_size=1, max_size=4)))}]")
        for _ in range(draw(st.integers(0, 4))):
            value = draw(JSON)
            bare = isinstance(value, str) and draw(st.booleans())
            text = value if bare else json.dumps(value, ensure_ascii=draw(st.booleans()))
            indent = draw(st.sampled_from(["", "", "", "  "]))
            lines.append(f"{indent}{draw(KEYS)} = {text}")
    return "\n".join(lines)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=configs())
def test_generated_configs_are_read_or_refused(text: str) -> None:
    _read_or_refused(text)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=configs())
def test_many_generated_configs_are_read_or_refused(text: str) -> None:
    _read_or_refused(text)


def _read_or_refused(text: str) -> None:
    sound = fuzzing.SHIPPED["digits.cfg"].decode()
    for content in (text, f"{sound}\n{text}"):
        fuzzing.read(content.encode("utf-8", "surrogatepass"))


def chain(length: int, value: str) -> str:
    """Settings of which each refers to the one before."""
    lines = ["[paths]", 'p0 = "lol"', *(f"p{n + 1} = {value % (n, n)}" for n in range(length))]
    return "\n".join(lines)


BOMBS = {
    "doubling text": chain(60, '"${paths.p%d}${paths.p%d}"'),
    "doubling lists": chain(60, "[${paths.p%d}, ${paths.p%d}]"),
    "two sections in each other": "[paths]\na = ${project}\n[project]\nb = ${paths}\n",
    "a long text in many": '[paths]\nlong = "%s"\n' % ("x" * 150_000)
    + "".join(f'p{n} = "x${{paths.long}}"\n' for n in range(9_000)),
    "a long list in many": f"[paths]\nlong = {[1] * 150_000}\n"
    + "".join(f"p{n} = ${{paths.long}}\n" for n in range(9_000)),
    "unknown references": "[paths]\n" + "".join(f"p{n} = ${{paths.q{n}}}\n" for n in range(9_000)),
    "unknown settings": "[training]\n" + "".join(f"s{n} = 1\n" for n in range(9_000)),
    "unknown sections": "".join(f"[s{n}]\n" for n in range(9_000)),
    "unknown stages": f"[project]\nstages = {json.dumps([f's{n}' for n in range(90_000)])}\n",
    "a stage many times": f"[project]\nstages = {json.dumps(['overfit'] * 90_000)}\n",
    "deep sections": "\n".join(f"[{'a.' * n}a]" for n in range(1, 600)),
    "deep lists": "[paths]\na = " + "[" * 400_000 + "]" * 400_000,
    "deep references": "[paths]\np0 = 1\n"
    + "".join(f"p{n + 1} = {'[' * 50}${{paths.p{n}}}{']' * 50}\n" for n in range(60)),
    "lines of nothing": "junk\n" * 190_000,
    "a line without an end": "[paths]\na = " + "x" * 900_000,
    "a key without an end": "[training]\n" + "x" * 900_000 + " = 1",
    "a name without an end": '[data]\n@data = "' + "x" * 900_000 + '"',
    "tokens": "[paths]\na = " + "sk-" * 300_000,
    "key signs": "[paths]\na = " + "a-b." * 200_000 + " '",
    "many attempts": f"[stages.regularize]\nattempts = {json.dumps([{'model.x': 1}] * 50_000)}\n",
    "quotes": "[paths]\na = " + '"' * 900_000,
    "backslashes": '[paths]\na = "' + "\\" * 900_001,
    "references that never close": "[paths]\na = " + "${" * 400_000,
    "dollars": "[paths]\na = " + "$" * 900_000,
    "white space": "[paths]\na = " + " " * 900_000 + "x",
    "equals": "[paths]\n" + "=" * 900_000,
    "brackets": "[" * 900_000,
    "dots": f"[{'.' * 900_000}]",
    "control characters": "[paths]\n" + "\x01" * 900_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_config_that_grows_is_refused_at_once(name: str) -> None:
    before = fuzzing.peak_memory()
    fuzzing.read(BOMBS[name].encode())
    assert fuzzing.peak_memory() - before < fuzzing.MOST_MEMORY


def test_the_mutator_makes_the_same_of_the_same_seed() -> None:
    assert fuzzing.damaged(random.Random("1")) == fuzzing.damaged(random.Random("1"))
