"""Channels: a table's options go through the options model of the channel's type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from config.explain import explain
from config.files import Document
from notifiers.registry import ChannelType
from presswatch.errors import Problem
from presswatch.watch import Channel


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a channel stands: the file, and its index among that file's channels."""

    file: Path
    index: int


@dataclass(slots=True)
class Channels:
    """The channels whose options are good, where each (by id) stands, and what is wrong with the others."""

    channels: list[Channel] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_channels(documents: list[Document], channel_types: Mapping[str, ChannelType]) -> Channels:
    """The channels of all files. An unknown type is passed over here: the table's own check reports it."""
    found = Channels()
    for document in documents:
        for index, table in document.tables("channels"):
            channel_type = channel_types.get(str(table.get("type")))
            if channel_type is None:
                continue
            channel_id, model = str(table.get("id")), channel_type.options
            try:
                options = _validated(model, {key: table[key] for key in table if key not in {"id", "type"}})
                options = _with_absolute_paths(options, document.file.parent)
            except ValidationError as error:
                found.problems += explain(
                    error, model, document.file, within=("channels", index), also=("id", "type")
                )
                continue
            except ValueError as error:  # the NUL character
                what = f"holds a path that cannot be one: {error}."
                found.problems.append(Problem(document.file, f"channels[{index}]", what))
                continue
            found.channels.append(Channel(channel_id, channel_type.name, options))
            found.origins[channel_id] = Origin(document.file, index)
    return found


def _validated(model: type[BaseModel], options: dict[str, Any]) -> BaseModel:
    # As JSON because pydantic then, and only then, is strict about what TOML can say ("587" is no
    # number) while it takes a string for what TOML cannot (a path, an enumeration).
    return model.model_validate_json(json.dumps(options, default=str), strict=True)


def _with_absolute_paths(options: BaseModel, folder: Path) -> BaseModel:
    paths = {name: value for name, value in options if isinstance(value, Path)}
    return options.model_copy(update={name: (folder / path).resolve() for name, path in paths.items()})
