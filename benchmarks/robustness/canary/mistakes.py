"""Canaries inside of what is refused: configs, options, variables and sources with a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.robustness.canary.canary import Canary, drawn, word
from benchmarks.robustness.canary.names import MISSPELT

PLAIN = ("password", "passphrase", "credentials", "auth", "webhook", "db_pass", "token2", "apiKey")

TEXTS = {
    "unclosed": 'password = "{}',
    "bare": "password = {}",
    "two dots": "password: {}",
    "quotes of Python": "auth = '{}'",
    "list over lines": 'api_keys = [\n    "{}",\n    5 6,\n    ]',
    "comma at the end": 'credentials = ["{}", ]',
    "dict over lines": 'credentials = {{\n    "user": "me",\n    "pass": "{}",\n    }}',
    "number": "passphrase = {}x",
    "header in a list": 'headers = ["Authorization: Bearer {}" 1]',
    "address": "address = https://me:{}@host/a",
    "signed address": "address = https://host/a?sig={}",
    "far behind": 'note = "' + "x" * 3_000 + '" password = {} "',
}
OPTIONS = {
    "unknown logger": ["--loggers.none.api_key={}"],
    "space": ["--loggers.none.api_key", "{}"],
    "unknown section": ["--logger.none.password={}"],
    "unknown section, space": ["--logger.none.password", "{}"],
    "too short": ["--password={}"],
    "of a wrong type": ["--training.max_epochs=Bearer {}"],
    "list": ['--loggers.none.passwords=["{}"]'],
    "dict": ['--loggers.none.credentials={{"pass": "{}"}}'],
    "misspelt": ["--loggers.none.pasword={}"],
    "no option": ["--loggers.csv.x=1", "password={}"],
}
VARIABLES = {
    "space": "--loggers.none.api_key {} --training.max_epochs=many",
    "equals": "--training.max_epochs=many --loggers.none.passphrase={}",
    "unclosed": "--loggers.none.password='{}",
    "unknown section": "--logger.none.auth {}",
    "quoted": "--training.max_epochs=many --loggers.none.db_pass '{} of two'",
}
SOURCES = {
    "user": "https://me:{}@host/a.cfg",
    "sig": "https://host/a.cfg?sv=1&sig={}",
    "amazon": "https://host/a.cfg?X-Amz-Signature={}",
    "code": "https://host/a.cfg?code={}",
    "session": "https://host/a.cfg?session={}",
    "http": "http://host/a.cfg?token={}",
    "git": "git+https://{}@host/r.git//a.cfg",
    "git user": "git+https://me:{}@host/r.git//a.cfg",
    "ssh": "git+ssh://git:{}@host/r.git//a.cfg",
    "fragment": "https://host/a.cfg#access_token={}",
    "no scheme": "ftp://me:{}@host/a.cfg",
    "inside": "git+https://host/r.git//../a.cfg?token={}",
}


@dataclass(frozen=True)
class Mistake:
    """A command that is refused, and the canary in it.

    Attributes:
        canary: what must not be shown.
        words: the command.
        config: what stands in the recipe config besides what is needed.
        system: what stands in a system config.
        variable: ART_CONFIG_OVERRIDES.
    """

    canary: Canary
    words: list[str] = field(default_factory=lambda: ["debug", "config", "small.cfg"])
    config: str = ""
    system: str = ""
    variable: str = ""


def mistakes() -> Iterator[Mistake]:
    """Every one of them."""
    section = '\n[loggers.mine]\n@loggers = "art.CSV.v1"\n'
    for name in (*PLAIN, *MISSPELT):
        secret = word(f"refused {name}")
        canary = Canary("refused", name, secret, (secret,))
        yield Mistake(canary, config=f'{section}{name} = "{secret}"\n')
    for name, form in TEXTS.items():
        secret = drawn(f"mistake {name}", 14)
        canary = Canary("mistake", name, secret, (secret,))
        text = f"{section}{form.format(secret)}\n"
        yield Mistake(canary, system=text) if len(name) % 2 else Mistake(canary, config=text)
    for name, words in OPTIONS.items():
        secret = drawn(f"mistake option {name}", 16)
        given = ["debug", "config", "small.cfg", *(one.format(secret) for one in words)]
        yield Mistake(Canary("mistaken option", name, secret, (secret,)), given)
    for name, form in VARIABLES.items():
        secret = word(f"mistake variable {name}")
        canary = Canary("mistaken variable", name, secret, (secret,))
        yield Mistake(canary, variable=form.format(secret))
    for name, form in SOURCES.items():
        secret = drawn(f"source {name}", 24)
        canary = Canary("source", name, secret, (secret,))
        yield Mistake(canary, ["get", form.format(secret), "-", "--yes"])
