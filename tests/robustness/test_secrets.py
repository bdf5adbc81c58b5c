"""Canary tokens, in the environment and in settings, are in nothing that a run leaves or says."""

import json
import os

import pytest

VARIABLES = (
    "WANDB_API_KEY", "NEPTUNE_API_TOKEN", "MLFLOW_TRACKING_PASSWORD", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "HF_TOKEN", "GITHUB_TOKEN", "OPENAI_API_KEY", "PGPASSWORD", "MYSQL_PWD",
    "KAGGLE_KEY", "DJANGO_SECRET_KEY", "CI_JOB_TOKEN", "COMET_API_KEY", "SMTP_PASSWORD",
)  # fmt: skip
CANARIES = {name: f"canary-{index}+of/the'mine" for index, name in enumerate(VARIABLES)}
SET = {"of_system": "canary-of-system-cfg", "of_option": "canary-of-an-option",
       "of_variable": "canary-of-a-variable"}  # fmt: skip

CODE = '''
import hashlib, json, os
import art
from art.core.check import Verdict
from art.core.figure import Heatmap
from art.core.stage import Outcome

TOKENS = [os.environ[name] for name in json.loads(os.environ["CANARIES"])] + ["hf_abcdefghijk"]
KNOWN = []


@art.stages("canary.Talk.v1")
class Talk(art.Stage):
    """Tells everything that it knows."""

    hints = {"told": f"try {TOKENS[0]}"}

    def run(self, context):
        words = " ".join([*TOKENS, *KNOWN])
        context.note(f"logged in with {words}")
        context.log({f"val/{words}": 1.0}, step=1)
        (context.folder / "figures").mkdir(exist_ok=True)
        return Outcome(
            scores={f"val/{words}": 1.0},
            tables={"tokens": (["token", words], [[words, 1.0]])},
            settings={"training.max_epochs": 3},
        )


@art.stages("canary.Crash.v1")
class Crash(art.Stage):
    """Crashes as a tracker does that was refused."""

    def run(self, context):
        try:
            raise ConnectionError(f"401 for token {TOKENS[1]}")
        except ConnectionError as error:
            raise RuntimeError(f"cannot log in with {[*TOKENS, *KNOWN]}") from error


@art.checks("canary.Told.v1")
class Told(art.Check):
    """Says what it should not."""

    def judge(self, findings):
        words = " ".join([*TOKENS, *KNOWN])
        return Verdict(True, words, words, words, words)


@art.visualizers("canary.Picture.v1")
class Picture(art.Visualizer):
    """Draws tokens."""

    def draw(self, seen):
        words = " ".join([*TOKENS, *KNOWN])
        return {"text": words, "map": Heatmap(words, [[1.0]], [words], [words], words)}


@art.loggers("canary.Tracker.v1")
class Tracker(art.Logger):
    """Gets tokens, and writes what it was told."""

    def __init__(self, api_token: str, password: str, auth_token: str, address: str):
        KNOWN[:] = [api_token, password, auth_token, address]

    def start(self, run):
        self.folder = run.folder
        told = {"config": run.config, "digests": [
            hashlib.sha256(word.encode()).hexdigest() for word in KNOWN]}
        (run.folder / "tracker.json").write_text(json.dumps(told))

    def finish(self, record):
        (self.folder / "finished.json").write_text(json.dumps(record.to_json()))
        raise ConnectionError(f"401 for token {KNOWN}")
'''
RECIPE = """
[stages.talk]
@stages = "canary.Talk.v1"
[stages.talk.checks.told]
@checks = "canary.Told.v1"
[stages.crash]
@stages = "canary.Crash.v1"
[visualizers.picture]
@visualizers = "canary.Picture.v1"
"""
SYSTEM = f"""
[loggers.tracker]
@loggers = "canary.Tracker.v1"
api_token = "{SET["of_system"]}"
password = ""
auth_token = ""
address = "https://tracker/?with=${{loggers.tracker.api_token}}"
"""


@pytest.fixture
def told(tmp_path, small, art_command):
    """Runs a command with canaries everywhere; all that it says and leaves is collected."""
    code, system = tmp_path / "canary.py", tmp_path / "machine.cfg"
    code.write_text(CODE)
    system.write_text(SYSTEM)
    config = small(RECIPE, '["talk", "crash"]')
    environment = {
        **CANARIES,
        "CANARIES": json.dumps(VARIABLES),
        "ART_CONFIG_OVERRIDES": f"--loggers.tracker.auth_token={SET['of_variable']}",
    }

    def run(*words: str, file=config):
        own = ["--system", system, f"--loggers.tracker.password={SET['of_option']}"]
        options = own if words[0] in ("train", "debug") else []
        files = [] if words[0] == "report" else ["--code", code]
        place = tmp_path / "runs" if words[0] == "report" else file
        return art_command(*words[:2], place, *words[2:], *options, *files, **environment)

    return run


def leaks(text: str) -> list[str]:
    canaries = [*CANARIES.values(), *SET.values(), "hf_abcdefghijk"]
    spelt = [(c, json.dumps(c)[1:-1], repr(c)[1:-1], c.replace("'", "\\'")) for c in canaries]
    return [ways[0] for ways in spelt if any(way in text for way in ways)]


def files_under(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1")


def test_no_canary_is_in_what_a_run_leaves_or_says(told, tmp_path):
    first = told("train", file=tmp_path / "small.cfg")
    assert first.returncode == 3, first.stderr  # the stage crashed, and its error is shown
    said = first.stdout + first.stderr
    assert "cannot log in with" in said and "401 for token" in said and "***" in said
    assert leaks(said) == []
    runs = tmp_path / "runs"
    names = {path.name for path, _ in files_under(runs)}
    assert {"record.json", "log.txt", "config.cfg", "lock.json", "metrics.csv", "tokens.csv",
            "picture_text.txt", "picture_map.png", "picture_map.json"} <= names  # fmt: skip
    assert {str(path): leaks(text) for path, text in files_under(runs) if leaks(text)} == {}
    assert sum("***" in text for path, text in files_under(runs)) >= 8
    log = next(runs.rglob("*crash/*/log.txt")).read_text()
    assert "Traceback" in log and "ConnectionError: 401 for token ***" in log


def test_the_logger_itself_got_what_it_needs(told, tmp_path):
    told("train", file=tmp_path / "small.cfg")
    import hashlib

    content = json.loads(next((tmp_path / "runs").rglob("tracker.json")).read_text())
    address = f"https://tracker/?with={SET['of_system']}"
    expected = [SET["of_system"], SET["of_option"], SET["of_variable"], address]
    assert content["digests"] == [hashlib.sha256(word.encode()).hexdigest() for word in expected]
    assert content["config"]["loggers"]["tracker"]["address"] == "https://tracker/?with=***"


def test_no_canary_is_in_what_other_commands_say(told, tmp_path):
    told("train", file=tmp_path / "small.cfg")
    for words in (("report",), ("debug", "config"), ("debug", "config", "--json"),
                  ("train", "--dry-run"), ("fill-config",), ("list",)):  # fmt: skip
        answer = told(*words) if words[0] != "list" else told("list", "loggers")
        assert leaks(answer.stdout + answer.stderr) == [], words


def test_a_secret_in_a_recipe_is_refused_and_not_shown(small, art_command):
    more = '[loggers.csv]\n@loggers = "art.CSV.v1"\napi_key = "canary-of-a-recipe"\n'
    answer = art_command("train", small(more))
    assert answer.returncode == 2 and "looks like a secret" in answer.stderr
    assert "canary" not in answer.stdout + answer.stderr


def test_code_that_fails_to_load_does_not_tell(small, art_command, tmp_path):
    code = tmp_path / "fails.py"
    code.write_text("import os\nraise OSError(f'401 for {os.environ[\"HF_TOKEN\"]}')\n")
    answer = art_command("train", small(), "--code", code, HF_TOKEN="canary-of-loading")
    assert answer.returncode == 2 and "401 for ***" in answer.stderr


@pytest.mark.parametrize("name", ["PWD", "OLDPWD", "HOME", "TOKENIZERS_PARALLELISM", "PATH"])
def test_variables_that_are_no_secrets_are_left_alone(name):
    from art.core.secrets import Secrets

    text = f"in /somewhere/else with {os.environ.get(name, 'disabled')}"
    assert Secrets((), {name: "/somewhere/else"}).hidden(text) == text
