"""Which release an entry is: its keys, and when two entries are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.identity import Around, Candidate, identify
from presswatch.feeds.keys import canonical_link, digest, keys_of
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.values import Entry

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def entry(
    *,
    guid: str = "https://harbour.example/?p=7",
    link: str = "https://harbour.example/news/bridge",
    title: str = "A bridge is built",
    text: str = "Work starts in May.",
    published: datetime | None = NOON,
    publisher: str = "Harbour",
    language: str = "",
) -> Entry:
    """An entry with the keys that its values give."""
    return Entry(
        guid=guid,
        link=link,
        title=title,
        content=text,
        text=text,
        language=language,
        published=published,
        published_raw=str(published or ""),
        keys=keys_of(publisher=publisher, guid=guid, link=link, title=title, published=published, text=text),
        content_hash=digest(title, text),
    )


def known(stored: Entry, release_id: int = 1) -> list[Candidate]:
    """What the archive holds of an entry."""
    return [
        Candidate(
            release_id,
            frozenset(stored.keys),
            stored.title,
            stored.link,
            stored.published,
            stored.content_hash,
            stored.text,
            stored.language,
            stored.guid,
            stored.published_raw,
        )
    ]


def same_release(seen: Entry, candidates: list[Candidate], **around: bool) -> int | None:
    """The id of the release that the entry is, if any."""
    verdict = identify(seen, candidates, lambda *_: Around(**around))
    return verdict.release_id if verdict else None


LINKS = {
    "as it is": ("https://harbour.example/news/1", "harbour.example/news/1"),
    "the scheme": ("http://harbour.example/news/1", "harbour.example/news/1"),
    "capitals in scheme and host": ("HTTPS://Harbour.EXAMPLE/News/1", "harbour.example/News/1"),
    "www": ("https://www.harbour.example/news/1", "harbour.example/news/1"),
    "www is all there is": ("https://www.example/", "example"),
    "a slash at the end": ("https://harbour.example/news/1/", "harbour.example/news/1"),
    "the host alone": ("https://harbour.example", "harbour.example"),
    "the host and a slash": ("https://harbour.example/", "harbour.example"),
    "a fragment": ("https://harbour.example/news/1#top", "harbour.example/news/1"),
    "a usual port": ("http://harbour.example:80/news/1", "harbour.example/news/1"),
    "the other usual port": ("https://harbour.example:443/news/1", "harbour.example/news/1"),
    "a port of its own": ("https://harbour.example:8080/news/1", "harbour.example:8080/news/1"),
    "an identifying parameter": ("https://harbour.example/?p=7", "harbour.example?p=7"),
    "tracking parameters": (
        "https://harbour.example/?p=7&utm_source=rss&UTM_Medium=feed&fbclid=x&mc_cid=y",
        "harbour.example?p=7",
    ),
    "nothing but tracking": ("https://harbour.example/a?utm_source=rss", "harbour.example/a"),
    "an empty parameter": ("https://harbour.example/a?draft=", "harbour.example/a?draft="),
    "a parameter like tracking": ("https://harbour.example/a?utmost=1", "harbour.example/a?utmost=1"),
    "white space around it": (" https://harbour.example/a\n", "harbour.example/a"),
    "a user name": ("https://me@harbour.example/a", "harbour.example/a"),
    "nothing": ("", ""),
    "mail": ("mailto:press@harbour.example", ""),
    "a file": ("file:///etc/hosts", ""),
    "a path": ("/news/1", ""),
    "a word": ("news", ""),
    "no host": ("https:///news", ""),
    "half a bracket": ("http://[::1/news", ""),
    "a port that is no number": ("https://harbour.example:http/", ""),
    "a port that is too large": ("https://harbour.example:99999/", ""),
}


@pytest.mark.parametrize(("link", "canonical"), LINKS.values(), ids=LINKS)
def test_a_link_loses_what_changes_between_visits(link: str, canonical: str) -> None:
    """Only what tells one page from another is left of a link; of what is no web address, nothing."""
    assert canonical_link(link) == canonical


@given(st.text(st.sampled_from("htps:/.w?&=#[]@%a1 utm_")) | st.text())
def test_any_text_has_a_canonical_link(link: str) -> None:
    """Nothing that stands in a feed's link raises."""
    assert isinstance(canonical_link(link), str)


KEYS = {
    "an address": (
        entry(),
        ["guid:https://harbour.example/?p=7", "path:Harbour|p=7", "link:harbour.example/news/bridge"],
    ),
    "an address with a path": (
        entry(guid="https://harbour.example/news/7/"),
        ["guid:https://harbour.example/news/7/", "path:Harbour|news/7", "link:harbour.example/news/bridge"],
    ),
    "a host alone": (
        entry(guid="https://harbour.example/"),
        ["guid:https://harbour.example/", "link:harbour.example/news/bridge"],
    ),
    "a URN": (entry(guid="urn:uuid:77", link=""), ["guid:urn:uuid:77"]),
    "a tag URI": (entry(guid="TAG:harbour.example,2026:7", link=""), ["guid:TAG:harbour.example,2026:7"]),
    "a number": (entry(guid="1234", link=""), ["guid:Harbour|1234"]),
    "a number at a site": (
        entry(guid="1234 at https://harbour.example", link=""),
        ["guid:Harbour|1234 at https://harbour.example"],
    ),
    "no guid": (entry(guid=""), ["link:harbour.example/news/bridge"]),
    "nothing": (entry(guid="", link=""), []),
}


@pytest.mark.parametrize(("of", "keys"), KEYS.values(), ids=KEYS)
def test_the_keys_of_an_entry(of: Entry, keys: list[str]) -> None:
    """The strongest key is first and the text's is last; a guid that is local names its publisher."""
    assert list(of.keys[:-1]) == [*keys, "title:Harbour|a bridge is built"]
    assert of.keys[-1].startswith("text:")


def test_two_publishers_number_alike() -> None:
    """The guid "1234" of one publisher is not that of another."""
    ours, theirs = (
        entry(guid="1234", link=f"https://{p}.example/", publisher=p) for p in ("harbour", "river")
    )
    assert not set(ours.keys) & set(theirs.keys)


def test_the_same_words_of_two_publishers_are_two_releases() -> None:
    """Without guid and link the text alone is the key, and it is the publisher's own."""
    ours, theirs = (entry(guid="", link="", publisher=p) for p in ("Harbour", "River"))
    assert same_release(ours, known(theirs)) is None


STORED = entry()
REBUILT = "https://harbour.example/node/99817"
TEN_WORDS = "The council has voted for a bridge across the harbour in May."
OWN_PAGE = "https://harbour.example/news/the-harbour-has-a-bridge"
LONG = " ".join([TEN_WORDS, *(f"Its {name} arch stands." for name in "ABCDEFGHIJKLMNOP")])
NOON_AND_MORE = NOON + timedelta(hours=1)
NOTHING: dict[str, Any] = {"title": "", "text": "", "published": None}
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
OTHER = {"title": "The bridge is closed", "text": "Ice in the harbour.", "published": LATER}
DECISIONS: dict[str, tuple[Entry, Entry, bool]] = {
    # the same release
    "nothing changed": (STORED, STORED, True),
    "title edited": (STORED, entry(title="A bridge is built at last"), True),
    "text edited": (STORED, entry(text="Work starts in June."), True),
    "title and text edited": (STORED, entry(title="Bridge: June", text="Work starts in June."), True),
    "title and date edited": (STORED, entry(title="Bridge: June", published=LATER), True),
    "date gone": (STORED, entry(published=None), True),
    "link edited": (STORED, entry(link="https://harbour.example/news/bridge-2"), True),
    "link edited, title too": (STORED, entry(link="https://harbour.example/b2", title="A bridge"), True),
    "guid from http to https": (entry(guid="http://harbour.example/?p=7"), STORED, True),
    "guid from http to https, title edited": (
        entry(guid="http://harbour.example/news/7", link=""),
        entry(guid="https://harbour.example/news/7", link="", title="Bridge: June"),
        True,
    ),
    "guid with www": (
        entry(guid="https://www.harbour.example/news/7", link=""),
        entry(guid="https://harbour.example/news/7", link=""),
        True,
    ),
    "guid changed entirely, link the same": (STORED, entry(guid=REBUILT), True),
    "guid changed, link the same but for tracking": (
        STORED,
        entry(guid=REBUILT, link="http://www.harbour.example/news/bridge/?utm_source=rss"),
        True,
    ),
    "guid dropped": (STORED, entry(guid=""), True),
    "guid added": (entry(guid=""), STORED, True),
    "guid and link changed, words the same": (
        STORED,
        entry(guid=REBUILT, link="https://harbour.example/node/99817"),
        True,
    ),
    "site moved": (
        entry(guid="https://harbour.example/news/7", link="https://harbour.example/news/7"),
        entry(guid="https://port.example/news/7", link="https://port.example/news/7"),
        True,
    ),
    "site moved, text edited": (
        entry(guid="https://harbour.example/news/7", link="https://harbour.example/news/7"),
        entry(guid="https://port.example/news/7", link="https://port.example/news/7", text="May."),
        True,
    ),
    "nothing but text": (entry(guid="", link=""), entry(guid="", link=""), True),
    "nothing but text, no date": (
        entry(guid="", link="", published=None),
        entry(guid="", link="", published=None),
        True,
    ),
    "nothing but text and no words": (
        entry(guid="", link="", title="", text=""),
        entry(guid="", link="", title="", text=""),
        True,
    ),
    "nothing but text, edited": (
        entry(guid="", link=""),
        entry(guid="", link="", text="Work starts in June."),
        True,
    ),
    "everything rebuilt, the title in capitals": (
        STORED,
        entry(guid=REBUILT, link="https://port.example/99817", title="A BRIDGE IS BUILT", text="Elsewhere."),
        True,
    ),
    "everything rebuilt, a day without an hour, and cut": (
        entry(text=TEN_WORDS, published=MIDNIGHT),
        entry(guid=REBUILT, link="https://port.example/9", text=TEN_WORDS[:50] + "…", published=MIDNIGHT),
        True,
    ),
    "title and date new, a teaser of the page's text": (
        entry(guid="", link=OWN_PAGE, text=f"The bridge is built\n\n{TEN_WORDS} Work starts in June."),
        entry(guid="", link=OWN_PAGE, title="A bridge at last", published=LATER, text=f"{TEN_WORDS} […]"),
        True,
    ),
    "guid of a number, link and title mended": (
        entry(guid="7 at https://harbour.example", title="The bridg is built at last", text=TEN_WORDS),
        entry(
            guid="7 at https://harbour.example",
            title="The bridge is built at last",
            link="https://harbour.example/news/bridge-2",
            text=TEN_WORDS,
        ),
        True,
    ),
    "a short address without a date, title mended": (
        entry(guid="", title="NEW! The bridge is built", published=None, text=""),
        entry(guid="", title="The bridge is built", published=None, text=""),
        True,
    ),
    "the summary, and all of it in another feed": (
        entry(text=TEN_WORDS),
        entry(guid="urn:2", link="https://mail.example/2", text=f"{LONG}", published=NOON_AND_MORE),
        True,
    ),
    "an address that follows its headline, the words the same": (
        entry(text=TEN_WORDS, guid="", link="https://harbour.example/press/a-bridge-is-built-at-last"),
        entry(
            text=TEN_WORDS,
            guid="",
            link="https://harbour.example/press/the-bridge-has-been-built-now",
            title="The bridge has been built now",
        ),
        True,
    ),
    "a redesign, the site's name in the title": (
        entry(text=LONG, published=MIDNIGHT),
        entry(
            guid="urn:9",
            link="https://harbour.example/press/9",
            title="A bridge is built | The Harbour",
            text=LONG,
            published=MIDNIGHT,
        ),
        True,
    ),
    "guid, title and date kept, another text at another address": (
        entry(text=TEN_WORDS),
        entry(link="https://harbour.example/b/2", text="Ice is in the bay, and no ship has left since."),
        True,
    ),
    # another release
    "a bulletin of the same landing page, with its own guid": (
        entry(guid="b-1", link="https://harbour.example/bulletin", title="Our Bulletin", text=TEN_WORDS),
        entry(
            guid="b-2",
            link="https://harbour.example/bulletin",
            title="Our Bulletin",
            text="Ice is in the bay, and no ship has left since Sunday at noon.",
            published=NOON + timedelta(days=7),
        ),
        False,
    ),
    "a number given again": (
        entry(guid="41 at https://harbour.example", link="https://harbour.example/node/41", text=TEN_WORDS),
        entry(
            guid="41 at https://harbour.example",
            link="https://harbour.example/node/41",
            title="Ships are late",
            text="Ice is in the bay, and no ship has left since Sunday at noon.",
            published=LATER,
        ),
        False,
    ),
    "a generic title, and a line that only invites to read": (
        entry(guid="1", title="Press Release", text="Click here for our full release.", published=MIDNIGHT),
        entry(
            guid="2",
            link="https://harbour.example/2",
            title="Press Release",
            text="Click here for our full release.",
            published=MIDNIGHT,
        ),
        False,
    ),
    "the words of all, under another title": (
        entry(text=TEN_WORDS),
        entry(guid="urn:2", link=OWN_PAGE, title="Ships are late", text=TEN_WORDS, published=LATER),
        False,
    ),
    "a long report, word for word, under another date": (
        entry(text=LONG),
        entry(guid=REBUILT, link="https://port.example/9", text=f"{LONG}\n", published=LATER),
        False,
    ),
    "a month's report, under the title and with the teaser of the last": (
        entry(text=TEN_WORDS),
        entry(guid=REBUILT, link="https://harbour.example/reports/9", text=TEN_WORDS, published=LATER),
        False,
    ),
    "of two offices on one day, without words": (
        entry(guid="", link="https://harbour.example/north/1", text=""),
        entry(guid="", link="https://harbour.example/south/1", text="", published=NOON_AND_MORE),
        False,
    ),
    "of two offices on one day, from one template": (
        entry(text=f"{TEN_WORDS} It has 17 arches."),
        entry(
            guid="urn:2",
            link="https://harbour.example/2",
            text=f"{TEN_WORDS} It has 18 arches.",
            published=NOON_AND_MORE,
        ),
        False,
    ),
    "a week's report, undated, from the template of the last": (
        entry(guid="", link="https://harbour.example/r/1", text=f"{TEN_WORDS} 17 ships.", published=None),
        entry(guid="", link="https://harbour.example/r/2", text=f"{TEN_WORDS} 18 ships.", published=None),
        False,
    ),
    "its translation, with its guid and date": (
        replace(STORED, language="en-US"),
        entry(
            language="es", title="Hay un puente", link="https://harbour.example/es/puente", text="En mayo."
        ),
        False,
    ),
    "a guid that is the place in the list, and the newsroom's link": (
        entry(guid="1", link="https://harbour.example/news"),
        entry(guid="1", link="https://harbour.example/news", **OTHER),
        False,
    ),
    "an address only, of a site that moved": (
        entry(guid="https://north.example/n/1", link="https://north.example/n/1", **NOTHING),
        entry(guid="https://south.example/n/1", link="https://south.example/n/1", **NOTHING),
        True,
    ),
    "midnight of another zone, the same title": (
        replace(entry(text=TEN_WORDS), published_raw="Wed, 25 Nov 2026 00:00:00 -0500"),
        replace(
            entry(guid="urn:2", link="https://harbour.example/2", text="Wells."),
            published_raw="Wed, 25 Nov 2026 00:00:00 -0500",
        ),
        False,
    ),
    "each week's bulletin": (
        entry(text=TEN_WORDS),
        entry(guid="urn:2", link="https://harbour.example/2", text=TEN_WORDS + " Twice.", published=LATER),
        False,
    ),
    "the same title twice on a day": (
        entry(text=TEN_WORDS, published=MIDNIGHT),
        entry(guid="urn:2", link="https://harbour.example/2", text="Wells.", published=MIDNIGHT),
        False,
    ),
    "constant guid": (
        entry(guid="press", link=""),
        entry(guid="press", link="", **OTHER),
        False,
    ),
    "constant guid that is an address": (
        entry(guid="https://harbour.example/press"),
        entry(guid="https://harbour.example/press", link="https://harbour.example/news/ice", **OTHER),
        False,
    ),
    "constant guid, no titles": (
        entry(guid="press", link="", title="", published=None),
        entry(guid="press", link="", title="", published=None, text="Ice in the harbour."),
        False,
    ),
    "shared link": (entry(guid=""), entry(guid="", **OTHER), False),
    "shared link, no titles or dates": (
        entry(guid="", title="", published=None),
        entry(guid="", title="", published=None, text="Ice in the harbour."),
        False,
    ),
    "shared link, guids that differ": (STORED, entry(guid=REBUILT, **OTHER), False),
    "another site's same path": (
        entry(guid="https://harbour.example/news/7", link=""),
        entry(guid="https://river.example/news/7", link="", publisher="River", **OTHER),
        False,
    ),
    "the same number at another publisher": (
        entry(guid="1234", link="", published=NOON),
        entry(guid="1234", link="", published=NOON, publisher="River", title="Wells"),
        False,
    ),
    "nothing but text, and it differs": (
        entry(guid="", link=""),
        entry(guid="", link="", title="A bridge is planned", text="Work starts in June."),
        False,
    ),
    "nothing in common": (STORED, entry(guid=REBUILT, link="https://harbour.example/ice", **OTHER), False),
}


@pytest.mark.parametrize(("stored", "incoming", "same"), DECISIONS.values(), ids=DECISIONS)
def test_whether_it_is_the_same_release(stored: Entry, incoming: Entry, same: bool) -> None:
    """A key in common counts when one more sign agrees; what is written alone never merges two texts."""
    assert same_release(incoming, known(stored)) == (1 if same else None)


def test_the_same_path_on_another_feed_s_site_is_another_page() -> None:
    """Sitemaps of two hosts, which say nothing else."""
    north, south = (
        entry(guid=f"https://{host}.example/n/1", link=f"https://{host}.example/n/1", **NOTHING)
        for host in ("north", "south")
    )
    assert same_release(south, [replace(c, elsewhere=True, other_host=True) for c in known(north)]) is None


CHAPTERS: dict[str, tuple[Entry, bool]] = {
    "the same path, other words": (entry(text=f"{TEN_WORDS} We in Birch won't."), False),
    "the same path, other words on one moment": (entry(text="Ice is in the bay, and no ship left."), False),
    "the same short text of one day": (entry(text=TEN_WORDS, published=NOON_AND_MORE), False),
    "title and moment, without words": (entry(text=""), False),
    "the same long text of one day": (entry(text=LONG, published=NOON_AND_MORE), True),
    "the same long text two days later": (entry(text=LONG, published=NOON + timedelta(days=2)), True),
    "the same long text a year later": (entry(text=LONG, published=NOON + timedelta(days=365)), False),
}


@pytest.mark.parametrize(("theirs", "same"), CHAPTERS.values(), ids=CHAPTERS)
def test_a_chapter_on_a_host_of_its_own(theirs: Entry, same: bool) -> None:
    """What two hosts of one publisher number or call alike is one release only if it says the same."""
    text = LONG if theirs.text == LONG else theirs.text if theirs.text in ("", TEN_WORDS) else TEN_WORDS
    ours = entry(guid="https://alder.example/?p=7", link="https://alder.example/news/bridge", text=text)
    shared = frozenset(key for key in ours.keys if key.startswith(("path:", "title:")))
    candidate = replace(known(ours)[0], keys=shared, elsewhere=True, other_host=True)
    assert shared <= set(theirs.keys)
    assert same_release(theirs, [candidate]) == (1 if same else None)


def test_what_else_was_shown_weighs() -> None:
    """New names say nothing where a site was rebuilt; that the old release is still shown speaks against."""
    moved = entry(guid=REBUILT, link="https://port.example/9", text="", published=NOON_AND_MORE)
    bare = known(entry(text=""))
    assert same_release(moved, bare) is None
    assert same_release(moved, bare, rebuilt=True) == 1
    assert same_release(replace(moved, published=LATER), bare, rebuilt=True) is None
    assert same_release(replace(moved, published=LATER), bare, redated=True) == 1
    again = entry(guid=REBUILT, link="https://port.example/9", text=TEN_WORDS, published=NOON_AND_MORE)
    told = known(entry(text=TEN_WORDS))
    assert same_release(again, told) == 1
    assert same_release(again, told, beside=True) is None
    edited = replace(again, title="Ships may pass")
    placed = [replace(told[0], keys=frozenset())]
    assert same_release(edited, placed) is None
    assert same_release(edited, placed, in_place=True) == 1


def test_a_verdict_explains_itself() -> None:
    """What speaks for it and what against, the strongest first."""
    verdict = identify(entry(title="Ships may pass", link=OWN_PAGE), known(STORED))
    assert verdict is not None
    assert verdict.why == (
        "the same guid, the same moment of publication, the same few words;"
        " though another title, another address"
    )


def test_the_strongest_key_wins() -> None:
    """Where two releases could be meant, the one known by its guid is."""
    by_link = entry(guid=REBUILT)
    by_guid = entry(link="https://harbour.example/news/bridge-2")
    assert same_release(STORED, known(by_link, 9) + known(by_guid, 4)) == 4


def test_the_newest_of_equals_wins() -> None:
    """Of several releases known by the same key, the one stored last is meant."""
    assert same_release(STORED, known(STORED, 3) + known(STORED, 8) + known(STORED, 5)) == 8


def test_a_key_that_is_not_the_entry_s_is_ignored() -> None:
    """A candidate under a foreign key says nothing, however alike its title."""
    stranger = replace(known(STORED)[0], keys=frozenset({"guid:urn:other"}))
    assert same_release(STORED, [stranger]) is None


@given(
    st.builds(
        entry,
        guid=st.sampled_from(["", "7", "urn:7", "https://h.example/7", "http://["]),
        link=st.sampled_from(["", "https://h.example/7", "no link"]),
        title=st.text(max_size=5),
        text=st.text(max_size=5),
        published=st.none() | st.just(NOON),
    )
)
def test_an_entry_is_itself(seen: Entry) -> None:
    """Whatever an entry lacks, it is known when it comes again."""
    assert same_release(seen, known(seen)) == 1


def test_shared_keys_are_dropped_where_they_are_shared() -> None:
    """A guid on two entries of a document is neither's key; what is each one's own stays."""
    first, second = entry(), entry(link="https://harbour.example/ice", title="Ice", text="Cold.")
    alone = entry(guid="urn:1", link="https://harbour.example/3", text="Three.")
    got = drop_shared_keys([first, second, alone])
    assert [e.keys for e in got] == [
        (*first.keys[2:3], first.keys[4]),
        second.keys[2:],
        (*alone.keys[:2], alone.keys[3]),
    ]


def test_an_entry_keeps_one_key_at_least() -> None:
    """Where every key is shared the last one stays, so that the entry can be stored."""
    one = entry(guid="", link="", title="", text="")
    other = replace(one, content="<img>")
    assert [e.keys for e in drop_shared_keys([one, other])] == [one.keys[-1:]] * 2


def test_repetitions_collapse_before_keys_are_compared() -> None:
    """The same entry twice shares its keys with nobody."""
    assert drop_shared_keys([STORED, STORED]) == (STORED,)


def test_a_digest_keeps_its_parts_apart() -> None:
    """Two lists of parts that read alike in a row have different digests."""
    rows = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("1:a",), ("a", ""), ("a",)]
    assert len({digest(*row) for row in rows}) == len(rows)
