"""What a function receives has the type that its signature says, whatever the type is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PosixPath
from typing import Annotated, Any, Literal, TypedDict

import pytest
from annotated_types import Ge

from art.config import build, load_text
from art.errors import ConfigError
from art.registries import models, optimizers

DEFAULTS = '[project]\nstages = ["look"]\n[stages.look]\n@stages = "test.Look.v1"\n'
DATA = '[data]\n@data = "test.Data.v1"\nfolder = "here"\n'


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


class Letter(str, Enum):
    A = "a"
    B = "b"


@dataclass(frozen=True)
class Size:
    width: int
    height: int = 2


class Options(TypedDict, total=False):
    speed: float


class Layer:
    """What `typed.Layer.v1` makes."""


@models("typed.Layer.v1")
def _layer() -> Layer:
    return Layer()


@models("typed.Other.v1")
class Other:
    def __init__(self, n: int = 1) -> None:
        self.n = n


@models("typed.Unsaid.v1")
def _unsaid():
    return 3


@models("typed.Kinds.v1")
def _kinds(
    mode: Mode = Mode.FAST,
    letter: Letter = Letter.A,
    choice: Literal[1, "two", True] = 1,
    number: int | str = 3,
    path: Path = Path("x/y"),
    paths: list[Path] | None = None,
    some: frozenset[int] = frozenset({1}),
    each: Iterable[int] = (),
    pair: tuple[int, str] = (1, "a"),
    size: Size = Size(1),
    sizes: dict[str, Size] = {},  # noqa: B006
    options: Options | None = None,
    how: Any = print,
    limit: float = float("inf"),
    wrong: int = None,  # type: ignore[assignment]  # noqa: RUF013
) -> dict[str, Any]:
    return dict(locals())


@models("typed.Blocks.v1")
def _blocks(
    one: Layer,
    many: list[Layer] = [],  # noqa: B006
    maybe: Layer | None = None,
    named: dict[str, Layer] = {},  # noqa: B006
    number: int = 0,
    any: Any = None,
) -> dict[str, Any]:
    return dict(locals())


@models("typed.Star.v1")
def _star(first: int, *layers: Layer, width: int = 1, **rest: Annotated[float, Ge(0)]):
    return first, layers, width, rest


@models("typed.Position.v1")
def _position(a: int, b: float = 2.0, /, c: str = "x"):
    return a, b, c


@models("typed.Tuple.v1")
def _tuple(sizes: tuple[Size, ...] = ()):
    return sizes


def made(body: str, **options: Any) -> Any:
    config = load_text(
        f"{DATA}[model]\n{body}\n", "config.cfg", environ={}, defaults=DEFAULTS, **options
    )
    again = load_text(config.to_text(), "config.cfg", environ={}, defaults=DEFAULTS)
    assert again.values == config.values
    block = config.block("model")
    assert block is not None
    return build(block)


def faults(body: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_text(f"{DATA}[model]\n{body}\n", "config.cfg", environ={}, defaults=DEFAULTS)
    return [str(fault).removeprefix("config.cfg:") for fault in caught.value.faults]


def test_defaults_of_any_kind_reach_the_function_as_they_are() -> None:
    assert made('@models = "typed.Kinds.v1"') == {
        "mode": Mode.FAST, "letter": Letter.A, "choice": 1, "number": 3, "path": Path("x/y"),
        "paths": None, "some": frozenset({1}), "each": (), "pair": (1, "a"), "size": Size(1),
        "sizes": {}, "options": None, "how": print, "limit": float("inf"), "wrong": None,
    }  # fmt: skip


VALUES = [
    ("mode", '"slow"', Mode.SLOW),
    ("letter", '"b"', Letter.B),
    ("choice", '"two"', "two"),
    ("choice", "true", True),
    ("number", '"3"', "3"),
    ("number", "3.0", 3),
    ("path", '"a/b"', PosixPath("a/b")),
    ("paths", '["a"]', [PosixPath("a")]),
    ("some", '[3, "4"]', frozenset({3, 4})),
    ("each", '["1", 2]', [1, 2]),
    ("pair", '["2", "b"]', (2, "b")),
    ("size", '{"width": "7"}', Size(7, 2)),
    ("sizes", '{"a": {"width": 1, "height": 3}}', {"a": Size(1, 3)}),
    ("options", '{"speed": 1}', {"speed": 1.0}),
    ("limit", '"inf"', float("inf")),
    ("how", '{"a": [1]}', {"a": [1]}),
    ("wrong", "4", 4),
]


@pytest.mark.parametrize(("key", "text", "value"), VALUES)
def test_a_value_becomes_what_the_signature_says(key: str, text: str, value: Any) -> None:
    found = made(f'@models = "typed.Kinds.v1"\n{key} = {text}')[key]
    assert (found, type(found)) == (value, type(value))
    option = made('@models = "typed.Kinds.v1"', overrides=[f"--model.{key}={text}"])[key]
    assert (option, type(option)) == (value, type(value))


WRONG = [
    ("mode", '"slwo"', """expected "fast" or "slow", got "slwo". Did you mean 'slow'?"""),
    ("letter", '"A"', 'expected "a" or "b", got "A".'),
    ("choice", "2", 'expected 1 or "two" or true, got 2.'),
    ("number", "2.5", "expected int or str, got 2.5. Write text in double quotes."),
    ("path", "3", "expected path, got 3."),
    ("some", "[3.5]", "expected list of int, got [3.5]."),
    ("each", '[1, "b"]', 'expected list of int, got [1, "b"].'),
    ("pair", "[1]", "expected [int, str], got [1]."),
    ("size", '{"height": 7}', 'expected dict with width, height, got {"height": 7}.'),
    ("size", '{"width": 7, "hieght": 1}', "unknown key 'hieght'. Did you mean 'height'?"),
    ("sizes", '{"a": {"width": 1, "d": 3}}', "unknown key 'd'. Known: height, width."),
    ("options", '{"sped": 1}', "unknown key 'sped'. Did you mean 'speed'?"),
]


@pytest.mark.parametrize(("key", "text", "words"), WRONG)
def test_a_value_of_another_type_is_refused(key: str, text: str, words: str) -> None:
    column = len(key) + 4
    assert faults(f'@models = "typed.Kinds.v1"\n{key} = {text}') == [
        f"6:{column}: [model] {key}: {words}"
    ]


LAYER = '{"@models": "typed.Layer.v1"}'


def test_blocks_in_settings_lists_and_dicts_are_built() -> None:
    found = made(
        f'@models = "typed.Blocks.v1"\none = {LAYER}\nmany = [{LAYER}, {LAYER}]\n'
        f'named = {{"a": {LAYER}}}\nany = [1, {{"deep": [{LAYER}]}}]\n'
        '[model.maybe]\n@models = "typed.Layer.v1"'
    )
    for layer in (found["one"], *found["many"], found["maybe"], found["named"]["a"]):
        assert type(layer) is Layer
    assert found["any"][0] == 1 and type(found["any"][1]["deep"][0]) is Layer


def test_a_block_that_gives_another_type_is_refused_before_anything_runs() -> None:
    other = '{"@models": "typed.Other.v1"}'
    assert faults(
        f'@models = "typed.Blocks.v1"\none = {other}\nmany = [{LAYER}, {other}, 5]\n'
        f'maybe = {other}\nnamed = {{"a": {other}}}\nnumber = {other}'
    ) == [
        "6:7: [model] one: expected Layer, but typed.Other.v1 gives Other.",
        "7:8: [model] many: expected Layer, but typed.Other.v1 gives Other.",
        "7:8: [model] many: expected Layer, got 5.",
        "8:9: [model] maybe: expected Layer or null, but typed.Other.v1 gives Other.",
        "9:9: [model] named: expected Layer, but typed.Other.v1 gives Other.",
        "10:10: [model] number: expected int, but typed.Other.v1 gives Other.",
    ]


def test_a_block_whose_type_nobody_says_is_refused_when_it_is_built() -> None:
    with pytest.raises(ConfigError) as caught:
        made('@models = "typed.Blocks.v1"\none = {"@models": "typed.Unsaid.v1"}')
    assert str(caught.value) == "typed.Blocks.v1: one: expected Layer, got 3."


def test_mistakes_inside_a_block_in_a_list_are_found() -> None:
    body = f'@models = "typed.Blocks.v1"\none = {LAYER}\nany = '
    assert faults(body + '[{"@models": "typed.Other.v1", "many": 1}]') == [
        "7:38: [model.any] unknown setting 'many'. Known: n."
    ]
    assert faults(body + '[{"@models": "typed.Other.v1", "n": "x"}]') == [
        '7:38: [model.any] n: expected int, got "x".'
    ]
    assert faults(body + '{"@models": "typed.Oter.v1"}') == [
        "7:19: [model.any] unknown @models 'typed.Oter.v1'. Did you mean 'typed.Other.v1'?"
    ]


def test_a_block_that_needs_what_art_gives_elsewhere_is_refused() -> None:
    optimizers("typed.Needs.v1", lambda params: params)
    body = f'@models = "typed.Blocks.v1"\none = {LAYER}\nany = {{"@optimizers": "typed.Needs.v1"}}'
    assert faults(body) == [
        "7:1: [model.any] typed.Needs.v1 needs 'params', which ART does not give inside a block."
    ]


def test_positional_blocks_come_in_their_order() -> None:
    first, layers, width, rest = made(
        '@models = "typed.Star.v1"\nfirst = 1\nwidth = "3"\nextra = "2.5"\n'
        '[model.*.one]\n@models = "typed.Layer.v1"\n[model.*.two]\n@models = "typed.Layer.v1"'
    )
    assert (first, width, rest) == (1, 3, {"extra": 2.5})
    assert [type(layer) for layer in layers] == [Layer, Layer]
    assert len(made(f'@models = "typed.Star.v1"\nfirst = 1\n* = [{LAYER}]')[1]) == 1
    assert made('@models = "typed.Star.v1"\nfirst = 1')[1] == ()


def test_what_stands_at_a_position_or_among_any_settings_has_a_type_too() -> None:
    assert faults(f'@models = "typed.Star.v1"\nfirst = 1\n* = [{LAYER}, 3]\nextra = -1') == [
        "7:5: [model] *: expected Layer, got 3.",
        "8:9: [model] extra: expected float >= 0, got -1.",
    ]


def test_parameters_that_have_no_name_are_given_by_position() -> None:
    assert made('@models = "typed.Position.v1"\na = "3"\nc = "z"') == (3, 2.0, "z")
    assert faults('@models = "typed.Position.v1"') == [
        "4:1: [model] missing 'a' (int), which typed.Position.v1 needs."
    ]


def test_a_tuple_that_is_made_stays_one() -> None:
    assert made('@models = "typed.Tuple.v1"\nsizes = [{"width": 1}]') == (Size(1),)


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("paths", f"x = {LAYER}"),
        ("contract", f"frozen = [{LAYER}]"),
        ("training", f"max_epochs = {LAYER}"),
        ("project", f"stages = [{LAYER}]"),
        ("loggers.csv", f"stages = [{LAYER}]"),
    ],
)
def test_a_block_where_none_can_be_is_refused(section: str, line: str) -> None:
    text = f'{DATA}[model]\n@models = "typed.Tuple.v1"\n[loggers.csv]\n@loggers = "test.Csv.v1"\n'
    text = text if section == "loggers.csv" else f"{text}[{section}]\n"
    with pytest.raises(ConfigError) as caught:
        load_text(text + line, "config.cfg", environ={}, defaults=DEFAULTS)
    key = line.partition(" = ")[0]
    row, column = text.count("\n") + 1, len(key) + 4
    assert str(caught.value.faults[0]) == (
        f"config.cfg:{row}:{column}: [{section}] {key}: a block with an @name cannot stand here."
    )
