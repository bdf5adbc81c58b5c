"""Completes a config's text with every default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from art.config.layering.default import default_layer
from art.config.layering.layers import Layer
from art.config.layering.overrides import options_layer
from art.config.loading import assemble
from art.config.reading.document import read
from art.config.reading.positions import Path
from art.config.reading.secrets import secret_faults
from art.config.writing.comments import comment_of
from art.config.writing.edit import insert, remove, set_value
from art.config.writing.render import is_section, ordered


def complete_text(
    text: str,
    source: str,
    *,
    defaults: str | None = None,
    settings: Sequence[str] = (),
    explained: bool = False,
) -> str:
    """A config's text with every default added.

    Only what is missing is added: comments, order, references and blank lines stay. This
    machine's settings and the environment's stay out of it. Done twice, it adds nothing.

    Args:
        text: the config.
        source: what people know it by.
        defaults: the lowest layer, in place of the built-in one.
        settings: `--section.key=value`, written into the text before it is completed.
        explained: whether a comment says above each new stage and check what it is for.

    Raises:
        ConfigError: all the mistakes of the config and the settings at once.
    """
    if settings:
        text = _with_settings(text, source, settings, defaults)
    layer = read(text, source)
    layer.faults += secret_faults(layer)
    draft = assemble(default_layer(defaults), [layer], source, on_this_machine=False)
    draft.fail()
    written = _Written(layer)
    sections = dict(_sections(ordered(draft.values), (), written))
    missing = {
        path: {
            key: value
            for key, value in content.items()
            if not is_section((*path, key), value) and not written.has((*path, key))
        }
        for path, content in sections.items()
    }
    comments = {path: comment_of(path, draft.values) for path in sections} if explained else {}
    return insert(text, missing, list(sections), comments)


def _with_settings(text: str, source: str, settings: Sequence[str], defaults: str | None) -> str:
    """The text with settings changed. They are checked first, each fault at its option.

    Where one names another function, the settings of the one it replaces go, as in layers.
    """
    layer, options = read(text, source), options_layer(settings)
    options.faults += secret_faults(options)
    assemble(default_layer(defaults), [layer, options], source, on_this_machine=False).fail()
    for entry in options.entries:
        section = entry.path[:-1]
        before = {one.path: one.value for one in read(text, source).entries}
        if entry.path[-1].startswith("@") and before.get(entry.path, entry.value) != entry.value:
            for path in before:
                text = remove(text, path) if path[:-1] == section != entry.path else text
        text = set_value(text, entry.path, entry.value, references=True)
    return text


class _Written:
    """What stands in the text already."""

    def __init__(self, layer: Layer) -> None:
        self.values = {entry.path for entry in layer.entries}
        self._all = {
            path[:length]
            for path in (*self.values, *layer.sections)
            for length in range(1, len(path) + 1)
        }

    def has(self, path: Path) -> bool:
        """Whether a key or a section of that path is there."""
        return path in self._all


def _sections(
    content: Mapping[str, Any], path: Path, written: _Written
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every section that the complete config has, with what stands in it.

    A block that the text has on one line, or takes from another by a reference, stays so.
    """
    if path:
        yield path, content
    for key, value in content.items():
        inner = (*path, key)
        if is_section(inner, value) and inner not in written.values:
            yield from _sections(value, inner, written)
