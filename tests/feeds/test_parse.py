"""From a feed's bytes to entries: three formats, what publishers get wrong, and what attackers send."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from presswatch.errors import FetchError
from presswatch.feeds.parse import ParsedFeed, parse_feed
from presswatch.feeds.values import Entry
from presswatch.times import to_text
from tests.support.feeds import Item, rss

URL = "https://feeds.example/press/feed.xml"
GOLDEN = Path(__file__).parent / "golden"
CONTENT = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def parse(body: bytes | str, content_type: str = "application/rss+xml") -> ParsedFeed:
    """Parse as read from ``URL`` and published by "Harbour"."""
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, url=URL, publisher="Harbour", content_type=content_type)


def channel(*items: str, head: str = "") -> str:
    """An RSS document of items, each given by what is inside it."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"{CONTENT}><channel><title>T</title>{head}{inside}</channel></rss>'


def only(body: bytes | str, content_type: str = "application/rss+xml") -> Entry:
    """The one entry of a feed."""
    (entry,) = parse(body, content_type).entries
    return entry


def kinds(entry: Entry) -> list[str]:
    """What kinds of keys an entry has."""
    return [key.partition(":")[0] for key in entry.keys]


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.xml")))
def test_a_feed_gives_the_values_beside_it(name: str) -> None:
    """Each feed file is read into exactly the values of the JSON file of its name."""
    wanted = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    feed = parse((GOLDEN / f"{name}.xml").read_bytes())
    got = {"title": feed.title, "entries": [_shown(entry) for entry in feed.entries]}
    assert got == wanted
    assert all(entry.keys[-1].startswith("text:") for entry in feed.entries)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "guid": entry.guid,
        "link": entry.link,
        "title": entry.title,
        "text": entry.text,
        "language": entry.language,
        "published": to_text(entry.published) if entry.published else None,
        "published_raw": entry.published_raw,
        "keys": list(entry.keys[:-1]),
    }


# The description beside the content

FULL = "<p>The county closed its account on Monday.</p><p>Ten families had sued.</p>"
FULL_TEXT = "The county closed its account on Monday.\n\nTen families had sued."
BESIDE = {
    "a subhead is kept": ("Families cheer", "Families cheer\n\n" + FULL_TEXT),
    "the same text is not": (FULL, FULL_TEXT),
    "the same text without markup is not": (
        "The county closed its account on Monday. Ten families had sued.",
        FULL_TEXT,
    ),
    "a teaser cut by dots is not": ("The county closed its account...", FULL_TEXT),
    "a teaser cut by an ellipsis is not": ("The county closed its acc…", FULL_TEXT),
    "a teaser cut in brackets is not": ("The county closed its account on Monday. Ten [&#8230;]", FULL_TEXT),
    "a teaser with a link to the rest is not": (
        'The county closed its account … <a href="/x">Read more</a>',
        FULL_TEXT,
    ),
    "a teaser with a link to the rest, by name, is not": (
        "The county closed its account [...] Continue reading “Account closed”",
        FULL_TEXT,
    ),
    "a teaser with its own first line is kept": (
        "<p>Breaking:</p><p>The county closed its account…</p>",
        "Breaking:\n\nThe county closed its account…\n\n" + FULL_TEXT,
    ),
    "nothing adds nothing": ("", FULL_TEXT),
    "only a mark of a cut adds nothing": ("…", FULL_TEXT),
}


@pytest.mark.parametrize(("description", "text"), BESIDE.values(), ids=BESIDE)
def test_a_description_is_kept_if_it_says_something_else(description: str, text: str) -> None:
    """A subhead of its own stands before the content; a cut beginning of the same text doesn't."""
    item = (
        f"<description><![CDATA[{description}]]></description>"
        f"<content:encoded><![CDATA[{FULL}]]></content:encoded>"
    )
    assert only(channel(item)).text == text


def test_a_teaser_with_the_feed_s_footer_is_no_second_text() -> None:
    """A cut teaser is known also where it ends with the same closing line as the content."""
    footer = '<p>The post <a href="/1">Account closed</a> appeared first on <a href="/">Harbour</a>.</p>'
    item = (
        f"<description><![CDATA[<p>The county closed its […]</p>\n{footer}]]></description>"
        f"<content:encoded><![CDATA[{FULL}\n{footer}]]></content:encoded>"
    )
    text = only(channel(item)).text
    assert text == FULL_TEXT + "\n\nThe post Account closed appeared first on Harbour."


@pytest.mark.parametrize("content", ["", "<img src='x.png'>"], ids=["empty", "only a picture"])
def test_content_without_words_leaves_the_description(content: str) -> None:
    """Where the content says nothing the description is the text."""
    item = f"<description>Come at noon.</description><content:encoded><![CDATA[{content}]]></content:encoded>"
    assert only(channel(item)).text == "Come at noon."


def test_the_content_is_kept_as_it_was_published() -> None:
    """``content`` holds the publisher's markup, scripts and all; ``text`` holds none of it."""
    html = '<p onclick="x()">Noon.</p><script>steal()</script>'
    entry = only(channel(f"<description><![CDATA[{html}]]></description>"))
    assert (entry.content, entry.text) == (html, "Noon.")


# Encodings

ACCENTS = "Acción: “Año Nuevo” – señal"
LATIN = "Acción: año nuevo, señal"
CP1252 = "windows-1252"
ENCODINGS: dict[str, tuple[str, str, str, str]] = {
    "UTF-8 by declaration": ("utf-8", "utf-8", "application/xml", ACCENTS),
    "UTF-8 by default": ("", "utf-8", "", ACCENTS),
    "UTF-8 with a byte order mark": ("", "utf-8-sig", "text/xml", ACCENTS),
    "UTF-16 by declaration": ("utf-16", "utf-16", "application/xml", ACCENTS),
    "UTF-16 by its byte order mark": ("", "utf-16", "application/rss+xml", ACCENTS),
    "ISO-8859-1 by declaration": ("ISO-8859-1", "latin-1", "application/rss+xml", LATIN),
    "windows-1252 by declaration": (CP1252, CP1252, "application/rss+xml", ACCENTS),
    "windows-1252 called ISO-8859-1": ("ISO-8859-1", CP1252, "application/rss+xml", ACCENTS),
    "windows-1251 by declaration": ("windows-1251", "windows-1251", "text/xml", "Закон принят"),
    "charset of the answer": ("", "latin-1", "application/rss+xml; charset=ISO-8859-1", LATIN),
    "charset of the answer, quoted": ("", CP1252, f'text/xml; charset="{CP1252}"', ACCENTS),
    "charset of the answer that is wrong": ("", "utf-8", "text/xml; charset=us-ascii", ACCENTS),
    "charset of the answer that is unknown": ("", "utf-8", "text/xml; charset=x-nonsense", ACCENTS),
    "declaration that is unknown": ("x-nonsense", "utf-8", "application/xml", ACCENTS),
    "feed served as HTML": (CP1252, CP1252, "text/html", ACCENTS),
    "UTF-8 that calls itself UTF-16": ("utf-16", "utf-8", "application/rss+xml", ACCENTS),
    "UTF-8 that calls itself UTF-16, one longer": ("utf-16", "utf-8", "application/rss+xml", ACCENTS + "."),
}


@pytest.mark.parametrize(("declared", "encoding", "content_type", "title"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_feed_is_read_in_its_encoding(declared: str, encoding: str, content_type: str, title: str) -> None:
    """Declaration, byte order mark and Content-Type each tell the encoding; no letter is damaged."""
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = (declaration + channel(f"<title>{title}</title>")).encode(encoding)
    assert only(body, content_type).title == title


# What is missing or wrong


def test_nothing_is_invented_for_what_is_missing() -> None:
    """An item may lack guid, link, title, date and language; they are then empty."""
    entry = only(channel("<description>Just words.</description>"))
    assert (entry.guid, entry.link, entry.title, entry.language) == ("", "", "", "")
    assert (entry.published, entry.published_raw) == (None, "")
    assert kinds(entry) == ["text"]


MISSING = {
    "no guid": ("<title>a</title><link>https://h.example/1</link>", ["link", "title", "text"]),
    "no link": ("<title>a</title><guid isPermaLink='false'>17</guid>", ["guid", "title", "text"]),
    "no title": ("<guid>https://h.example/1</guid>", ["guid", "path", "link", "text"]),
    "a link that is no address": ("<title>a</title><link>mailto:a@h.example</link>", ["title", "text"]),
    "a guid of spaces": ("<title>a</title><guid isPermaLink='false'>  </guid>", ["title", "text"]),
}


@pytest.mark.parametrize(("item", "wanted"), MISSING.values(), ids=MISSING)
def test_an_entry_has_the_keys_that_it_can_have(item: str, wanted: list[str]) -> None:
    """What is there gives keys, the strongest first; what is missing gives none."""
    assert kinds(only(channel(item))) == wanted


def test_a_guid_is_the_link_where_there_is_no_link() -> None:
    """An RSS guid is an address unless it says otherwise."""
    assert only(channel("<guid>https://h.example/1</guid>")).link == "https://h.example/1"
    assert only(channel("<guid isPermaLink='false'>https://h.example/1</guid>")).link == ""


DATES = {
    "RFC 822": ("Wed, 25 Nov 2026 08:00:00 +0000", "2026-11-25T08:00:00Z"),
    "RFC 822, west of Greenwich": ("Wed, 25 Nov 2026 20:30:00 -0500", "2026-11-26T01:30:00Z"),
    "RFC 822, zone by letters": ("Wed, 25 Nov 2026 08:00:00 PST", "2026-11-25T16:00:00Z"),
    "RFC 822, summer time by letters": ("Tue, 01 Sep 2026 08:00:00 EDT", "2026-09-01T12:00:00Z"),
    "RFC 822, no day, no seconds": ("25 Nov 2026 08:00 GMT", "2026-11-25T08:00:00Z"),
    "RFC 822, wrong day of the week": ("Mon, 25 Nov 2026 08:00:00 GMT", "2026-11-25T08:00:00Z"),
    "ISO 8601, Z": ("2026-11-25T08:00:00Z", "2026-11-25T08:00:00Z"),
    "ISO 8601, offset": ("2026-11-25T08:00:00+05:30", "2026-11-25T02:30:00Z"),
    "ISO 8601, fraction": ("2026-11-25T08:00:00.987654Z", "2026-11-25T08:00:00Z"),
    "ISO 8601, a space for the T": ("2026-11-25 08:00:00", "2026-11-25T08:00:00Z"),
    "a day alone": ("2026-11-25", "2026-11-25T00:00:00Z"),
    "as C prints it": ("Wed Nov 25 08:00:00 2026", "2026-11-25T08:00:00Z"),
    "in the future": ("Wed, 25 Nov 2099 08:00:00 GMT", "2099-11-25T08:00:00Z"),
}


@pytest.mark.parametrize(("raw", "utc"), DATES.values(), ids=DATES)
def test_a_date_is_read_into_utc(raw: str, utc: str) -> None:
    """The forms that publishers use become an aware time in UTC, and stay beside it as written."""
    entry = only(channel(f"<title>a</title><pubDate>{raw}</pubDate>"))
    assert entry.published == datetime.fromisoformat(utc)
    assert entry.published is not None
    assert entry.published.tzinfo is UTC
    assert entry.published_raw == raw


UNREADABLE = [
    "yesterday at noon",
    "mercredi 25 novembre 2026",
    "0000-00-00T00:00:00Z",
    "Fri, 30 Feb 2026 08:00:00 GMT",
    "Wed, 25 Nov 99999 08:00:00 GMT",
    "1 Jan 0001 00:00:00 +2300",
    "-1",
    "<b>25</b>",
]


@pytest.mark.parametrize("raw", UNREADABLE)
def test_a_date_that_cannot_be_read_is_no_date(raw: str) -> None:
    """There is no date then, only what was written; the item is kept."""
    entry = only(channel(f"<title>a</title><pubDate><![CDATA[{raw}]]></pubDate>"))
    assert entry.published is None
    assert entry.published_raw


@pytest.mark.parametrize(
    ("dates", "raw"),
    [
        ("<published>2026-01-02T00:00:00Z</published><updated>2026-03-04T00:00:00Z</updated>", "2026-01-02"),
        ("<updated>2026-03-04T00:00:00Z</updated>", "2026-03-04"),
    ],
    ids=["both", "updated alone"],
)
def test_published_goes_before_updated(dates: str, raw: str) -> None:
    """An Atom entry's date is when it was published, or else when it was updated."""
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title>{dates}</entry></feed>'
    assert only(atom).published_raw.startswith(raw)


LINKS = {
    "absolute": ("https://else.example/a", "https://else.example/a"),
    "from the root": ("/news/1", "https://feeds.example/news/1"),
    "beside the feed": ("1.html", "https://feeds.example/press/1.html"),
    "above the feed": ("../1?x=y", "https://feeds.example/1?x=y"),
    "without a scheme": ("//else.example/a", "https://else.example/a"),
    "among white space": ("\n  https://else.example/a\n ", "https://else.example/a"),
}


@pytest.mark.parametrize(("link", "absolute"), LINKS.values(), ids=LINKS)
def test_a_relative_link_is_resolved(link: str, absolute: str) -> None:
    """An item's link is absolute: what it lacks comes from the feed's own address."""
    assert only(channel(f"<title>a</title><link>{link}</link>")).link == absolute


# Items that look alike


def test_the_same_item_twice_is_one_entry() -> None:
    """Exact repetitions within a document collapse; order is that of the first."""
    first, second = "<title>a</title><guid>https://h.example/1</guid>", "<title>b</title>"
    feed = parse(channel(first, second, first, second))
    assert [entry.title for entry in feed.entries] == ["a", "b"]
    assert kinds(feed.entries[0]) == ["guid", "path", "link", "title", "text"]


def test_one_guid_on_different_items_merges_nothing() -> None:
    """A guid that several items carry tells nothing, so that none of them has it as a key."""
    items = [
        f"<title>Release {n}</title><guid isPermaLink='false'>press</guid><link>https://h.example/{n}</link>"
        for n in range(10)
    ]
    feed = parse(channel(*items))
    assert [entry.title for entry in feed.entries] == [f"Release {n}" for n in range(10)]
    assert all(kinds(entry) == ["link", "title", "text"] for entry in feed.entries)


def test_one_link_on_all_items_merges_nothing() -> None:
    """Where every item leads to the same page, the page is no item's key; the guids stay."""
    items = [
        f"<title>Release {n}</title><guid isPermaLink='false'>{n}</guid><link>https://h.example/news</link>"
        for n in range(5)
    ]
    feed = parse(channel(*items))
    assert len(feed.entries) == 5
    assert all(kinds(entry) == ["guid", "title", "text"] for entry in feed.entries)


def test_items_that_share_everything_but_a_word_stay_apart() -> None:
    """Guid, link and title may all be shared: the text still tells two items from each other."""
    shared = "<title>Statement</title><guid>https://h.example/</guid><link>https://h.example/</link>"
    feed = parse(channel(*[f"{shared}<description>No {n}</description>" for n in range(3)]))
    assert [entry.text for entry in feed.entries] == ["No 0", "No 1", "No 2"]
    assert len({entry.keys for entry in feed.entries}) == 3


@settings(deadline=None)
@given(st.data())
def test_reading_a_part_is_the_part_of_a_reading(data: st.DataObject) -> None:
    """A feed that shows some of another's items gives the same entries for these."""
    now = datetime(2026, 11, 25, tzinfo=UTC)
    numbers = data.draw(st.lists(st.integers(0, 30), unique=True, max_size=8))
    items = [
        Item(f"Release {n}", f"<p>Text {n}</p>", guid=f"urn:r:{n}", link=f"https://h.example/{n}")
        for n in numbers
    ]
    part = data.draw(st.sets(st.sampled_from(range(len(items)))) if items else st.just(set[int]()))
    whole = parse(rss(items, now=now)).entries
    read = parse(rss([items[n] for n in sorted(part)], now=now)).entries
    assert read == tuple(whole[n] for n in sorted(part))


@pytest.mark.parametrize(
    ("change", "fingerprint", "content_hash"),
    [("title", True, True), ("description", True, True), ("link", True, False), ("pubDate", True, False)],
)
def test_a_fingerprint_sees_every_edit(change: str, fingerprint: bool, content_hash: bool) -> None:
    """Any edit changes the fingerprint; only one of title or text changes the content's hash."""
    fields = {
        "title": "Noon",
        "description": "At noon.",
        "link": "https://h.example/1",
        "pubDate": "Wed, 25 Nov 2026 08:00:00 GMT",
    }
    edited = fields | {change: fields[change].replace("1", "2").replace("oo", "u")}
    if change == "pubDate":
        edited[change] = "Wed, 25 Nov 2026 09:00:00 GMT"
    before, after = (
        only(channel("".join(f"<{name}>{value}</{name}>" for name, value in item.items())))
        for item in (fields, edited)
    )
    assert (before.fingerprint != after.fingerprint) is fingerprint
    assert (before.content_hash != after.content_hash) is content_hash


# What is no feed

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body/></html>'
A_PAGE = "a web page came instead of a feed"
UNREAD = "the answer is not a feed that can be read"
NO_FEEDS = {
    "HTML": (b"<!DOCTYPE html><html><head><title>News</title></head><body><p>Hi</p></body></html>", A_PAGE),
    "HTML without a doctype": (b"\n\n<HTML lang=en><body>Down for repairs</body>", A_PAGE),
    "HTML after a byte order mark": (b"\xef\xbb\xbf<!doctype html><title>x</title>", A_PAGE),
    "HTML after comments": (b"<!-- a --> <!-- > b -->\n<!doctype html>", A_PAGE),
    "XHTML with a declaration": (b'<?xml version="1.0"?>\n<!DOCTYPE html>' + XHTML.encode(), A_PAGE),
    "nothing": (b"", "the answer was empty"),
    "white space": (b" \r\n\t", "the answer was empty"),
    "JSON": (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]}', UNREAD),
    "plain text": (b"Too many requests", UNREAD),
    "other XML": (b'<?xml version="1.0"?><error><code>7</code></error>', UNREAD),
    "a PDF's beginning": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>", UNREAD),
    "random bytes": (random.Random(4).randbytes(4000), UNREAD),
    "null bytes": (bytes(100), UNREAD),
}


@pytest.mark.parametrize(("body", "reason"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_is_said_in_plain_words(body: bytes, reason: str) -> None:
    """Whatever else a server sends is an error that names the address and what came."""
    with pytest.raises(FetchError) as caught:
        parse(body, "application/xml")
    assert caught.value.reason == reason
    assert caught.value.url == URL


def test_a_feed_without_items_is_a_feed() -> None:
    """A newsroom that has published nothing yet is no error."""
    assert parse(channel()) == ParsedFeed("T", ())


def test_a_feed_that_stops_in_the_middle_is_read_as_far_as_it_goes() -> None:
    """The items before the cut are there whole."""
    whole = channel(*[f"<title>Release {n}</title><guid>https://h.example/{n}</guid>" for n in range(4)])
    feed = parse(whole[: whole.index("Release 3")])
    assert [entry.title for entry in feed.entries[:3]] == ["Release 0", "Release 1", "Release 2"]


IMPOSSIBLE = ["&#55357;&#56832;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#" + "9" * 5000 + ";"]


@pytest.mark.parametrize("reference", IMPOSSIBLE, ids=lambda reference: reference[:16])
def test_a_reference_to_no_character_loses_no_feed(reference: str) -> None:
    """An emoji in halves, or a number beyond Unicode, spoils its own place and nothing else."""
    feed = parse(channel(f"<title>Bread {reference} &#8217;and&#8217; roses</title>", "<title>b</title>"))
    assert [entry.title.replace("\ufffd", "").split() for entry in feed.entries] == [
        ["Bread", "’and’", "roses"],
        ["b"],
    ]


# What attackers send


@pytest.mark.timeout(30)
@pytest.mark.parametrize("element", ["managingEditor", "webMaster", "copyright", "author"])
def test_a_name_without_end_takes_no_time(element: str) -> None:
    """Where a mail address is looked for in it, its length must not count twice."""
    name = f"<{element}>{'a' * 300_000}</{element}>"
    body = f"<rss><channel><title>T</title>{name}<item><title>One</title>{name}</item></channel></rss>"
    assert [entry.title for entry in parse(body.encode()).entries] == ["One"]


@pytest.mark.timeout(30)
def test_entities_that_multiply_do_no_harm() -> None:
    """A document of a kilobyte that stands for gigabytes is read small, or refused."""
    entities = '<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]>" + channel("<title>a &e11; b</title>")
    try:
        feed = parse(body)
    except FetchError:
        return
    assert len(str(feed)) < 10_000


@pytest.mark.timeout(30)
def test_one_large_entity_many_times_does_no_harm() -> None:
    """What is read stays in proportion to what was sent."""
    body = f'<!DOCTYPE rss [<!ENTITY a "{"A" * 50_000}">]>' + channel(f"<title>{'&a;' * 20_000}</title>")
    try:
        feed = parse(body)
    except FetchError:
        return
    assert len(str(feed)) < 2 * len(body)


EXTERNAL = {
    "entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "{0}">]>',
    "public entity": '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//X//EN" "{0}">]>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "{0}"> %p;]>',
    "document type": '<!DOCTYPE rss SYSTEM "{0}">',
}


@pytest.mark.parametrize("doctype", EXTERNAL.values(), ids=EXTERNAL)
def test_external_entities_reach_no_file(doctype: str, tmp_path: Path) -> None:
    """A feed cannot read this machine's files."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the cellar key is under the stone", encoding="utf-8")
    items = "<title>a &x; b</title><description>&x;</description>"
    feed = parse(doctype.format(secret.as_uri()) + channel(items))
    assert len(feed.entries) == 1
    assert "cellar" not in str(feed)


@pytest.mark.parametrize("doctype", EXTERNAL.values(), ids=EXTERNAL)
def test_external_entities_cause_no_request(doctype: str, httpserver: HTTPServer) -> None:
    """A feed cannot make the reader ask another server for anything."""
    parse(doctype.format(httpserver.url_for("/evil.dtd")) + channel("<title>a &x; b</title>"))
    assert httpserver.log == []


@pytest.mark.timeout(30)
def test_a_page_of_comments_is_refused_as_quickly_as_any() -> None:
    """Hundreds of comments before nothing cost no more than their length."""
    with pytest.raises(FetchError):
        parse(b"<!---->" * 500 + b"x")


@pytest.mark.timeout(30)
def test_a_description_of_dots_costs_no_more_than_its_length() -> None:
    """Looking for the mark of a cut takes no time to speak of, whatever the text."""
    dots = "." * 500_000 + "x"
    item = f"<description>{dots}</description><content:encoded>Noon.</content:encoded>"
    assert only(channel(item)).text == f"{dots}\n\nNoon."


PIECES = [
    *(b'<rss version="2.0">', b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<guid>"),
    *(b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<entry>", b"<content type='xhtml'>", b"<updated>"),
    *(b"<link href='//['/>", b"<link>http://[</link>", b"<pubDate>2026-13-45T99:99Z</pubDate>", b"<![CDATA["),
    *(b"]]>", b"&#xD800;", b"&#1;", b"&#99999999;", b"&nbsp;", b"&", b"<", b"\x00", b"\xff", b"\xed\xa0\x80"),
    *(b'<?xml version="1.0" encoding="utf-7"?>', b"+2AA-", b"<!DOCTYPE rss [", b"<!ENTITY a 'b'>", b"text"),
]
bodies = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda inner: b"<rss><item>" + b"".join(inner)),
)


@settings(max_examples=300, deadline=None)
@given(bodies, st.sampled_from(["", "text/xml", "text/html; charset=utf-16", "application/json"]))
@example(b'<?xml version="1.0" encoding="unicode_escape"?><rss><item><title>\\ud800</title>', "text/xml")
@example(b'<?xml version="1.0" encoding="undefined"?><rss/>', "text/xml")
def test_any_bytes_are_a_feed_or_an_error(body: bytes, content_type: str) -> None:
    """Nothing that a server sends raises anything but FetchError, and all that is read can be stored."""
    try:
        feed = parse(body, content_type)
    except FetchError as error:
        assert error.reason
    else:
        for entry in feed.entries:
            assert len(set(entry.keys)) == len(entry.keys) > 0
            "".join([entry.guid, entry.link, entry.title, entry.text, entry.content]).encode()


def test_an_odd_encoding_breaks_nothing() -> None:
    """Versions of Python differ over "punycode": it is read, or refused, and nothing else is raised."""
    body = b'<?xml version="1.0" encoding="punycode"?><rss><item><title>a</title></item></rss>'
    with suppress(FetchError):
        assert len(parse(body).entries) <= 1
