"""What may stand only once and stands twice: settings, ids, feeds, terms, recipients.

Looked for in the tables as they were read, so that other mistakes in them hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from config.explain import Loc, key_path
from config.files import Document
from notifiers.mail.address import same_mailbox
from presswatch.errors import Problem
from presswatch.masking import MASK, masked

_ONCE = ("archive", "fetch", "serve")
_IDS = (
    ("programs", "id"),
    ("channels", "id"),
    ("subscriptions", "id"),
    ("subscriptions", "formerly"),
    ("feeds", "url"),
    ("feeds", "url_env"),
)


def _same_term(term: str) -> str:
    """Only a term in capitals is found by its case: "S-Comm" and "s-comm" are one, "ICE" and "ice" two."""
    term = " ".join(term.split())
    return term if term.isupper() else term.casefold()


_LISTS: tuple[tuple[str, tuple[str, ...], Callable[[str], str]], ...] = (
    ("programs", ("terms", "ambiguous_terms"), _same_term),
    ("subscriptions", ("recipients",), same_mailbox),
    ("serve", ("alert_recipients",), same_mailbox),
)
"""Lists that may hold nothing twice, and by what their entries are compared."""


def repeats(documents: list[Document]) -> Iterator[Problem]:
    """A problem for each repetition, at the second place and naming the first."""
    for name in _ONCE:
        yield from _repeated([(doc, (name,), name) for doc in documents if name in doc.data])
    for name, key in _IDS:
        yield from _repeated(
            [
                (document, (name, index, key), _named(table[key]) if key == "url" else table[key])
                for document in documents
                for index, table in document.tables(name)
                if isinstance(table.get(key), str)
            ]
        )
    for name, keys, same in _LISTS:
        for document in documents:
            for index, table in document.tables(name):
                place: Loc = (name,) if name in _ONCE else (name, index)
                yield from _repeated(
                    [
                        (document, (*place, key, at), same(text))
                        for key in keys
                        for at, text in _strings(table.get(key))
                    ]
                )


def _repeated(places: list[tuple[Document, Loc, str]]) -> Iterator[Problem]:
    first: dict[str, tuple[Document, Loc]] = {}
    for document, loc, value in places:
        before, before_loc = first.setdefault(value, (document, loc))
        if (before, before_loc) != (document, loc):
            elsewhere = "" if before is document else f" in {before.file}"
            what = f"is there already: {key_path(before_loc)}{elsewhere}."
            remedy = "Keep one of the two."
            if MASK in value:
                remedy = "If they differ in a secret, end one with a name of its own, such as #board."
            yield Problem(document.file, key_path(loc), what, remedy)


def _strings(value: Any) -> list[tuple[int, str]]:
    entries = enumerate(value) if isinstance(value, list) else ()
    return [(at, text) for at, text in entries if isinstance(text, str)]


def _named(url: str) -> str:
    """A feed is known by its address without what is secret in it."""
    return masked(same_url(url))


def same_url(url: str) -> str:
    """URLs are compared with scheme and host in lower case (RFC 3986, section 6.2.2.1)."""
    return re.sub(r"^[^/]*//[^/]*", lambda match: match[0].lower(), url)
