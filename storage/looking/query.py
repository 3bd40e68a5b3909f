"""From what a user types to an expression that can be looked up and cannot fail.

FTS5 has a language of its own, in which ``S-Comm`` names a column and ``287(g)`` is a syntax error
(https://sqlite.org/fts5.html, section 3). Here every word is quoted, and only these mean something:

* ``"secure communities"`` (straight or curly quotes) is a phrase;
* ``AND``, ``OR`` and ``NOT``, in capitals, between words; words side by side must all occur;
* ``deport*`` finds any ending, and so does the last word of ``"county end*"``;
* a bracket before a word begins a group, and its fellow ends it: ``(jail OR prison) NOT county``; one
  within a word belongs to the word: ``287(g)``;
* ``title:``, ``publisher:`` and ``program:``, before a word, a phrase or a group, say where it must stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from presswatch.errors import PresswatchError
from presswatch.wellformed import well_formed

MOST_WORDS = 100
DEEPEST = 20
"""How many brackets may stand within each other: FTS5 takes trees of 256 (``SQLITE_FTS5_MAX_EXPR_DEPTH``)."""

FieldName = Literal["", "title", "publisher", "program"]

_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_TOKEN = re.compile(
    r"""
    (?P<field>title|publisher|program):(?=[^\s:)])
    | "(?P<phrase>[^"]*)"(?P<star>\*?)
    | (?P<operator>(?-i:AND|OR|NOT))(?=[\s()]|$)
    | (?P<bracket>[()])
    | (?P<word>(?:[^\s"()]|\([^\s"()]*\)?)+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_INNER_STAR = re.compile(r"\w\*+(?=.*\w)")
FIELDS: dict[str, FieldName] = {"title": "title", "publisher": "publisher", "program": "program"}


class QueryError(PresswatchError):
    """The search asks for nothing that can be looked up; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase; with ``prefix``, its last word may go on. Without a field: title or text."""

    text: str
    prefix: bool = False
    field: FieldName = ""


@dataclass(frozen=True, slots=True)
class Both:
    """All of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The wanted, and none of the others."""

    wanted: Node
    unwanted: tuple[Node, ...]


Node = Word | Both | Either | Without


def parse(text: str) -> Node | None:
    """What the user asks for; ``None`` for an empty text, which asks for everything.

    Operators bind as everywhere: NOT before AND before OR. One that stands where it can't join
    anything is read as a word; so is a field's name that no word follows. A bracket without a fellow
    says nothing. Raises :class:`QueryError` where there is no word, where there are only words that must
    not occur, and for more than :data:`MOST_WORDS` words or :data:`DEEPEST` brackets.
    """
    tokens = _tokens(text)
    if not any(token.kind == "word" for token in tokens):
        if not text.strip():
            return None
        raise QueryError(
            f"there is no word to look for in {text.strip()[:60]!r}: type a word, or nothing for everything"
        )
    if sum(token.kind in ("word", "operator") for token in tokens) > MOST_WORDS:
        raise QueryError(f"this search is too long: {MOST_WORDS} words are the most")
    return _Reader(_settled(tokens)).read()


@dataclass(slots=True)
class _Token:
    """``kind`` is word, operator, ``(`` or ``)``; ``field`` belongs to a word or ``(``."""

    kind: str
    text: str = ""
    prefix: bool = False
    field: FieldName = ""


def _tokens(text: str) -> list[_Token]:
    """The text in pieces, without what holds no letter or digit."""
    tokens = []
    named: FieldName = ""
    for match in _TOKEN.finditer(well_formed(text).translate(_CURLY)):
        if match["field"]:
            named = FIELDS[match["field"].lower()]
            continue
        if match["operator"]:
            token = _Token("operator", match["operator"])
        elif match["bracket"]:
            token = _Token(match["bracket"])
        else:
            word = (match["word"] if match["phrase"] is None else match["phrase"]).rstrip()
            starred = bool(match["star"]) or word.endswith("*")
            token = _Token("word", word.rstrip("*"), starred)
        token.field, named = named, ""
        if token.field and token.kind == "operator":
            token.kind = "word"
        if token.kind != "word" or any(character.isalnum() for character in token.text):
            tokens.append(token)
    return tokens


def _settled(tokens: Sequence[_Token]) -> list[_Token]:
    """The tokens, with operators that join nothing made words."""
    settled: list[_Token] = []
    for token, follower in zip(tokens, [*tokens[1:], _Token(")")], strict=True):
        before = settled[-1].kind if settled else "("
        joins = follower.kind in ("word", "(") or (follower.text == "NOT" != token.text)
        if token.text != "NOT":
            joins = joins and before in ("word", ")")
        elif before == "operator" and settled[-1].text == "NOT":
            joins = False
        if token.kind == "operator" and not joins:
            token.kind = "word"
        settled.append(token)
    return settled


@dataclass
class _Group:
    """Words that must all occur, and words that must not."""

    wanted: list[Node] = field(default_factory=list)
    unwanted: list[Node] = field(default_factory=list)

    def node(self) -> Node | None:
        if not self.wanted and not self.unwanted:
            return None
        if not self.wanted:
            raise QueryError(
                "NOT needs something to take away from: type what you look for first, as in:"
                " detainers NOT county"
            )
        wanted = self.wanted[0] if len(self.wanted) == 1 else Both(tuple(self.wanted))
        return Without(wanted, tuple(self.unwanted)) if self.unwanted else wanted


class _Reader:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = list(reversed(tokens))

    def read(self) -> Node | None:
        """All of it; a closing bracket too many is passed over."""
        nodes = []
        while self._tokens:
            node = self._group("", 0)
            nodes += [node] if node else []
        return nodes[0] if len(nodes) == 1 else (Both(tuple(nodes)) if nodes else None)

    def _group(self, named: FieldName, depth: int) -> Node | None:
        """Up to the bracket that closes, or the end."""
        if depth > DEEPEST:
            raise QueryError(f"too many brackets within each other: {DEEPEST} are the most")
        groups = [_Group()]
        negate = False
        while self._tokens:
            token = self._tokens.pop()
            if token.kind == ")":
                if depth:
                    break
                continue
            if token.kind == "operator":
                if token.text == "OR":
                    groups.append(_Group())
                negate = token.text == "NOT"
                continue
            node: Node | None
            if token.kind == "(":
                node = self._group(token.field or named, depth + 1)
            else:
                node = Word(token.text, token.prefix, token.field or named)
            if node:
                (groups[-1].unwanted if negate else groups[-1].wanted).append(node)
            negate = False
        nodes = [node for group in groups if (node := group.node())]
        return nodes[0] if len(nodes) == 1 else (Either(tuple(nodes)) if nodes else None)


def is_text(node: Node) -> bool:
    """Whether the index of words answers all of it: it holds no publisher and no program."""
    if isinstance(node, Word):
        return node.field in ("", "title")
    parts = (node.wanted, *node.unwanted) if isinstance(node, Without) else node.parts
    return all(map(is_text, parts))


def all_words(node: Node) -> tuple[Word, ...]:
    """Every word, the unwanted too."""
    if isinstance(node, Word):
        return (node,)
    parts = (node.wanted, *node.unwanted) if isinstance(node, Without) else node.parts
    return tuple(word for part in parts for word in all_words(part))


def named_programs(node: Node) -> tuple[str, ...]:
    """The programs, as they are written, of which each release that is found mentions at least one; none
    where it may also be found without.
    """
    match node:
        case Word():
            return (node.text,) if node.field == "program" else ()
        case Both():
            return tuple(name for part in node.parts for name in named_programs(part))
        case Either():
            named = [named_programs(part) for part in node.parts]
            return tuple(name for names in named for name in names) if all(named) else ()
        case Without():
            return named_programs(node.wanted)


def oddities(text: str) -> list[str]:
    """What isn't read as it may be meant, in words: an operator that joins nothing, a star amid a phrase."""
    tokens = _tokens(text)
    meant = [token for token in tokens if token.kind == "operator"]
    if meant:
        _settled(tokens)  # which makes words of those that join nothing
    loose = dict.fromkeys(token.text for token in meant if token.kind == "word")
    said = [f"{name} joins nothing where it stands, so it was read as a word" for name in loose]
    if any(_INNER_STAR.search(token.text) for token in tokens if token.kind == "word"):
        said.append("* means any ending only at the end of a word, or of a phrase; elsewhere it says nothing")
    return said


def wanted_words(node: Node) -> tuple[Word, ...]:
    """The words of title and text that a release may be shown by: all but the unwanted."""
    if isinstance(node, Word):
        return (node,) if is_text(node) else ()
    parts = (node.wanted,) if isinstance(node, Without) else node.parts
    return tuple(word for part in parts for word in wanted_words(part))


def fts_expression(node: Node) -> str:
    """The FTS5 expression for what :func:`is_text`."""
    match node:
        case Word():
            column = "title : " if node.field else ""
            return f'{column}"{node.text}"' + (" *" if node.prefix else "")
        case Both():
            return "(" + " AND ".join(map(fts_expression, node.parts)) + ")"
        case Either():
            return "(" + " OR ".join(map(fts_expression, node.parts)) + ")"
        case Without():
            unwanted = " OR ".join(map(fts_expression, node.unwanted))
            return f"({fts_expression(node.wanted)} NOT ({unwanted}))"
