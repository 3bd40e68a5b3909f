"""Whether there is what a search names: a typing mistake is told from a search that finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sqlite_utils import Database

from storage.looking.choosing import NO_LANGUAGE, PUBLISHERS, Filters, folded
from storage.looking.query import FIELDS, QueryError, all_words, parse

_FEW = 10
_TAGS = "SELECT DISTINCT t.value FROM feeds f, json_each(f.tags) t"
_FEEDS = "SELECT DISTINCT publisher FROM feeds"
_LANGUAGES = "SELECT DISTINCT language FROM releases WHERE language != ''"
_IN_LANGUAGE = (
    "SELECT EXISTS (SELECT 1 FROM releases"
    " WHERE language = ?1 COLLATE NOCASE OR (?1 != '' AND language LIKE ?1 || '-%'))"
)
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")


def must_be_known(database: Database, filters: Filters) -> None:
    """Raise :class:`QueryError` for a publisher, tag or language of which the archive knows nothing.

    Known is also who is watched and has published nothing yet. Programs are looked up by the search itself.
    """
    for mistake in _about_publishers(database, filters.publishers):
        raise QueryError(mistake)
    tags = {tag for (tag,) in database.execute(_TAGS)} if filters.tags else set()
    for tag in filters.tags:
        if tag not in tags:
            raise QueryError(f"no feed has the tag {tag!r}{_nearest(tag, tags)}")
    for language in filters.languages:
        if language != NO_LANGUAGE and not database.execute(_IN_LANGUAGE, [language]).fetchone()[0]:
            there = {row[0] for row in database.execute(_LANGUAGES)}
            raise QueryError(f"no release is in the language {language!r}{_nearest(language, there)}")


def hints(database: Database, text: str) -> list[str]:
    """What may be mistyped in a query that found nothing: names of fields, and of publishers."""
    node = parse(text)
    words = all_words(node) if node else ()
    named = [match[1] for word in words if not word.field and (match := _FIELD.match(word.text))]
    fields = ", ".join(f"{name}:" for name in FIELDS)
    return [
        *(f"{name}: is no field, so it was read as a word; fields are {fields}" for name in named),
        *_about_publishers(database, [word.text for word in words if word.field == "publisher"]),
    ]


def _about_publishers(database: Database, wanted: Sequence[str]) -> list[str]:
    if not wanted:
        return []
    names = {row[0] for sql in (PUBLISHERS, _FEEDS) for row in database.execute(sql)}
    return [
        f"no publisher's name holds {one!r}{_nearest(one, names)}"
        for one in wanted
        if not any(folded(one) in folded(name) for name in names)
    ]


def _nearest(wrong: str, names: Iterable[str]) -> str:
    """The names of which all or a word is nearly the same; else all, if they are few."""
    by_piece: dict[str, set[str]] = {}
    for name in names:
        for piece in (folded(name), *folded(name).split()):
            by_piece.setdefault(piece, set()).add(name)
    found = [name for piece in get_close_matches(folded(wrong), by_piece) for name in sorted(by_piece[piece])]
    near = list(dict.fromkeys(found))[:3]
    if near:
        return f"; did you mean {' or '.join(map(repr, near))}?"
    there = sorted({name for some in by_piece.values() for name in some})
    return f"; there are: {', '.join(there)}" if 0 < len(there) <= _FEW else ""
