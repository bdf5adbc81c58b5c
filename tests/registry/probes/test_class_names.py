"""Names of classes that stand for fewer classes than they are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from art.core.data_info import DataInfo
from art.registry.probes.class_names import ClassNames


def suspicions(*names: str, counts: tuple[int, ...] = ()):
    info = DataInfo(
        input_shape=(2,), output_size=len(names), class_names=names, class_counts=counts
    )
    return ClassNames().measure(SimpleNamespace(data_info=info))  # it asks for nothing else


@pytest.mark.parametrize(
    ("names", "cause", "evidence"),
    [
        (("Setosa", "setosa", "virginica"), "one class is written in several", "'Setosa' and 'set"),
        (("not_spam", "Not spam", "spam"), "one class is written in several", "'not_spam' and"),
        (("0", "0.0", "1"), "one class is written in several ways", "'0' and '0.0'"),
        (("yes", "True", "no"), "yes and no are written in several ways", "'yes', 'True', 'no'"),
        (
            ("0", "1", "3", "252", "254", "255"),
            "grey values of a mask that was saved with losses",
            "6 classes in 2 groups of neighbouring values: 0 to 3, 252 to 255",
        ),
    ],
)
def test_one_class_in_several_spellings_is_suspected(names, cause, evidence):
    (found,) = suspicions(*names)
    assert found.cause.startswith(cause) and not found.certain
    assert evidence in found.evidence


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("setosa", "versicolor", "virginica"),
        ("yes", "no"),
        ("yes", "no", "maybe"),
        ("0", "1"),
        tuple(map(str, range(10))),
        ("0", "128", "255"),  # three colours of a mask
        ("0", "85", "170", "255"),
        ("1", "2", "3", "40"),  # numbered classes with a gap, and no grey values
        tuple(map(str, range(256))),
    ],
)
def test_names_of_different_classes_are_not_suspected(names):
    assert suspicions(*names) == []


def test_a_suspicion_calls_a_class_by_its_name(tmp_path):
    import art

    kinds = ["cat"] * 200 + ["dog"] * 200 + ["fox"] * 4
    rows = [f"{at * 37 % 101},{at * 17 % 89},{kind}" for at, kind in enumerate(kinds)]
    (tmp_path / "pets.csv").write_text("\n".join(["a,b,kind", *rows]) + "\n")
    config = tmp_path / "pets.cfg"
    config.write_text(
        f'[project]\nname = "pets"\nstages = ["explore"]\n[paths]\nruns = "{tmp_path / "runs"}"\n'
        f'[task]\n@tasks = "art.TabularClassification.v1"\n'
        f'[data]\n@data = "art.CSV.v1"\nfile = "{tmp_path / "pets.csv"}"\ntarget = "kind"\n'
        '[model]\n@models = "art.MLP.v1"\n[optimizer]\n@optimizers = "torch.SGD.v1"\n'
    )
    (record,) = art.train(config).result.records
    rare = next(one for one in record.suspected if one.cause.startswith("a class is rare"))
    assert rare.where == 'train, class "fox"' and rare.evidence.startswith('class "fox" has ')


def test_several_classes_are_listed_by_name():
    from art.core.data_info import classes_words

    assert classes_words([1], ("cat", "dog")) == 'class "dog"'
    assert classes_words([0, 1], ("cat", "dog")) == 'classes "cat", "dog"'
    assert classes_words([0, 1, 2, 7], (), most=3) == "classes 0, 1, 2, ..."
