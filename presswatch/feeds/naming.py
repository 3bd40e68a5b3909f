"""The manner in which a site's software makes guids and addresses.

The next release of a newsroom has a name in the manner of those before it: another number, another date,
another title in the address. Names of another manner come with other software.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from presswatch.feeds.identity import Candidate
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.values import Entry

_DIGITS = re.compile(r"\d+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.I)
_NAMESPACE = re.compile(r"(?:urn:[^:]+|tag:[^,:]+|[a-z][a-z0-9+.]*):", re.I)
_EXTENSION = re.compile(r"\.[a-z]{2,5}\Z", re.I)


def is_of_another_manner(entry: Entry, candidate: Candidate) -> bool:
    """Whether the entry has an address of another manner than the candidate's, and so with the guids, if
    both have one.
    """
    ours, theirs = _of_address(entry.link), _of_address(candidate.link)
    if not ours or not theirs or ours == theirs:
        return False
    return not (entry.guid and candidate.guid) or _of_guid(entry.guid) != _of_guid(candidate.guid)


def _of_address(link: str) -> str:
    """The folder, without its numbers; what kind of name the last part is; the names in the query. Empty
    where it is no address. A host is none of it: a site that has moved keeps the rest.
    """
    canonical = canonical_link(link)
    if not canonical:
        return ""
    path, _, query = canonical.partition("/")[2].partition("?")
    folder, _, last = path.rpartition("/")
    extension = _EXTENSION.search(last)
    kind = "0" if last.isdigit() else "a" if last else ""
    named = "&".join(sorted(name for name, _ in parse_qsl(query, keep_blank_values=True)))
    return f"/{_DIGITS.sub('0', folder)}/{kind}{extension.group().lower() if extension else ''}?{named}"


def _of_guid(guid: str) -> str:
    """That of an address; else the namespace; else what kind of name it is."""
    if canonical_link(guid):
        return _of_address(guid)
    if namespace := _NAMESPACE.match(guid):
        return namespace.group().lower()
    if _UUID.fullmatch(guid):
        return "uuid"
    return "0" if guid.isdigit() else "a"
