"""What a recipe builds, and the memory it takes: exact counts, and bounds."""

from __future__ import annotations

import pytest

from benchmarks.heavy.__main__ import run


def test_a_recipe_sets_its_data_up_once_for_itself_and_once_for_a_probe(tmp_path):
    found = run("slow", tmp_path, seconds=0.0)
    assert found["recipe"]["code"] == 0
    assert found["counts"] == {"prepare_data": 1, "setup": 2, "model": 7}


@pytest.mark.slow
def test_a_large_model_is_probed_in_the_memory_of_a_training(tmp_path):
    found = run("mlp", tmp_path)
    assert all(stage["code"] == 0 for name, stage in found.items() if name != "program")
    ratios = {n: s["memory_ratio"] for n, s in found.items() if "memory_ratio" in s}
    assert len(ratios) == 8
    assert max(ratios.values()) <= 1.5, ratios
