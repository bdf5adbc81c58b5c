"""`art list`: settings, docs and places, searched and as JSON."""

import json


def test_a_part_has_its_place_its_doc_and_its_settings(art_command):
    shown = art_command("list", "models").stdout
    (head,) = [line for line in shown.splitlines() if line.startswith("  art.CNN.v1  ")]
    file, _, line = head.split("  ")[2].rpartition(":")
    assert file == "art/registry/models/cnn.py" and int(line) > 1
    assert "      hidden: int >= 1 = 64                  width of the layer between" in shown


def test_places_are_short_wherever_the_code_is(art_command, tmp_path):
    (tmp_path / "mine").mkdir()
    code = tmp_path / "mine" / "parts.py"
    code.write_text(
        'import art\n\n\n@art.models("my.Net.v1")\ndef net(width: int):\n    """N."""\n'
    )
    inside = art_command("list", "models", "--code", code).stdout
    assert "  my.Net.v1  mine/parts.py:4\n    N.\n      width: int\n" in inside


def test_a_search_looks_at_names_docs_and_settings_of_all_registries(art_command):
    def found(word):
        parts = json.loads(art_command("list", "--search", word, "--json").stdout)
        return {(part["registry"], part["name"]) for part in parts}

    assert found("torch.ADAMW") == {("optimizers", "torch.AdamW.v1")}
    assert ("models", "art.CNN.v1") in found("Convolutions")  # its doc
    assert {("models", "art.CNN.v1"), ("models", "art.MLP.v1")} <= found("dropout")  # a setting
    none = art_command("list", "--search", "xyzzy")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "nothing in any registry has 'xyzzy' in its name, doc or settings.\n"
    assert art_command("list", "data", "--search", "adamw").stderr.startswith("nothing in @data")
    assert json.loads(art_command("list", "--search", "xyzzy", "--json").stdout) == []


def test_json_has_everything(art_command):
    (part,) = json.loads(art_command("list", "schedulers", "--search", "ReduceOn", "--json").stdout)
    assert part["name"] == "torch.ReduceOnPlateau.v1" and part["line"] > 1
    assert list(part) == ["registry", "name", "doc", "file", "line", "settings"]
    for setting in part["settings"]:
        assert set(setting) >= {"name", "type", "required", "doc"}
        assert setting["required"] != ("default" in setting)


def test_an_empty_registry_says_so_and_a_wrong_one_is_answered(art_command):
    assert "@advisors  answers questions about a recipe's records\n  nothing is registered" in (
        art_command("list", "advisors").stdout
    )
    wrong = art_command("list", "modles")
    assert wrong.returncode == 2 and "Did you mean 'models'?" in wrong.stderr


def test_a_first_sentence_is_shown_whole(art_command, tmp_path):
    doc = '"""A network of\n    one layer.\n    More is not said here.\n    """'
    code = tmp_path / "wrapped.py"
    code.write_text(f'import art\n\n\n@art.models("wrapped.v1")\ndef net():\n    {doc}\n')
    shown = art_command("list", "models", "--code", code, "--search", "wrapped").stdout
    assert shown.splitlines()[-1] == "    A network of one layer."
