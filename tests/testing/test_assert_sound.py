"""`art.testing.assert_sound`: a test of training code fails with what is wrong and the remedy."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import art
from art.testing import assert_sound
from tests.user_code.loops import Own, loaders, network

SOFTMAX = "a softmax comes before cross_entropy, which applies its own"


def test_a_sound_program_passes_and_its_findings_come_back():
    assert assert_sound(Own(), loaders()).sound
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": torch.optim.Adam}
    assert assert_sound(network(), loaders(), **given).sound


def test_an_unsound_one_fails_with_cause_evidence_and_remedy():
    with pytest.raises(AssertionError) as caught:
        assert_sound(Own(nn.Softmax(1)), loaders())
    said = " ".join(str(caught.value).split())
    assert said.startswith("this training program is not sound")
    assert SOFTMAX in said and "each row sums to 1" in said and "remove the softmax" in said


@pytest.mark.parametrize("allow", ["LossDomain", "art.LossDomain.v1", SOFTMAX, SOFTMAX.upper()])
def test_what_is_allowed_is_left_out(allow):
    assert not assert_sound(Own(nn.Softmax(1)), loaders(), allow=[allow]).findings


def test_a_misspelt_probe_is_answered_with_the_nearest_before_anything_runs():
    with pytest.raises(art.UserError, match=r"no probe 'LossDomian'\. Did you mean 'LossDomain'\?"):
        assert_sound(None, None, allow=["LossDomian"])
    with pytest.raises(art.UserError, match="takes a list"):
        assert_sound(None, None, allow="LossDomain")


def test_a_cause_that_nothing_has_is_an_error():
    with pytest.raises(art.UserError, match="Did you mean 'a softmax comes before cross_entropy"):
        wrong = SOFTMAX.replace("comes before", "stood before")
        assert_sound(Own(nn.Softmax(1)), loaders(), allow=[wrong])
    with pytest.raises(art.UserError, match="Remove it from the list"):
        assert_sound(Own(), loaders(), allow=[SOFTMAX])


def test_suspicions_fail_where_it_is_strict():
    class Drawing(Own):
        def forward(self, inputs):
            return super().forward(inputs + 0.01 * torch.randn_like(inputs))

    assert assert_sound(Drawing(), loaders()).suspicions
    with pytest.raises(AssertionError, match="draws at random in eval mode"):
        assert_sound(Drawing(), loaders(), strict=True)
