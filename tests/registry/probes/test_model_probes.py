"""The probes of models, losses and steps name each mistake first, and let sound programs be."""

from __future__ import annotations

import pytest

import art
from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "probed_models.py"

CONFIG = """
[project]
name = "probed"
stages = ["{stage}"]
[paths]
runs = "{runs}"
[data]
@data = "probed.{data}.v1"
[model]
@models = "probed.{model}.v1"
"""
INIT, BATCH = "loss_at_init", "overfit_one_batch"


@pytest.fixture
def probed(tmp_path):
    """Runs a stage on a program; gives its faults, its first hint, and all that failed."""

    def run(stage: str, model: str, data: str = "Images", **overrides):
        config = tmp_path / "probed.cfg"
        text = CONFIG.format(stage=stage, model=model, runs=tmp_path / "runs", data=data)
        config.write_text(text)
        done = art.train(config, code=[CODE], overrides=overrides)
        (record,) = done.result.records
        assert record.status in ("passed", "failed"), record.error
        sound = next(check for check in record.checks if check.name == "sound")
        failed = [check.message for check in record.checks if not check.passed]
        return ([] if sound.passed else sound.message.split("; ")), sound.hint, failed

    return run


SOUND = [
    ("Mlp", "Images"), ("Scaled", "Raw"), ("NormFirst", "Raw"), ("Attention", "Images"),
    ("Bottleneck", "Images"), ("Separable", "Images"), ("ZeroBranch", "Images"),
    ("Alias", "Images"), ("Permuted", "Color"), ("Masked", "Padded"), ("NewHead", "Images"),
    ("Contrastive", "Images"), ("ByHand", "Images"), ("Clipped", "Images"),
    ("MixedUp", "Images"), ("Diverges", "Images"),
]  # fmt: skip


IN_STEPS = (
    "Mlp",
    "ZeroBranch",
    "NewHead",
    "Contrastive",
    "ByHand",
    "Clipped",
    "MixedUp",
    "Diverges",
)
"""Those whose gradients, steps or losses are unusual."""


@pytest.mark.parametrize(
    ("model", "data", "stage"),
    [(*one, INIT) for one in SOUND] + [(*one, BATCH) for one in SOUND if one[0] in IN_STEPS],
)
def test_a_sound_program_is_not_suspected(probed, stage, model, data):
    assert probed(stage, model, data) == ([], "", [])


MISTAKES = [
    (INIT, "Mlp", "Raw", "the inputs are far larger", "255"),
    (INIT, "Mlp", "DividedTwice", "the inputs hardly vary", "255"),
    (INIT, "InitTooLarge", "Images", "an untrained model is sure of what", "initialization"),
    (INIT, "FinalBias", "Images", "an untrained model is sure of a class", "final bias"),
    (INIT, "ConstantInit", "Images", "the units of a layer are copies", "torch's default"),
    (INIT, "ZeroInit", "Images", "the units of a layer are copies", "torch's default"),
    (INIT, "ZeroWeights", "Images", "the units of a layer are copies", "torch's default"),
    (INIT, "Mlp", "Merged", "classes are merged into one", "clip"),
    (INIT, "HalfDead", "Images", "units are dead from the start", "bias"),
    (INIT, "NoActivation", "Images", "an activation is missing", "ReLU"),
    (INIT, "NoActivationInConv", "Images", "an activation is missing", "ReLU"),
    (INIT, "View", "Color", "a convolution sees scattered inputs", "permute"),
    (INIT, "Unmasked", "Padded", "padding changes the output", "mask"),
    (INIT, "OneLayerThrice", "Images", "one layer is used in several places", "[contract] shared"),
    (INIT, "InTheClass", "Images", "a fresh model has the weights", "__init__"),
    (INIT, "Prefix", "Images", "loaded weights do not arrive", "prefixes"),
    (INIT, "FrozenAtRandom", "Images", "layers are frozen with random", "[contract] frozen"),
    (INIT, "HalfSeen", "Images", "part of the input cannot change", "mask"),
    (BATCH, "ZeroedTooLate", "Images", "the gradient is thrown away", "zero_grad"),
    (BATCH, "ClippedScaled", "Images", "gradients are clipped to almost nothing", "unscale_"),
    (BATCH, "Underflows", "Images", "small gradients vanish", "GradScaler"),
    (BATCH, "PairedWrongly", "Images", "the loss depends on the order", "permute"),
    (BATCH, "Ascends", "Images", "the loss is maximised", "minus sign"),
    (BATCH, "AscendsByHand", "Images", "the loss falls while the predictions", "minus sign"),
    (BATCH, "Summed", "Images", "the loss is summed", "[contract] reduction"),
    (BATCH, "SummedByHand", "Images", "the loss is summed", "[contract] reduction"),
    (INIT, "DivergesOfProbabilities", "Images", "kl_div is given prob", "log_softmax"),
    (BATCH, "Unbounded", "Images", "the loss falls without bound", "[contract] unbounded"),
    (INIT, "PlacedAlongTheBatch", "Images", "the output for a sample depends on", "batch_first"),
    (BATCH, "RateTooLow", "Images", "the learning rate is far too low", "Raise"),
    (BATCH, "RateTooHigh", "Images", "the learning rate is far too high", "Lower"),
    (BATCH, "Decay", "Images", "weight decay overwhelms", "weight_decay"),
]


@pytest.mark.parametrize(
    ("stage", "model", "data", "cause", "remedy"),
    MISTAKES,
    ids=[f"{c[1]}-{c[2]}" for c in MISTAKES],
)
def test_a_mistake_closes_the_gate_and_is_named_first(probed, stage, model, data, cause, remedy):
    faults, hint, _ = probed(stage, model, data)
    assert faults and faults[0].startswith(cause), faults
    assert remedy in hint


DECLARED = [
    (INIT, "OneLayerThrice", {"contract.shared": ["middle"]}),
    (INIT, "FrozenAtRandom", {"contract.frozen": ["body"]}),
    (BATCH, "Summed", {"contract.reduction": "sum"}),
    (BATCH, "PairedByPlace", {"contract.coupled": True}),
    (BATCH, "Unbounded", {"contract.unbounded": True}),
    (BATCH, "ClippedScaled", {"contract.clipping": 1.5258789e-05}),
]


@pytest.mark.parametrize(("stage", "model", "contract"), DECLARED, ids=[c[1] for c in DECLARED])
def test_what_is_declared_is_no_fault(probed, stage, model, contract):
    assert probed(stage, model, **contract)[0] == []


def test_clipping_that_contradicts_what_is_declared_is_a_fault(probed):
    faults, _, _ = probed(BATCH, "Clipped", **{"contract.clipping": 1.0})
    assert "; ".join(faults) == (
        "gradients are not clipped to what is declared: they are clipped to a norm of 0.05; "
        "[contract] clipping is 1"
    )


def test_a_sum_is_only_suspected_where_the_optimizer_does_not_feel_it(probed):
    faults, _, failed = probed(BATCH, "SummedUnderAdam")
    assert faults == []
    (warned,) = failed
    assert warned.startswith("the loss is summed over the batch, not averaged")
