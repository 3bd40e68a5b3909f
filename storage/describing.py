"""The archive's data dictionary: every table, view and column with its type, keys and a sentence.

    python -m storage.describing > docs/data-dictionary.md

The types, keys and indices are read from an archive that is up to date. The sentences are in
``dictionary.toml``: comments in the schema won't do, since SQLite drops those of columns that were added
later (https://sqlite.org/lang_altertable.html).
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import ForeignKey, Table, View

from storage.connection import open_database

_INTERNAL = ("sqlite_", "_sqlite_", "releases_fts_")
_EVERYWHERE, _ABOUT = "everywhere", "about"
_HEAD = """<!-- Made by: python -m storage.describing > docs/data-dictionary.md -->

# Data dictionary

What is in [the archive](archive.md), table by table. Times are UTC, ISO 8601 (`2026-11-25T08:00:00Z`), so
that text order is time order. A column that can be without a value is marked “or NULL”; others hold an empty
text instead. `→` names the column to which a value refers. [Questions](questions.md) shows how to ask.
"""
_FOOT = """
Tables named `_sqlite_…`, `sqlite_…` and `releases_fts_…` belong to sqlite-utils, SQLite and FTS5.
"""

Sentences = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` is the type with what else holds of the values, in Markdown; empty where SQLite knows none."""

    name: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view, with a sentence; ``indices`` are as they were created, from the columns on."""

    name: str
    about: str
    columns: tuple[Column, ...]
    indices: tuple[str, ...] = ()


def sentences() -> Sentences:
    """The sentences by table or view and column: ``about`` is the table's own, and those of ``everywhere``
    hold where a table says nothing else.
    """
    return tomllib.loads(resources.files("storage").joinpath("dictionary.toml").read_text(encoding="utf-8"))


def describe(database: Database, said: Sentences) -> tuple[list[Described], list[Described]]:
    """The tables and the views of an archive, in the order of their names.

    Raises :class:`ValueError` with every table and column that has no sentence, and every sentence that has
    no table or column.
    """
    tables = [table for table in database.tables if not table.name.startswith(_INTERNAL)]
    wrong = list(_wrong([*tables, *database.views], said))
    if wrong:
        raise ValueError("\n".join(wrong))

    def described(one: Table | View, indices: tuple[str, ...] = ()) -> Described:
        own = {**said[_EVERYWHERE], **said[one.name]}
        kinds = _kinds(one)
        columns = tuple(Column(column.name, kinds[column.name], own[column.name]) for column in one.columns)
        return Described(one.name, own[_ABOUT], columns, indices)

    by_name = sorted(tables, key=lambda table: table.name)
    return (
        [described(table, tuple(_indices(database, table))) for table in by_name],
        [described(view) for view in sorted(database.views, key=lambda view: view.name)],
    )


def _wrong(ones: list[Table | View], said: Sentences) -> Iterator[str]:
    general, used = said[_EVERYWHERE], set()
    for one in ones:
        own, names = said.get(one.name, {}), {column.name for column in one.columns}
        used |= names - own.keys()
        yield from (f"{one.name}.{name}: no sentence" for name in sorted(names - own.keys() - general.keys()))
        yield from (f"{one.name}.{name}: no such column" for name in sorted(own.keys() - names - {_ABOUT}))
        if _ABOUT not in own:
            yield f"{one.name}: no sentence"
    yield from (f"{name}: no such table" for name in said.keys() - {one.name for one in ones} - {_EVERYWHERE})
    yield from (f"{_EVERYWHERE}.{name}: no table needs it" for name in general.keys() - used)


def _kinds(one: Table | View) -> dict[str, str]:
    keys = {key.column: f" → `{key.other_table}.{key.other_column}`" for key in _foreign_keys(one)}
    kinds = {}
    for column in one.columns:
        kind = column.type
        if isinstance(one, Table) and kind:
            kind += ", key" if column.is_pk else "" if column.notnull else " or NULL"
        kinds[column.name] = kind + keys.get(column.name, "")
    return kinds


def _foreign_keys(one: Table | View) -> list[ForeignKey]:
    return [key for key in one.foreign_keys if not key.is_compound] if isinstance(one, Table) else []


def _indices(database: Database, table: Table) -> Iterator[str]:
    for index in table.indexes:
        if index.origin == "u":
            yield f"unique ({', '.join(index.columns)})"
    rows = database.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        " ORDER BY name",
        [table.name],
    )
    for name, sql in rows:
        yield f"{name} {sql[sql.index('(') :]}"


def as_markdown(tables: list[Described], views: list[Described]) -> str:
    """The page of the documentation."""
    parts = [_HEAD, "\n## Tables\n", *map(_section, tables), "\n## Views\n", *map(_section, views), _FOOT]
    return "".join(parts)


def _section(one: Described) -> str:
    lines = ["", f"### {one.name}", "", one.about, "", "| column | type | holds |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {column.kind} | {column.sentence} |" for column in one.columns]
    if one.indices:
        lines += ["", "Indices: " + "; ".join(f"`{index}`" for index in one.indices) + "."]
    return "\n".join(lines) + "\n"


def data_dictionary() -> str:
    """The data dictionary of a new archive, in Markdown; raises as :func:`describe` does."""
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "archive.db") as database:
        return as_markdown(*describe(database, sentences()))


if __name__ == "__main__":
    sys.stdout.buffer.write(data_dictionary().encode())
