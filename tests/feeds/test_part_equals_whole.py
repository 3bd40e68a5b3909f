"""The law on which reading only what is new stands: a part gives the same entries as the whole.

It is held to on every feed at hand, and on documents made to break it.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.feeds import sights
from presswatch.feeds.document import Document, read_document
from presswatch.feeds.items import Split, split
from presswatch.feeds.jsonfeed import looks_like_json, parse_json_feed
from presswatch.feeds.parse import has_base, parse_feed, parse_listed
from presswatch.feeds.sights import own_keys
from presswatch.feeds.values import Entry
from tests.feeds import odd_feeds

URL = "https://feeds.example/press/feed.xml"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.xml"))
SHARES = (0.1, 0.5, 0.9)
"""What part of the items is known, by chance."""
CONTENT_TYPES = ("", "text/xml", "application/rss+xml; charset=utf-8", "text/xml; charset=iso-8859-1")


@dataclass
class Case:
    """A document as a server sends it."""

    body: bytes
    content_type: str = ""

    def read(self, known: str = "") -> Document:
        """Read it after one of which that is the trace."""
        return read_document(
            self.body, url=URL, publisher="Harbour", content_type=self.content_type, known=known
        )

    @cached_property
    def whole(self) -> tuple[Entry, ...]:
        """All of its entries, from one parsing of everything."""
        if looks_like_json(self.body, self.content_type):
            return parse_json_feed(self.body, url=URL, publisher="Harbour").entries
        return parse_feed(self.body, url=URL, publisher="Harbour", content_type=self.content_type).entries

    def split(self) -> Split | None:
        """Where its items lie, if it can be read in part."""
        parts = None
        if not looks_like_json(self.body, self.content_type):
            parts = split(self.body, self.content_type)
        return parts if parts is not None and parts.items else None

    def listed(self, part: bytes) -> tuple[Entry, ...]:
        """Every item of a part of this document."""
        return parse_listed(
            part,
            url=URL,
            publisher="Harbour",
            content_type=self.content_type,
            based=has_base(self.body),
        ).entries


def part_by_part(case: Case, known: Collection[int], first: Document) -> None:
    """Reading after a document that showed the items at these places gives the others, as in the whole."""
    traces = first.known.splitlines()
    shown = [sights.from_text(trace).popitem()[1] for trace in traces]
    whole = iter(case.whole)
    of_item = [next(whole) if keys is not None else None for keys in own_keys(shown)]
    assert next(whole, None) is None
    part = case.read("\n".join(traces[place] for place in sorted(known)))
    assert part.entries == tuple(e for place, e in enumerate(of_item) if e and place not in known)
    assert part.known == first.known
    assert part.items == len(traces)
    assert [kept.published for kept in part.kept] == [shown[place].published for place in sorted(known)]


def hold_to_the_law(case: Case, chance: Random, shares: Sequence[float] = SHARES) -> bool:
    """Check the document, also without any help from traces; say whether it could be read in part."""
    try:
        whole = case.whole
    except FetchError as error:
        with pytest.raises(FetchError) as caught:
            case.read()
        assert caught.value.reason == error.reason
        return False
    first = case.read()
    assert first.entries == whole
    count = len(first.known.splitlines())
    for share in shares:
        part_by_part(case, {place for place in range(count) if chance.random() < share}, first)
    parts = case.split()
    if parts is None:
        return False
    listed = case.listed(case.body)
    if len(listed) == len(parts.items):
        wanted = sorted(chance.sample(range(len(listed)), chance.randint(1, len(listed))))
        assert case.listed(parts.only(wanted)) == tuple(listed[place] for place in wanted)
    return True


def documents(corpus: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """The files of a folder of feeds."""
    for path in sorted((corpus / "feeds" / folder).iterdir()):
        yield path.name, path.read_bytes()


@pytest.mark.shared
@pytest.mark.timeout(600)
@pytest.mark.parametrize("folder", ["real", "conformance"])
def test_every_feed_at_hand_obeys_the_law(corpus: Path, folder: str) -> None:
    """Whatever of it is known, the rest is as in the whole; and most feeds can be read in part."""
    found, in_part = 0, 0
    broken = []
    for name, body in documents(corpus, folder):
        found += 1
        for number, content_type in enumerate(
            CONTENT_TYPES if folder == "conformance" else CONTENT_TYPES[:1]
        ):
            try:
                chance = Random(f"{name} {number}")
                in_part += hold_to_the_law(Case(body, content_type), chance, [chance.choice(SHARES)])
            except AssertionError as error:
                broken.append((name, content_type, str(error)[:500]))
    assert broken == []
    assert in_part > found / 2


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_feeds_beside_these_tests_obey_the_law(path: Path, content_type: str) -> None:
    """Also where the server speaks of another encoding."""
    hold_to_the_law(Case(path.read_bytes(), content_type), Random(path.stem))


@pytest.mark.parametrize("text", odd_feeds.PLAIN.values(), ids=odd_feeds.PLAIN)
def test_plain_feeds_are_read_in_part(text: str) -> None:
    """Each format, as publishers mostly write it: else the law would hold because nothing is split."""
    assert hold_to_the_law(Case(text.encode()), Random(0))


MISTAKEN = """<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title></a:entry>
<a:entry><a:title><![CDATA[</item><item>]]></a:title></a:entry></a:feed><!-- <entry> -->"""
"""Well-formed, though its bytes end with what looks like the start of an item."""


def test_no_item_is_taken_for_one_that_breaks_off() -> None:
    """Where the document is whole, so is its last item, whatever stands in it or behind it."""
    for content_type in CONTENT_TYPES:
        case = Case(MISTAKEN.encode(), content_type)
        assert [entry.title for entry in case.whole] == ["One", ""]
        assert hold_to_the_law(case, Random(0))


def test_a_word_of_one_item_changes_no_guid_of_another() -> None:
    """Relative guids are resolved, or not, alike in part and whole; a text about databases is no base."""
    item = "<item><guid>{0}</guid><title>{0}</title>{1}</item>"
    for other, guid in [("?database=1", "one"), ('<x xml:base="/a/"/>', "https://feeds.example/press/one")]:
        items = item.format("one", "") + item.format("two", other)
        case = Case(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "text/xml")
        first = case.read()
        assert first.entries[0].guid == guid
        known = first.known.splitlines()[1]
        assert case.read(known).entries == first.entries[:1]


@settings(max_examples=200)
@given(odd_feeds.documents(), st.sampled_from(CONTENT_TYPES), st.integers(0, 10**6))
@example((odd_feeds.PLAIN["RSS"], "utf-8"), "", 1)
@example((MISTAKEN, "utf-8"), "", 1)
def test_odd_feeds_obey_the_law(document: tuple[str, str], content_type: str, seed: int) -> None:
    """Namespaces, sections, comments, bases, languages, entities, cases and encodings of every kind."""
    text, encoding = document
    body = text.encode(encoding, "xmlcharrefreplace")
    if encoding.startswith("utf-16"):
        body = codecs.BOM_UTF16_LE + body
    in_part = hold_to_the_law(Case(body, content_type), Random(seed))
    event("read in part" if in_part else "read whole")


@pytest.mark.parametrize("text", odd_feeds.WHOLE.values(), ids=odd_feeds.WHOLE)
def test_what_could_be_read_otherwise_in_part_is_read_whole(text: str) -> None:
    """Items within items, types of documents, and what is not well-formed."""
    case = Case(text.encode())
    assert case.split() is None
    hold_to_the_law(case, Random(0))
