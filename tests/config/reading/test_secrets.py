from __future__ import annotations

import pytest

from art.core.secrets import is_secret, redact
from art.errors import ConfigError

JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"

SECRETS = [
    ("note", "hf_abcdefABCDEF0123456789"),
    ("note", "ghp_abcdef0123456789abcdef"),
    ("note", "github_pat_11ABCDEFG0abcdefg"),
    ("note", "sk-proj-abc123def456ghi789"),
    ("note", "xoxb-123456789012-abcdef"),
    ("note", "AKIAIOSFODNN7EXAMPLE"),
    ("note", JWT),
    ("note", "Bearer hf_abcdefABCDEF0123456789"),
    ("url", "https://user:hunter2@host/db"),
    ("api_key", "0123456789abcdef0123456789abcdef01234567"),
    ("apiKey", "x"),
    ("password", "hunter2"),
    ("client_secret", "x"),
    ("token", "abc"),
    ("NEPTUNE_API_TOKEN", "abc"),
]
HARMLESS = [
    ("max_tokens", 5),
    ("tokenizer", "bert-base"),
    ("key_padding", "same"),
    ("pad_token", "<pad>"),
    ("image_key", "image"),
    ("api_key", None),
    ("api_key", ""),
    ("api_key", "${paths.key}"),
    ("monkey", "banana"),
    ("note", "sk-learn-like-model-of-mine"),
    ("url", "https://host:8080/a@b"),
    ("folder", "/data/half_hf_x"),
]


@pytest.mark.parametrize(("key", "value"), SECRETS)
def test_a_secret_is_known_by_its_form_or_its_key(key, value) -> None:
    assert is_secret(key, value)
    assert value not in str(redact({"a": {key: [value]}}))


@pytest.mark.parametrize(("key", "value"), HARMLESS)
def test_what_only_sounds_like_a_secret_is_none(key, value) -> None:
    assert not is_secret(key, value)
    assert redact({key: value}) == {key: value}


def test_a_secret_in_a_recipe_config_is_a_fault_that_does_not_repeat_it(load, recipe) -> None:
    text = recipe + '[loggers.r]\n@loggers = "test.Remote.v1"\napi_key = "hunter2hunter2"\n'
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert str(caught.value).startswith("config.cfg:13:11: [loggers.r] api_key looks like a secret")
    assert "environment" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_secret_of_this_machine_is_used_and_hidden_where_the_config_is_shown(
    load, tmp_path
) -> None:
    (tmp_path / "system.cfg").write_text(
        '[loggers.r]\n@loggers = "test.Remote.v1"\napi_key = "hunter2"\n', encoding="utf-8"
    )
    config = load(folder=tmp_path)
    assert config.parts("loggers", "fit")["r"]["api_key"] == "hunter2"
    assert "hunter2" not in config.to_text() + str(config.redacted())
    assert 'api_key = "***"' in config.to_text()


def test_a_secret_of_the_wrong_type_is_not_repeated(load, recipe) -> None:
    text = recipe.replace("0.2", '"hf_abcdefABCDEF0123456789"')
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert "expected float, got ***" in str(caught.value)
    assert "hf_abc" not in str(caught.value)
