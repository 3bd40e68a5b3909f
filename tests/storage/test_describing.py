"""The data dictionary says of the archive what is so, and all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.describing import Sentences, describe, sentences

ROOT = Path(__file__).parents[2]


def with_change(table: str, column: str, sentence: str | None) -> Sentences:
    """The sentences with one that is other, or without it."""
    said = {name: dict(own) for name, own in sentences().items()}
    if sentence is None:
        del said[table][column]
    else:
        said.setdefault(table, {})[column] = sentence
    return said


def test_the_page_is_what_the_command_writes() -> None:
    """docs/data-dictionary.md is current: python -m storage.describing > docs/data-dictionary.md."""
    command = [sys.executable, "-m", "storage.describing"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    page = (ROOT / "docs" / "data-dictionary.md").read_bytes().replace(b"\r\n", b"\n")
    assert written.decode() == page.decode()


def test_a_column_is_described_with_type_key_and_reference(archive: Archive) -> None:
    """What holds of a value is read from the schema."""
    tables, views = describe(archive.database, sentences())
    story_members = next(table for table in tables if table.name == "story_members")
    assert [(column.name, column.kind) for column in story_members.columns] == [
        ("release_id", "INTEGER, key → `releases.id`"),
        ("story_id", "INTEGER → `stories.id`"),
        ("joined", "TEXT"),
    ]
    assert story_members.indices == ("story_members_joined (joined)", "story_members_story (story_id)")
    fetches = next(table for table in tables if table.name == "fetches")
    assert ("status", "INTEGER or NULL") in [(column.name, column.kind) for column in fetches.columns]
    assert {view.name for view in views} == set(archive.database.view_names())


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (with_change("releases", "guid", None), "releases.guid: no sentence"),
        (with_change("feed_health", "health", None), "feed_health.health: no sentence"),
        (with_change("everywhere", "story_id", None), "story_members.story_id: no sentence"),
        (with_change("gaps", "about", None), "gaps: no sentence"),
        (with_change("releases", "colour", "Its colour."), "releases.colour: no such column"),
        (with_change("tides", "about", "High and low water."), "tides: no such table"),
        (with_change("everywhere", "colour", "Its colour."), "everywhere.colour: no table needs it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sentence_too_few_or_too_many_is_named(archive: Archive, said: Sentences, message: str) -> None:
    """Whoever adds a column writes what it holds; whoever takes one away takes its sentence along."""
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        describe(archive.database, said)
    assert message in str(raised.value).splitlines()
