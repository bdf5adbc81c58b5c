"""Canaries that are known by the name of the setting or variable that holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.robustness.canary.canary import Canary, word

SETTINGS = (
    "password", "passwd", "passphrase", "credential", "credentials", "auth", "webhook",
    "webhook_url", "db_pass", "api_keys", "token2", "api_key_2", "apiKey", "APIKey", "secret",
    "client_secret", "secrets", "hf_tokens", "access_tokens", "private_key", "ssh_key",
    "encryption_key", "api_token_1", "authorization", "creds", "pwd", "pw", "user_pw",
    "passcode", "bearer", "jwt", "connection_string", "sas_token", "password2", "smtpPassword",
    "dbpassword", "authtoken", "secret_value", "auth_header", "login_password", "oauth_token",
    "api_secret_prod", "passwords", "signing_key", "basic_auth", "cookie",
)  # fmt: skip
MISSPELT = (
    "pasword", "passwrod", "api_kye", "apikey_", "secrte", "credentails", "acces_token",
    "auth_tokne", "pasphrase", "pssword", "api_toekn", "client_secert", "webhok", "privat_key",
)  # fmt: skip
VARIABLES = (
    "WANDB_API_KEY", "DB_PASS", "ADMIN_PW", "HTTP_AUTH", "HF_TOKENS", "MYSQL_PWD", "PGPASSWORD",
    "GPG_PASSPHRASE", "GOOGLE_CREDENTIALS", "SLACK_WEBHOOK", "SLACK_WEBHOOK_URL", "API_KEYS",
    "TOKEN2", "REDIS_AUTH", "FTP_PASS_2", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "REGISTRY_CREDS", "VAULT_SECRET_ID", "CI_JOB_JWT", "KAGGLE_KEY", "LDAP_PASSWD",
    "NETRC_PASSWORD1", "SESSION_COOKIE", "AZURE_CONNECTION_STRING", "NPM_CONFIG__AUTH",
    "DOCKER_AUTH_CONFIG", "USERPASS", "MONGO_DSN",
)  # fmt: skip
SHORT = {"DB_PASSWORD": "qz7x", "ROOT_PW": "v9kq2", "ROUTER_PASS": "7391"}
ODD = {
    "QUOTED_PASSWORD": "cnry\"with'both",
    "UNICODE_PASSWORD": "cnry-pässwört-ü",
    "SPACED_PASSWORD": "cnry of four words",
    "SLASHED_TOKEN": "cnry+of/the=slashes&more",
    "LINES_SECRET": "cnry-first-line-of-it\ncnry-second-line-of-it",
}
WAYS = ("system", "option=", "option", "variable")


def settings() -> Iterator[Canary]:
    """A setting of a logger, by each way in turn; lists, dicts and numbers besides."""
    for index, name in enumerate((*SETTINGS, *MISSPELT)):
        secret = word(f"setting {name}")
        yield Canary(WAYS[index % len(WAYS)], name, json.dumps(secret), (secret,))
    for way, name in (("system", "list_of_passwords"), ("option=", "more_api_keys"),
                      ("variable", "some_secrets"), ("option", "list_of_credentials")):  # fmt: skip
        secrets = (word(f"list {name}"), word(f"list 2 {name}"))
        yield Canary(way, name, json.dumps(secrets), secrets)
    secrets = (word("dict"), word("dict 2"))
    for way, name in (("system", "all_credentials"), ("option=", "db_auth")):
        inner = {"user": word(f"u {name}"), "pass": word(f"p {name}")}
        yield Canary(way, name, json.dumps(inner), (inner["pass"],))
    yield Canary("option=", "numeric_password", "83920174", ("83920174",))
    yield Canary("system", "numeric_passphrase", "55512908", ("55512908",))
    address = f"https://me:{word('in setting')}@host/a"
    yield Canary("system", "address", json.dumps(address), (word("in setting"),))
    signed = f"https://host/a?sig={word('signed setting')}"
    yield Canary("option=", "signed_address", json.dumps(signed), (word("signed setting"),))


def environment() -> Iterator[Canary]:
    """Variables with a secret's name."""
    for name in VARIABLES:
        secret = word(f"variable {name}")
        yield Canary("environment", name, secret, (secret,))
    for name, secret in {**SHORT, **ODD}.items():
        yield Canary("environment", name, secret, tuple(secret.split("\n")))
    secret = word("url of a variable")
    text = f"postgresql://me:{secret}@host/db"
    yield Canary("environment", "DATABASE_URL", text, (secret,))
