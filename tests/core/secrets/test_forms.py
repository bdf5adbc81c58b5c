"""Secrets that are known by their form, in texts of any kind, and how long finding them takes."""

import time

import pytest

from art.core.secrets import Secrets, has_form, hide
from benchmarks.robustness.canary.formats import addresses, formats, headers, keys

CANARIES = [*formats(), *keys(), *addresses(), *headers()]
NOTHING = (
    "sk-learn-like-model-of-mine", "https://host:8080/a@b", "git+ssh://git@host/r.git",
    "https://host/a?page=2&code=404", "npm_config_cache", "dapi", "a task-1234567890123456789",
    "halfhf_abcdefgh", "SG.short", "val/accuracy=0.93", "epoch: 3", "loss per token: 0.3",
    "KeyError: 'image'", "unknown key: foo", "api_key: expected str, got int.",
    "--loggers.x.api_key needs a value", "password=None", "token=token, key=key",
    "pass through", "a pass: 3 of 4", "forward_pass=3", "password=self.password", "secret == other",
    "auth: missing key",
    "f3b1c2d4e5f60718293a4b5c6d7e8f90" * 2, "art.ImageClassification.v1",
    "01-overfit/0001-20261123",
    "the bearer of news",
    "Authorize: me", "http://host/#section=2", "mixed_precision=16-mixed",
)  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES, ids=lambda one: one.label)
def test_a_canary_is_hidden_in_a_sentence_in_quotes_and_behind_an_escape(canary):
    sentence = "" if canary.name == "yaml" else f"got {canary.text} here"  # "password: too short"
    for text in (canary.text, sentence, repr(f"x\n{canary.text}\ny"),
                 f'{{"a": "{canary.text}"}}', f"'{canary.text}'"):  # fmt: skip
        assert not [needle for needle in canary.needles if needle in hide(text)], text


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_secret_is_left_as_it_is(text):
    assert hide(text) == text
    assert not has_form(text)


def test_only_the_secret_of_an_address_or_a_header_is_hidden():
    assert hide("https://me:pw@host/a?x=1&sig=abcdef") == "https://***@host/a?x=1&sig=***"
    assert hide("Authorization: Bearer abcdef123 failed") == "Authorization: Bearer *** failed"
    assert hide("Client(api_key='abc', retries=3)") == "Client(api_key='***', retries=3)"
    assert hide('{"password": "abc", "user": "me"}') == '{"password": "***", "user": "me"}'


def test_a_private_key_that_is_logged_line_by_line_is_hidden():
    pem = next(keys()).text
    shown = "\n".join(map(hide, pem.split("\n")))
    assert not [line for line in pem.split("\n")[1:-2] if line[:20] in shown]


LONG = 1_000_000
HOSTILE = {
    "letters": "a", "digits": "A1b", "spaces": " ", "equals": "=", "slashes": "://", "at": "://a:b",
    "begin": "-----BEGIN PRIVATE KEY-----", "quote": 'password="', "escaped": "password='\\",
    "list": "password=[", "brace": "api_key={", "option": "--api-key ", "bearer": "bearer ",
    "jwt": "eyJ", "sk": "sk-", "query": "?a=b&sig=", "header": "Authorization: ", "curl": "-u a",
    "azure": "aaa1Q~", "telegram": "1234567:AA", "key lines": "A1b" * 21 + "\n", "dots": " .",
    "long names": "k" * 119 + " = ", "prose": "the loss of a token: 0.3, its key is 'a' ",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hiding_is_linear_in_the_length_of_a_text(name):
    piece, secrets = HOSTILE[name], Secrets(["hunter2hunter2"], {})

    def seconds(length):
        started = time.process_time()
        secrets.hidden(piece * (length // len(piece)))
        return time.process_time() - started

    seconds(LONG // 100)  # compiles what is needed
    short, long = min(seconds(LONG // 10) for _ in range(3)), seconds(LONG)
    assert long < 40 * max(short, 0.005)  # 10 where it is linear, 100 where it is quadratic


def test_ten_megabytes_are_hidden_in_seconds():
    text = "epoch 3: the loss of a token is 0.3, api_key=abc, https://me:pw@host/x\n" * 145_000
    started = time.process_time()
    hidden = hide(text)
    assert time.process_time() - started < 60
    assert "abc" not in hidden and "me:pw" not in hidden
