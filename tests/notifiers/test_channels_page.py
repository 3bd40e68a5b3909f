"""The page on channels: what it names is there, and what is there is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from notifiers.registry import channel_types

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
TABLES = [
    table
    for block in re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    for table in tomllib.loads(block)["channels"]
]


def section(name: str) -> str:
    """What the page says of a channel type; of those like ``slack`` also what it says there."""
    found = PAGE.split(f"\n## `{name}`\n")[1].split("\n## ")[0]
    return found + (section("slack") if "The options are those of `slack`" in found else "")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["type"])
def test_every_example_can_be_copied(table: dict[str, object]) -> None:
    """Its options are good as they stand."""
    options = {key: value for key, value in table.items() if key not in {"id", "type"}}
    channel_types()[str(table["type"])].options.model_validate(options)


@pytest.mark.parametrize("name", list(channel_types()))
def test_every_option_of_every_type_is_named(name: str) -> None:
    """And none that is not there."""
    named = {
        option
        for row in re.findall(r"^\|(.*?)\|", section(name), re.M)
        for option in re.findall(r"`([a-z_]+)`", row)
    }
    options = set(channel_types()[name].options.model_fields)
    rest = "url_env url_block" if name == "webhook" else ""  # named in the row of url
    assert named | set(rest.split()) == options
