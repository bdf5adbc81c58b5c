"""A recipe needs the memory of its largest stage, not of all of them."""

import json
import subprocess
import sys

import pytest

PARTS = """
import gc
import json
import sys

import torch
from torch import nn

import art

BUILT = []  # once in a command: stages are lent copies
ALIVE = []  # models alive when each stage begins, beside the one that copies are made of


class Big(nn.Module):
    # 150 MB of weights, of which few are trained: a step then takes no time
    def __init__(self):
        super().__init__()
        self.big = nn.Linear(30, 1_250_000, bias=False).requires_grad_(False)
        self.small = nn.Linear(30, 2)

    def forward(self, x):
        return self.small(x)


@art.models("big.Net.v1")
def big() -> nn.Module:
    network = Big()
    BUILT.append(1)
    return network


@art.stages("big.Train.v1")
class Train(art.Stage):
    def run(self, context):
        gc.collect()
        ALIVE.append(sum(isinstance(one, Big) for one in gc.get_objects()))
        fit = context.fit(monitor="val/accuracy", higher_is_better=True)
        return art.Outcome(fit.scores, {"checkpoint": fit.checkpoint}, seen=fit.seen)
"""

RUN = """
import json, resource, sys
import art
done = art.train("big.cfg", code=["parts.py"], overrides={"paths.runs": sys.argv[1]})
import parts
print(json.dumps({
    "ok": done.ok,
    "stages": len(done.result.records),
    "alive": parts.ALIVE,
    "built": len(parts.BUILT),
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""

CONFIG = """
[project]
name = "big"
stages = {names}
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "art.BreastCancer.v1"
[model]
@models = "big.Net.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[training]
max_epochs = 1
"""


def measured(folder, count):
    names = [f"train_{index}" for index in range(count)]
    sections = "".join(f'[stages.{name}]\n@stages = "big.Train.v1"\n' for name in names)
    (folder / "big.cfg").write_text(CONFIG.format(names=json.dumps(names)) + sections)
    (folder / "parts.py").write_text(PARTS)
    done = subprocess.run(
        [sys.executable, "-c", RUN, f"runs-{count}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ok"] and found["stages"] == count and found["built"] == 1
    return found


@pytest.mark.slow
def test_the_peak_of_four_stages_is_that_of_one(tmp_path):
    one, four = measured(tmp_path, 1), measured(tmp_path, 4)
    assert four["alive"] == [0, 0, 0, 0]  # no stage begins with a model of an earlier one
    assert one["mib"] > 400  # the model's 150 MB are seen at all
    assert abs(four["mib"] - one["mib"]) < 0.1 * one["mib"], (one, four)
