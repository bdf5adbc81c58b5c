"""Which names stand for a secret, and which only sound like one."""

import inspect
import random

import pytest

from art.core.secrets import may_name_secret, names_password, names_secret
from art.core.secrets.names import edits
from benchmarks.robustness.canary.names import MISSPELT, SETTINGS, VARIABLES

HARMLESS = (
    "tokenizer", "max_tokens", "key_padding_mask", "author", "authors", "passes", "token_ids",
    "secretary", "forward_pass", "n_passes", "tokens", "keys", "keyword", "monkey", "turkey",
    "hotkey", "pad_token", "eos_token_id", "image_key", "sort_keys", "past_key_values",
    "key_value", "num_backward_tokens", "bypass", "compass", "passenger", "passport", "paraphrase",
    "token_type_ids", "tokenize", "taken", "secretion", "authority", "authentic", "hook",
    "credit", "accredited", "sparse", "signal", "signature_columns", "session", "code", "encoding",
    "cookies_per_batch_size", "password_field", "api_key_env", "token_file", "pwconv", "kernel",
    "key_dim", "query_key", "value_head", "n_tokens", "special_tokens", "mask_token", "low_pass",
    "state_key", "monitor_key", "loss_key", "by_key", "tensor_key",
)  # fmt: skip


@pytest.mark.parametrize("name", (*SETTINGS, *MISSPELT))
def test_a_name_of_a_secret_is_one_however_it_is_written(name):
    assert names_secret(name)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_is_secret_wherever_the_noun_stands(name):
    assert names_secret(name, anywhere=True)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_sounds_like_a_secret_is_none(name):
    assert not names_secret(name)
    assert not names_password(name)


@pytest.mark.parametrize("name", ["key", "keys", "tokens", "backup_key", "tensor_key"])
def test_keys_of_any_kind_count_where_their_value_is_drawn(name):
    assert may_name_secret(name) and not names_secret(name)


def test_the_variables_of_a_shell_and_of_torch_are_no_secrets():
    names = (
        "PATH", "HOME", "TOKENIZERS_PARALLELISM", "SSH_AUTH_SOCK", "SSH_ASKPASS", "GIT_ASKPASS",
        "XAUTHORITY", "KEYBOARD", "XKB_KEYMAP", "DBUS_SESSION_BUS_ADDRESS", "COMPASS",
        "PASSENGER_ROOT", "PASSWORD_STORE_DIR", "OMP_NUM_THREADS", "MASTER_ADDR", "MAX_TOKENS",
    )  # fmt: skip
    assert [name for name in names if names_secret(name, anywhere=True)] == []


def test_no_setting_of_art_torch_or_lightning_is_taken_for_a_secret():
    names = set(parameters_of_parts()) | set(parameters_of_libraries())
    assert len(names) > 500
    assert sorted(name for name in names if names_secret(name) or names_password(name)) == []


def test_edits_count_swaps_of_neighbours():
    assert [edits("token", other) for other in ("token", "tokne", "toke", "tokens", "taken")] == [
        0, 1, 1, 1, 1,
    ]  # fmt: skip
    draw = random.Random(0)
    for _ in range(200):
        one, other = ("".join(draw.choices("abc", k=draw.randrange(7))) for _ in "12")
        assert edits(one, other) == edits(other, one) >= abs(len(one) - len(other))


def parameters_of_parts():
    import art.api  # noqa: F401 - it fills the registries
    from art.registries import ALL

    for registry in ALL.values():
        for name in (one for one in registry if one.startswith(("art.", "torch."))):
            yield from _parameters(registry.get(name))


def parameters_of_libraries():
    import pytorch_lightning as pl
    import torch
    from torch.utils import data

    places = (torch.nn, torch.optim, torch.optim.lr_scheduler, data, pl.callbacks, torch.nn.init,
              torch.nn.functional)  # fmt: skip
    for place in places:
        for name in dir(place):
            yield from _parameters(getattr(place, name))
    yield from _parameters(pl.Trainer)


def _parameters(function):
    if callable(function):
        try:
            found = inspect.signature(function).parameters
        except (TypeError, ValueError):  # written in C, without a signature
            return
        yield from (name for name in found if name != "key")
