"""From what a user types to an FTS5 expression that cannot fail.

FTS5 has a language of its own, in which ``S-Comm`` names a column and ``287(g)`` is a syntax error
(https://sqlite.org/fts5.html, section 3). Here every word is quoted, and only these mean something:

* ``"secure communities"`` (straight or curly quotes) is a phrase;
* ``AND``, ``OR`` and ``NOT``, in capitals, between words; words side by side must all occur;
* ``deport*`` finds any ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from presswatch.errors import PresswatchError
from presswatch.wellformed import well_formed

_TOKEN = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_OPERATORS = ("AND", "OR", "NOT")


class QueryError(PresswatchError):
    """The search asks for nothing that can be looked up; the message says what to type instead."""


@dataclass
class _Group:
    """Words that must all occur, and words that must not."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    def expression(self) -> str:
        together = " AND ".join(self.wanted)
        if not self.unwanted:
            return together
        return f"({together}) NOT ({' OR '.join(self.unwanted)})"


def fts_expression(text: str) -> str:
    """The FTS5 expression for what the user typed; empty if that holds no word at all.

    Operators bind as everywhere: NOT before AND before OR. One that stands where it can't join
    anything is read as a word. Raises :class:`QueryError` where there are only words that must not
    occur.
    """
    tokens = _tokens(text)
    groups = [_Group()]
    negate = False
    for place, (word, operator) in enumerate(tokens):
        joins = operator and place + 1 < len(tokens) and (place > 0 or operator == "NOT")
        if joins and not negate:
            if operator == "OR":
                groups.append(_Group())
            negate = operator == "NOT"
            continue
        (groups[-1].unwanted if negate else groups[-1].wanted).append(word)
        negate = False
    groups = [group for group in groups if group.wanted or group.unwanted]
    if any(not group.wanted for group in groups):
        raise QueryError(
            "NOT needs something to take away from: type what you look for first, as in: detainers NOT county"
        )
    return " OR ".join(f"({group.expression()})" for group in groups)


def _tokens(text: str) -> list[tuple[str, str]]:
    """(quoted word, operator or empty) pairs, without what holds no letter or digit."""
    tokens = []
    for match in _TOKEN.finditer(well_formed(text).translate(_CURLY)):
        phrase, starred, word = match.groups()
        if word is None:
            value, star, operator = phrase, bool(starred), ""
        else:
            value, star = word.rstrip("*"), word.endswith("*")
            operator = word if word in _OPERATORS else ""
        if any(character.isalnum() for character in value):
            tokens.append((f'"{value}"' + (" *" if star else ""), operator))
    return tokens
