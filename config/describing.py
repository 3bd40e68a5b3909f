"""The reference of the configuration: every key with its type, its default and a sentence.

    python -m config.describing > docs/reference/configuration.md

Keys, types and defaults are those of the models that read a configuration; the sentences are in
``dictionary.toml``, so that no run of Presswatch has to read them.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from pydantic import BaseModel

from config.models import WatchFile
from config.types import default_of, is_list, model_in, type_of
from notifiers import registry

_ABOUT, _EVERYWHERE, _TOP, _CHANNELS = "about", "everywhere", "top", "channels"
_HEAD = """<!-- Made by: python -m config.describing > docs/reference/configuration.md -->

# Every key of the configuration

All that can stand in a configuration, table by table; [Configuration](../configuration.md) says how to write
one. Durations are written `"90s"`, `"30m"`, `"1h30m"`, `"3d"`. Paths are relative to the file that says them.
"""

Sentences = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its type in words, its default as TOML (empty: none; ``None``: it is needed), and what it is."""

    name: str
    type: str
    default: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Section:
    """A table: ``name`` as ``dictionary.toml`` has it, ``title`` as a file does (``[[feeds]]``)."""

    name: str
    title: str
    about: str
    keys: tuple[Key, ...]


def sentences() -> Sentences:
    """The sentences, by table (``feeds``, ``feeds.selectors``, ``channels.smtp``) and key; ``about`` is the
    table's own, those of ``everywhere`` hold where a table says nothing else, ``top`` is what is in no table.
    """
    return tomllib.loads(resources.files("config").joinpath("dictionary.toml").read_text(encoding="utf-8"))


def tables() -> dict[tuple[str, str], type[BaseModel]]:
    """The model of each table of a configuration by its name and title, in the order of the models; a
    channel's type has its own, with the type's options.
    """
    return {(_TOP, "At the top"): WatchFile, **dict(_within(WatchFile))}


def describe(models: Mapping[tuple[str, str], type[BaseModel]], said: Sentences) -> list[Section]:
    """What there is to know of each of the tables.

    Raises :class:`ValueError` with each table and key that has no sentence, and each sentence that has no
    table or key.
    """
    wrong = list(_wrong({name: model for (name, _), model in models.items()}, said))
    if wrong:
        raise ValueError("\n".join(wrong))
    return [_section(name, title, model, said) for (name, title), model in models.items()]


def _within(model: type[BaseModel], outer: str = "") -> Iterator[tuple[tuple[str, str], type[BaseModel]]]:
    for key, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is None:
            continue
        name = f"{outer}.{key}" if outer else key
        title = (
            f"`{key}` of `{outer}`"
            if outer
            else f"`[[{key}]]`"
            if is_list(field.annotation)
            else f"`[{key}]`"
        )
        yield (name, title), inner
        if name == _CHANNELS:
            for kind in registry.channel_types().values():
                yield (f"{name}.{kind.name}", f'`[[{name}]]` of type `"{kind.name}"`'), kind.options
        yield from _within(inner, name)


def _section(name: str, title: str, model: type[BaseModel], said: Sentences) -> Section:
    own = {**said[_EVERYWHERE], **said[name]}
    keys = (
        Key(key, type_of(field), default_of(field), own[key])
        for key, field in model.model_fields.items()
        if name != _TOP or model_in(field.annotation) is None  # these have sections of their own
    )
    return Section(name, title, own[_ABOUT], tuple(keys))


def _wrong(models: Mapping[str, type[BaseModel]], said: Sentences) -> Iterator[str]:
    general, used = said[_EVERYWHERE], set()
    for name, model in models.items():
        own = said.get(name, {})
        keys = {
            key for key, field in model.model_fields.items() if name != _TOP or not model_in(field.annotation)
        }
        used |= keys - own.keys()
        yield from (f"{name}.{key}: no sentence" for key in sorted(keys - own.keys() - general.keys()))
        yield from (f"{name}.{key}: no such key" for key in sorted(own.keys() - keys - {_ABOUT}))
        if _ABOUT not in own:
            yield f"{name}: no sentence"
    yield from (f"{name}: no such table" for name in sorted(said.keys() - models.keys() - {_EVERYWHERE}))
    yield from (f"{_EVERYWHERE}.{key}: no table needs it" for key in sorted(general.keys() - used))


def as_markdown(sections: list[Section]) -> str:
    """The page of the documentation."""
    parts = [_HEAD]
    for section in sections:
        lines = ["", f"## {section.title}", "", section.about]
        if section.keys:
            lines += ["", "| key | type | default | |", "|---|---|---|---|"]
        for key in section.keys:
            default = "needed" if key.default is None else f"`{key.default}`" if key.default else ""
            lines.append(f"| `{key.name}` | {key.type} | {default} | {key.sentence} |")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.buffer.write(as_markdown(describe(tables(), sentences())).encode())
