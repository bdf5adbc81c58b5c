"""Which names stand for a secret: of settings, variables, headers and parameters of addresses.

A name is cut into its words, and its nouns decide: `apiKey`, `API_KEYS` and `api_key_2` are one.
`key` and `token` are words of machine learning too, so that what comes before them counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PASSWORDS = _set(
    "password passwd passphrase passcode passwort pwd secret credential cred jwt dsn apikey "
    "apitoken apisecret authtoken authkey accesstoken accesskey secretkey privatekey privkey "
    "clientsecret bearertoken userpass dbpass pgpass mypass connectionstring connstring connstr"
)
"""Nouns that stand for a secret wherever they are in a name."""
ENDINGS = ("password", "passwd", "passphrase", "apikey", "credential", "secret")
"""A word that ends so is such a noun: `PGPASSWORD`, `dbpassword`."""
LAST = _set("auth authorization webhook pass pw cookie bearer oauth")
"""Nouns that stand for a secret as the last word of a name: `db_pass`, and no `pass_through`."""
WEAK = frozenset({"key", "token"})

BEHIND = _set(
    "value string str text url uri header json base64 plain prod production dev staging live old "
    "new backup main"
)
"""Words behind a noun that change nothing: `webhook_url`, `password_prod`."""
BEHIND_WEAK = _set("prod production dev staging live backup header")
"""The same behind `key` and `token`: `key_value` is a pair and no secret."""

SECRET_KEYS = _set(
    "api app access account admin private secret auth encryption encrypt decryption decrypt "
    "signing sign ssh service session master license licence deploy shared hmac aes rsa "
    "pgp gpg webhook subscription bearer oauth refresh personal bot csrf hf huggingface github "
    "gitlab wandb neptune comet mlflow openai anthropic aws azure gcp google slack kaggle npm "
    "pypi docker stripe nvidia groq replicate discord telegram sas jwt"
)
"""Words before `key` and `token` that make the name a secret: `api_key`, `access_token`."""
PLAIN_KEYS = _set(
    "pad eos bos unk sep cls mask start end special image images label labels target targets "
    "input inputs output outputs sort group data batch column dict map foreign primary max min "
    "num n new per of stop begin query value past dist natural metric metrics monitor score loss "
    "state ckpt checkpoint parent dispatch cache hash index id lookup partition prng rng random "
    "seed video audio text word sub class extra additional prefix suffix first last next each any "
    "missing unexpected attention src tgt source head no non is has use add with"
)
"""Words before `key` and `token` that make the name harmless: `pad_token`, `image_key`."""
PLAIN_PASSES = _set(
    "forward backward low high band single two one first second multi max min num n by each per "
    "full last next eval train test val custom pre post fusion base may must opt compiler"
)
"""Passes of a program and not through a door: `forward_pass`."""

POINTERS = _set(
    "file filename path dir folder directory env environ variable name names field column length "
    "len size count policy type kind format hint mode method scheme manager store provider "
    "backend prompt sock socket required enabled timeout expiry min max regex pattern ids types"
)
"""Words behind a noun by which a name says where a secret is, or of what kind."""

MEANT = ("token", "secret", "webhook", "password", "passphrase", "credential")
LONG = 8
MEANT_BY_TWO = (
    "apikey",
    "privatekey",
    "accesskey",
    "secretkey",
    "accesstoken",
    "authtoken",
    "apitoken",
)
OTHER_WORDS = _set("taken toke tokes passport paraphrase secretly accessory")
"""Words as near to one that is meant, and meant themselves."""


@lru_cache(maxsize=4096)
def names_secret(name: str, anywhere: bool = False) -> bool:
    """Whether a name stands for a secret.

    Args:
        name: of a setting, a variable, a header or a parameter.
        anywhere: the noun need not come last, as in variables: `AWS_ACCESS_KEY_ID`.
    """
    words = _words(name)
    if not words or words[-1] in POINTERS:
        return False
    if _has_password(words) or _is_last(words):
        return True
    if _is_weak(words) or _is_misspelt(words):
        return True
    return anywhere and any(_opens(words[: end + 1]) for end in range(len(words)))


@lru_cache(maxsize=4096)
def may_name_secret(name: str) -> bool:
    """Whether a name stands for a secret where its value looks like one: `key`, `backup_tokens`."""
    words = _words(name)
    return _noun(words) and _before_noun(words) not in PLAIN_KEYS


@lru_cache(maxsize=4096)
def names_password(name: str) -> bool:
    """Whether a name can mean nothing but a secret, whatever its value and wherever it stands.

    `api_key` and `password` are such names, `token` and `key` are not: they are in many a sentence.
    """
    words = _words(name)
    if not words or words[-1] in POINTERS:
        return False
    if _has_password(words) or _is_last(words):
        return True
    return _is_weak(words) and len(words) > 1 and _before_noun(words) in SECRET_KEYS


def _opens(words: Sequence[str]) -> bool:
    """Whether the words of a variable up to some end on a noun that nothing says is harmless."""
    return _is_last(words) or (_noun(words) and _before_noun(words) not in PLAIN_KEYS)


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(name))


def _single(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _has_password(words: Sequence[str]) -> bool:
    """Whether a word is such a noun, or two neighbours are: `connection_string`."""
    return any(map(_is_password, words)) or any(
        _is_password(one + other) for one, other in pairwise(words)
    )


def _is_password(word: str) -> bool:
    single = _single(word)
    return single in PASSWORDS or single.endswith(ENDINGS)


def _is_last(words: Sequence[str]) -> bool:
    head = _without(words, BEHIND)
    if not head or _single(head[-1]) not in LAST:
        return False
    return head[-1] != "pass" or len(head) < 2 or head[-2] not in PLAIN_PASSES


def _is_weak(words: Sequence[str]) -> bool:
    """Whether a name ends on a key or a token that lets somebody in."""
    before = _before_noun(words)
    if not _noun(words) or before in SECRET_KEYS:
        return _noun(words)
    noun = _without(words, BEHIND_WEAK)[-1]
    return noun == "token" and before not in PLAIN_KEYS


def _noun(words: Sequence[str]) -> bool:
    head = _without(words, BEHIND_WEAK)
    return bool(head) and _single(head[-1]) in WEAK


def _before_noun(words: Sequence[str]) -> str:
    head = _without(words, BEHIND_WEAK)
    return head[-2] if len(head) > 1 else ""


def _without(words: Sequence[str], behind: frozenset[str]) -> tuple[str, ...]:
    """The words up to the last one that means something."""
    end = len(words)
    while end > 1 and words[end - 1] in behind:
        end -= 1
    return tuple(words[:end])


def _is_misspelt(words: Sequence[str]) -> bool:
    """Whether the last word, or the last two, are a slip of the hand for a secret's name."""
    last, two = _single(words[-1]), "".join(words[-2:])
    if last in OTHER_WORDS or (len(words) > 1 and words[-2] in PLAIN_KEYS):
        return False
    return any(_is_slip(last, meant, 2 if len(meant) >= LONG else 1) for meant in MEANT) or any(
        _is_slip(two, meant, 1) for meant in MEANT_BY_TWO
    )


def _is_slip(word: str, meant: str, most: int) -> bool:
    """Whether a word is what was meant but for so many edits. Nobody misses the first letter."""
    if word[:1] != meant[0] or abs(len(word) - len(meant)) > most:
        return False
    return 0 < edits(word, meant) <= most


def edits(left: str, right: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours that make one word of another.

    The optimal string alignment distance, after Damerau (1964).
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other)))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]
