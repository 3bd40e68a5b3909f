"""The reference of the configuration says of every key what is so, and forgets none."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from config import load
from config.describing import Sentences, describe, sentences, tables
from config.types import default_of, type_of


def with_change(table: str, key: str, sentence: str | None) -> Sentences:
    """The sentences with one that is other, or without it."""
    said = {name: dict(own) for name, own in sentences().items()}
    if sentence is None:
        del said[table][key]
    else:
        said.setdefault(table, {})[key] = sentence
    return said


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (with_change("fetch", "interval", None), "fetch.interval: no sentence"),
        (with_change("channels.smtp", "host", None), "channels.smtp.host: no sentence"),
        (with_change("feeds.selectors", "item", None), "feeds.selectors.item: no sentence"),
        (with_change("top", "include", None), "top.include: no sentence"),
        (with_change("feeds", "about", None), "feeds: no sentence"),
        (with_change("everywhere", "id", None), "channels.id: no sentence"),
        (with_change("feeds", "colour", "Its colour."), "feeds.colour: no such key"),
        (with_change("tides", "about", "High and low water."), "tides: no such table"),
        (with_change("everywhere", "colour", "Its colour."), "everywhere.colour: no table needs it"),
    ],
)
def test_a_sentence_that_is_missing_or_too_many(said: Sentences, message: str) -> None:
    """A key without a sentence, and a sentence without a key, are found."""
    with pytest.raises(ValueError, match=message):
        describe(tables(), said)


def test_each_table_is_there_once() -> None:
    """Tables within tables, and the options of each type of channel, have sections of their own."""
    names = [section.name for section in describe(tables(), sentences())]
    assert len(names) == len(set(names))
    assert {"top", "archive.retention", "feeds.selectors", "channels", "channels.smtp"} <= set(names)


class Sample(BaseModel):
    """One key of each sort."""

    needed: str
    number: Annotated[int, Field(ge=1, le=9)] = 3
    fraction: Annotated[float, Field(gt=0)] | None = None
    choice: Literal["a", "b", "c"] = "b"
    pause: timedelta = timedelta(seconds=0.5)
    pauses: list[timedelta] = []
    names: tuple[str, ...] = ("x",)
    by_name: dict[str, bool] = {}
    yes: bool = True


@pytest.mark.parametrize(
    ("key", "kind", "default"),
    [
        ("needed", "text", None),
        ("number", "whole number, at least 1 and at most 9", "3"),
        ("fraction", "number, more than 0", ""),
        ("choice", '`"a"`, `"b"` or `"c"`', '"b"'),
        ("pause", "duration", '"0.5s"'),
        ("pauses", "list of duration", "[]"),
        ("names", "list of text", '["x"]'),
        ("by_name", "table of true or false by name", "{}"),
        ("yes", "true or false", "true"),
    ],
)
def test_a_type_and_a_default_in_words(key: str, kind: str, default: str | None) -> None:
    """What may stand there is said in words, and its default as TOML has it."""
    field = Sample.model_fields[key]
    assert (type_of(field), default_of(field)) == (kind, default)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), '"0s"'),
        (timedelta(days=3), '"3d"'),
        (timedelta(minutes=90), '"90m"'),
        (timedelta(seconds=61), '"61s"'),
    ],
)
def test_a_duration_as_a_default(length: timedelta, text: str) -> None:
    """It is written in the largest unit that goes into it."""
    field = type("M", (BaseModel,), {"__annotations__": {"x": timedelta}, "x": length}).model_fields["x"]
    assert default_of(field) == text


@pytest.mark.parametrize("table", ["archive", "fetch", "serve"])
def test_every_default_can_be_written(write, table: str) -> None:
    """A file that says each default of a table means what one that says nothing means."""
    (section,) = [each for each in describe(tables(), sentences()) if each.name == table]
    lines = [f"{key.name} = {key.default}" for key in section.keys if key.default not in ("", "[]", None)]
    said = "\n".join([f"[{table}]", *lines, "[[feeds]]", 'url = "https://a.example/"', 'publisher = "A"', ""])
    assert tomllib.loads(said)[table]
    assert load(write(said)) == load(write(said.split("[[feeds]]")[1].join(["[[feeds]]", ""])))
