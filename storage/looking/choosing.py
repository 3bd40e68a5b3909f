"""Which releases a search or an export is about, as conditions of SQL on the table ``releases`` named ``r``.

Nothing that a user types becomes SQL: values are bound. Where a filter holds few releases, their ids are
collected first, so that the index of words is only read, and no release is looked at that cannot count;
else each release that is reached is asked, of an index where there is one, so that its row is read only if
it counts (https://sqlite.org/queryplanner.html).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isqrt
from typing import Any

from sqlite_utils import Database

from storage.looking.query import Both, Either, Node, QueryError, Without, Word, fts_expression, is_text

WORTH = 12
"""A page is full after twenty; if n of N releases pass, twenty times N/n are read for that. To collect one
costs more than not to ask one saves: to collect n first is cheaper while n² is less than so many times N.
"""

NO_LANGUAGE = "unknown"
"""Asks for the releases of which nobody says the language."""

_OF_FEW = "r.id IN (SELECT value FROM json_each(?))"
_SOUGHT = "f.rowid IN (SELECT value FROM json_each(?))"
_PASSED = "f.rowid BETWEEN ? AND ? AND +f.rowid IN (SELECT value FROM json_each(?))"
_HOLDS = "EXISTS (SELECT 1 FROM releases_fts WHERE releases_fts MATCH ? AND releases_fts.rowid = r.id)"
_HOLDING = "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ? LIMIT ? OFFSET ?"
_PUBLISHED = "r.publisher IN (SELECT value FROM json_each(?))"
_RELEASES_BY = "SELECT id FROM releases WHERE publisher IN (SELECT value FROM json_each(?)) LIMIT ? OFFSET ?"
_IS_BY = """EXISTS (SELECT 1 FROM releases p INDEXED BY releases_publisher
    WHERE p.publisher IN (SELECT value FROM json_each(?)) AND p.id = f.rowid)"""
_MENTIONING = (
    "SELECT release_id FROM mentions WHERE program_id IN (SELECT value FROM json_each(?)) LIMIT ? OFFSET ?"
)
_HAS_MENTIONED = """EXISTS (SELECT 1 FROM mentions p INDEXED BY mentions_program
    WHERE p.program_id IN (SELECT value FROM json_each(?)) AND p.release_id = f.rowid)"""
_DATE = "substr(coalesce(r.published, r.first_seen), 1, 10)"
_MENTION = "EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id AND m.revision = r.revision"
IN_PROGRAMS = " AND m.program_id IN (SELECT value FROM json_each(?))"
IN_PARTS = " AND m.part IN (SELECT value FROM json_each(?))"
_TAGGED = """EXISTS (
    SELECT 1 FROM sightings s JOIN feeds f ON f.id = s.feed_id, json_each(f.tags) t
    WHERE s.release_id = r.id AND t.value IN (SELECT value FROM json_each(?)))"""
_LANGUAGE = "r.language = ? COLLATE NOCASE"
_REGION = "r.language LIKE ?"
PUBLISHERS = """
    WITH RECURSIVE names(name) AS (
        SELECT min(publisher) FROM releases
        UNION ALL SELECT (SELECT min(publisher) FROM releases WHERE publisher > name) FROM names
        WHERE name IS NOT NULL)
    SELECT name FROM names WHERE name IS NOT NULL"""


_JOINED = {Both: " AND ", Either: " OR ", Without: " AND NOT "}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a release must be besides; of several values of one kind, one will do.

    ``programs`` are ids, or names in full; ``publishers`` may be parts of names, whatever the capitals and
    accents. ``tags`` are of feeds that showed the release. ``languages`` are tags of BCP 47, of which ``en``
    holds ``en-GB``, or :data:`NO_LANGUAGE`. Dates are inclusive, in UTC, and compare with the publisher's
    date, or the time first seen where there is none. ``parts`` say where a mention stands (of one of the
    programs, if these are given). ``mentioned``: whether it mentions any program at all.
    """

    programs: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    parts: tuple[str, ...] = ()
    mentioned: bool | None = None


@dataclass
class Conditions:
    """Conditions that must all hold, and their values in order. ``few``, where it is not ``None``: the ids of
    all the releases that may. ``quick``: conditions on the row id of the index of words, with a value each,
    that what may hold fulfils.
    """

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    few: frozenset[int] | None = None
    quick: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, *values: Any) -> None:
        """One more."""
        self.texts.append(text)
        self.values += values

    def narrow(self, ids: Iterable[int] | None) -> None:
        """Only these, unless that is ``None``."""
        if ids is not None:
            self.few = frozenset(ids) if self.few is None else self.few & frozenset(ids)

    def where(self) -> tuple[str, list[Any]]:
        """All of it as one condition on ``r``, with its values."""
        texts, values = list(self.texts), list(self.values)
        if self.few is not None:
            texts.insert(0, _OF_FEW)
            values.insert(0, json.dumps(sorted(self.few)))
        return " AND ".join(texts) or "1", values

    def where_indexed(self, expression: str) -> tuple[str, list[Any]]:
        """The same, where ``f`` is the index of words that is read with the expression. Where few of the
        releases in their span may be wanted, they are sought in it one by one, but for an open ending, which
        is costly each time; else they bound what is read.

        To seek one costs some thirty times as much as to read past one, and a page is full after twenty: so
        seeking n of m is cheaper while n² is less than m.
        """
        if self.few is None:
            quick = [text for text, _ in self.quick]
            return (
                " AND ".join([*quick, *self.texts]) or "1",
                [*(value for _, value in self.quick), *self.values],
            )
        ids = sorted(self.few) or [0]
        values: list[Any]
        span = ids[-1] - ids[0] + 1
        if len(ids) ** 2 <= span and '" *' not in expression:
            texts, values = [_SOUGHT], [json.dumps(ids)]
        else:
            texts, values = [_PASSED], [ids[0], ids[-1], json.dumps(ids)]
        return " AND ".join([*texts, *self.texts]), [*values, *self.values]


class Chooser:
    """Makes conditions for one archive; it asks which publishers and programs there are at most once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._publishers: list[str] | None = None
        (last,) = database.execute("SELECT coalesce(max(id), 0) FROM releases").fetchone()
        self._most = isqrt(WORTH * last)

    def filtered(self, filters: Filters) -> Conditions:
        """The conditions that the filters are. Raises :class:`QueryError` for a program that there is not."""
        made = Conditions()
        if filters.publishers:
            self._published_by(filters.publishers, made)
        if filters.programs or filters.parts:
            self._mentions(filters.programs, filters.parts, made)
        if filters.tags:
            made.add(_TAGGED, json.dumps(filters.tags))
        if filters.languages:
            wanted = ["" if one == NO_LANGUAGE else one for one in filters.languages]
            regions = [f"{one}-%" for one in wanted if one]
            texts = [_LANGUAGE] * len(wanted) + [_REGION] * len(regions)
            made.add(f"({' OR '.join(texts)})", *wanted, *regions)
        if filters.since:
            made.add(f"{_DATE} >= ?", filters.since.isoformat())
        if filters.until:
            made.add(f"{_DATE} <= ?", filters.until.isoformat())
        if filters.mentioned is not None:
            made.add(("" if filters.mentioned else "NOT ") + _MENTION + ")")
        return made

    def asked(self, node: Node | None, made: Conditions) -> str:
        """The FTS5 expression that all that is asked for must match (it may be empty); whatever else is
        asked for goes to the conditions.
        """
        if node is None:
            return ""
        if is_text(node):
            return fts_expression(node)
        if isinstance(node, Both):
            expressions = [self.asked(part, made) for part in node.parts]
            return " AND ".join(expression for expression in expressions if expression)
        if isinstance(node, Without):
            expression = self.asked(node.wanted, made)
            taken = [fts_expression(part) for part in node.unwanted if expression and is_text(part)]
            for part in node.unwanted:
                if not (expression and is_text(part)):
                    text, values, _ = self._condition(part)
                    made.add(f"NOT {text}", *values)
            return f"({expression}) NOT ({' OR '.join(taken)})" if taken else expression
        if isinstance(node, Word):
            if node.field == "publisher":
                self._published_by((node.text,), made)
            else:
                self._mentions((node.text,), (), made)
            return ""
        text, values, few = self._condition(node)
        made.add(text, *values)
        made.narrow(few)
        return ""

    def condition(self, node: Node) -> tuple[str, list[Any]]:
        """Any node as a condition by itself, with its values."""
        return self._condition(node)[:2]

    def _condition(self, node: Node) -> tuple[str, list[Any], set[int] | None]:
        """Any node as a condition by itself, and the ids of what may hold it, where these are few."""
        if isinstance(node, Word) or is_text(node):
            return self._simple(node)
        parts = (node.wanted, *node.unwanted) if isinstance(node, Without) else node.parts
        made = [self._condition(part) for part in parts]
        joined = _JOINED[type(node)].join(text for text, _, _ in made)
        values = [value for _, some, _ in made for value in some]
        known = [ids for _, _, ids in made if ids is not None]
        few: set[int] | None = None
        if isinstance(node, Either) and len(known) == len(made):
            few = set().union(*known)
        elif isinstance(node, Both) and known:
            few = set.intersection(*known)
        elif isinstance(node, Without):
            few = made[0][2]
        return f"({joined})", values, few

    def _simple(self, node: Node) -> tuple[str, list[Any], set[int] | None]:
        if isinstance(node, Word) and node.field == "publisher":
            wanted = self._names_like((node.text,))
            return _PUBLISHED, [wanted], self._few(_RELEASES_BY, [wanted])
        if isinstance(node, Word) and node.field == "program":
            wanted = json.dumps(self.program_ids((node.text,)))
            return _MENTION + IN_PROGRAMS + ")", [wanted], self._few(_MENTIONING, [wanted])
        expression = fts_expression(node)
        few = self._few(_HOLDING, [expression])
        return (_HOLDS, [expression], None) if few is None else (_OF_FEW, [json.dumps(sorted(few))], few)

    def _published_by(self, names: Sequence[str], made: Conditions) -> None:
        wanted = self._names_like(names)
        ids = self._few(_RELEASES_BY, [wanted])
        if ids is None:
            made.quick.append((_IS_BY, wanted))
            made.add(_PUBLISHED, wanted)
        made.narrow(ids)

    def _mentions(self, programs: Sequence[str], parts: Sequence[str], made: Conditions) -> None:
        text, values = _MENTION, []
        if programs:
            wanted = json.dumps(self.program_ids(programs))
            ids = self._few(_MENTIONING, [wanted])
            if ids is None:
                made.quick.append((_HAS_MENTIONED, wanted))
            made.narrow(ids)
            text += IN_PROGRAMS
            values.append(wanted)
        if parts:
            text += IN_PARTS
            values.append(json.dumps(parts))
        made.add(text + ")", *values)

    def _few(self, sql: str, values: list[Any]) -> set[int] | None:
        """The ids that the statement gives, if they are few."""
        if self._database.execute(sql, [*values, 1, self._most]).fetchone():
            return None
        return {row[0] for row in self._database.execute(sql, [*values, -1, 0])}

    def _names_like(self, names: Sequence[str]) -> str:
        if self._publishers is None:
            self._publishers = [row[0] for row in self._database.execute(PUBLISHERS)]
        wanted = [folded(name) for name in names]
        return json.dumps([name for name in self._publishers if any(one in folded(name) for one in wanted)])

    def program_ids(self, wanted: Sequence[str]) -> list[str]:
        """The ids of programs named by id or name. Raises :class:`QueryError` for one that there is not."""
        programs = self._database.execute("SELECT id, name FROM programs ORDER BY id").fetchall()
        known = {folded(name): program_id for program_id, name in programs}
        known |= {folded(program_id): program_id for program_id, _ in programs}
        for one in wanted:
            if folded(one) not in known:
                there = ", ".join(program_id for program_id, _ in programs) or "none yet"
                raise QueryError(
                    f"no program has the id {one!r}; there are: {there}; the next run adds those"
                    " that are new in the configuration"
                )
        return [known[folded(one)] for one in wanted]


def folded(name: str) -> str:
    """The name without accents and capitals, each white space one space."""
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
