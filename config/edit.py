"""Adding feeds to the configuration of a user, who has their own order and their own comments in it."""

from __future__ import annotations

import codecs
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from config.atomic import replace_content
from config.files import Document, Reading, read
from config.insert import feeds_as_text, insert_feeds
from config.loader import validated
from config.mistake import Mistake
from presswatch.errors import ConfigError, Problem
from presswatch.watch import Kind, Selectors, Watch
from presswatch.wellformed import well_formed


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A ``[[feeds]]`` table to be: what is empty is not written. ``interval`` is as in the file: "2h"."""

    url: str
    publisher: str
    tags: tuple[str, ...] = ()
    kind: Kind = "feed"
    selectors: Selectors | None = None
    only: str = ""
    interval: str = ""

    def table(self) -> dict[str, Any]:
        """The table, in the order in which it is written."""
        said = {
            "url": self.url,
            "publisher": self.publisher,
            "tags": list(self.tags),
            "kind": "" if self.kind == "feed" else self.kind,
            "selectors": {k: v for k, v in asdict(self.selectors).items() if v} if self.selectors else {},
            "only": self.only,
            "interval": self.interval,
        }
        return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that was found good and is not yet made: the file, its bytes before and after, and what
    is added, as ``[[feeds]]`` tables.
    """

    file: Path
    before: bytes
    after: bytes
    added: str


def load_for_editing(path: Path) -> Watch:
    """As :func:`config.load`, of a configuration that may still watch nothing."""
    return validated(path, read(path), without_feeds=True)[0]


def plan(path: Path, feeds: Sequence[NewFeed]) -> Edit:
    """How to add ``feeds`` to the configuration whose main file is ``path``. Nothing is written.

    They go to the first of its files that has feeds, after the last one there; to the main file if none
    has. Raises :class:`presswatch.errors.ConfigError` where the configuration has a mistake, or would
    have one with these feeds in it (an address that is there already, a name of two lines, …).
    """
    reading = read(path)
    validated(path, reading, without_feeds=True)
    chosen = _where(reading)
    tables = [feed.table() for feed in feeds]
    before = chosen.file.read_bytes()
    try:
        text = insert_feeds(before.decode("utf-8-sig"), tables)
    except Mistake as mistake:
        raise ConfigError([Problem(chosen.file, "feeds", mistake.what, mistake.remedy)]) from mistake
    edited = Document(chosen.file, tomllib.loads(text))
    documents = [edited if document is chosen else document for document in reading.documents]
    validated(path, Reading(documents))
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return Edit(chosen.file, before, mark + text.encode(), feeds_as_text(tables))


def carry_out(edit: Edit) -> None:
    """Make the change, in one step.

    Raises :class:`presswatch.errors.ConfigError` where the file was changed since it was read, and
    ``OSError`` where it cannot be written; it is then as it was.
    """
    if edit.file.read_bytes() != edit.before:
        what = "was changed by another program in the meantime; nothing was added."
        raise ConfigError([Problem(edit.file, "", what, "Try again.")])
    replace_content(edit.file, edit.after)


def _where(reading: Reading) -> Document:
    documents = reading.documents
    return next((document for document in documents if document.data.get("feeds")), documents[0])


def one_line(text: str, *, longest: int = 200) -> str:
    """The words of ``text`` as a name or a tag may hold them: on one line, storable, at most so long."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text[:5000])
    return well_formed(" ".join(kept.split()))[:longest].strip()
