"""What is known to be secret is hidden however a text spells it."""

import json
from urllib.parse import quote

import pytest

from art.core.secrets import Secrets

ODD = "pass\"word's /+ü&\\"


@pytest.mark.parametrize(
    "spell",
    [
        str,
        repr,
        json.dumps,
        lambda it: json.dumps(it, ensure_ascii=False),
        lambda it: quote(it, ""),
    ],
)
def test_a_known_secret_is_hidden_as_texts_spell_it(spell):
    hidden = Secrets([ODD], {}).hidden(f"before {spell(ODD)} after")
    assert hidden.strip("'\"") in ("before *** after", "before '***' after", 'before "***" after')


def test_the_lines_of_a_secret_are_secrets():
    secrets = Secrets(["first-line-of-it\nsecond-line-of-it"], {})
    assert secrets.hidden("a second-line-of-it b") == "a *** b"


def test_the_password_inside_of_an_address_is_one():
    secrets = Secrets((), {"DATABASE_URL": "postgresql://me:tiger7x@host/db"})
    assert secrets.hidden("refused: tiger7x") == "refused: ***"


def test_a_short_secret_is_hidden_as_a_word_alone():
    secrets = Secrets((), {"DB_PASS": "qz7x", "ROOT_PW": "7391", "MY_PASS": "test", "X_AUTH": "on"})
    assert secrets.hidden("with qz7x, 7391.") == "with ***, ***."
    for text in ("qz7xy aqz7x", "0.7391 17391 7391.5", "test/loss on"):
        assert secrets.hidden(text) == text


@pytest.mark.parametrize("name", ["PWD", "OLDPWD", "SSH_AUTH_SOCK", "HOME"])
def test_variables_that_name_places_are_no_secrets(name):
    assert Secrets((), {name: "/not/there"}).hidden("in /not/there") == "in /not/there"
