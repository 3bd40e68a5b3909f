"""The types and defaults of a configuration's keys, in words and in TOML, as its reference shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from presswatch.watch import QuietHours

_WORDS: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    timedelta: "duration",
    QuietHours: "time of day",
}
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def type_of(field: FieldInfo) -> str:
    """What may stand there: ``"whole number, 1 to 256"``, ``"list of text"``, ``"duration or `"all"`"``."""
    return _word(field.annotation) + _bounds(field.metadata)


def default_of(field: FieldInfo) -> str | None:
    """The default as TOML has it; empty where there is none, ``None`` where the key is needed."""
    if field.is_required():
        return None
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, "") or isinstance(default, BaseModel):
        return ""
    return _toml(default)


def model_in(annotation: object) -> type[BaseModel] | None:
    """The model of the table, or of the tables in the list, that may stand there; ``None`` for no table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := model_in(each))), None)


def is_list(annotation: object) -> bool:
    """Whether it is a list of something."""
    return get_origin(annotation) in {list, tuple}


def _word(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    word = _WORDS.get(annotation)
    if word is None and origin is Annotated:
        word = _word(arguments[0]) + _bounds(arguments[1:])
    elif word is None and origin is Literal:
        word = _either([f'`"{choice}"`' for choice in arguments])
    elif word is None and origin in {Union, UnionType}:
        word = _either([_word(each) for each in arguments if each is not NoneType])
    elif word is None and is_list(annotation):
        word = f"list of {_word(arguments[0])}".replace("list of table", "tables")
    elif word is None and origin is dict:
        word = f"table of {_word(arguments[1])} by name"
    elif word is None and model_in(annotation):
        word = "table"
    if word is None:
        raise ValueError(f"there is no word for {annotation}")
    return word


def _either(words: list[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last


def _bounds(metadata: Iterable[Any]) -> str:
    found: dict[type, Any] = {}
    for each in metadata:
        for bound in each.metadata if isinstance(each, FieldInfo) else [each]:
            for kind, name in ((Ge, "ge"), (Gt, "gt"), (Le, "le"), (Lt, "lt")):
                if isinstance(bound, kind):
                    found[kind] = getattr(bound, name)
    words = [
        f"{word} {found[kind]}"
        for kind, word in ((Ge, "at least"), (Gt, "more than"), (Le, "at most"), (Lt, "less than"))
        if kind in found
    ]
    return f", {' and '.join(words)}" if words else ""


def _toml(value: object) -> str:
    if isinstance(value, timedelta):
        return f'"{_duration(value)}"'
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False)


def _duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    if seconds != int(seconds):
        return f"{seconds:g}s"
    for unit, length in _UNITS:
        if seconds and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return "0s"
