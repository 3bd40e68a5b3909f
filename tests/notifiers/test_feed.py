"""The channel that keeps Atom feeds, read back by a feed reader's parser."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.files.atom import Entry, continued, new_document, read_document, write_document
from notifiers.files.feed import FeedNotifier
from notifiers.files.options import FeedOptions
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest, Section
from presswatch.errors import DeliveryError
from tests.notifiers.conftest import UNTIL
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

ATOM = "{http://www.w3.org/2005/Atom}"


def notifier(path: Path, entries: int = 100) -> FeedNotifier:
    """The channel as configured for the path."""
    return FeedNotifier.open(FeedOptions(path=path, entries=entries))


def parsed(file: Path) -> Any:
    """What a reader makes of the file; it must find nothing to complain of."""
    feed = feedparser.parse(file.read_bytes(), sanitize_html=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def ids(file: Path) -> list[str]:
    """The ids in the file, in their order; none may be there twice."""
    found = [entry.id for entry in parsed(file).entries]
    assert len(set(found)) == len(found)
    return found


def later(delivery: Delivery, hours: int, identity: str, *sections: Section) -> Delivery:
    """Another delivery of the subscription, so much later, that tells these sections."""
    created = delivery.digest.created + timedelta(hours=hours)
    digest = replace(delivery.digest, created=created, until=created, sections=sections)
    return replace(delivery, identity=identity, digest=digest)


def test_each_release_and_program_is_an_entry(tmp_path: Path, delivery: Delivery) -> None:
    """In the subscription's own file, newest first, with who published it, what it says, and why."""
    said = notifier(tmp_path / "feeds").send(delivery)
    file = tmp_path / "feeds" / "morning.atom"
    assert said == f"wrote {file}"
    feed = parsed(file)
    assert feed.version == "atom10"
    assert feed.feed.title == "Presswatch · morning"
    assert feed.feed.subtitle == "Read 38 of 40 feeds; 2 failed."
    assert [(entry.tags[0].term, entry.tags[0].label) for entry in feed.entries] == [
        ("secure-communities", "Secure Communities"),
        ("secure-communities", "Secure Communities"),
        ("secure-communities", "Secure Communities"),
        ("287g", "287(g)"),
    ]
    coalition = feed.entries[0]
    assert coalition.link == "https://www.example.org/press/2026/11/end-secure-communities"
    assert [author.name for author in coalition.authors] == [
        "Northern Immigrants Law Project",
        "American Civil Liberties Union",
        "Detention Watch Network",
        "Texas Civil Rights Project",
    ]
    assert coalition.title.startswith("Ten organizations call on the Department")
    assert coalition.title.endswith(" · Secure Communities")
    (content,) = coalition.content
    assert content.type == "text/html"
    assert "<mark><b>S-Comm</b></mark> broke the trust" in content.value
    assert "“fingerprints” stands nearby" in content.value
    assert feed.entries[1].title.endswith("Updated: now mentions Secure Communities")


def test_it_has_what_the_standard_asks_for(tmp_path: Path, edited: Digest, make: SimpleNamespace) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2: one id, title and updated, an author; dates of RFC 3339."""
    notifier(tmp_path).send(make.delivery(edited))
    feed = ET.parse(tmp_path / "morning.atom").getroot()
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 4
    for element in (feed, *entries):
        for once in ("id", "title", "updated"):
            (child,) = element.findall(f"{ATOM}{once}")
            assert child.text
        assert element.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert element.findtext(f"{ATOM}author/{ATOM}name")
        updated = datetime.fromisoformat(element.findtext(f"{ATOM}updated", ""))
        assert updated == UNTIL
    for entry in entries:
        assert len(entry.findall(f"{ATOM}content[@type='html']")) == 1
        assert {link.get("rel") for link in entry.findall(f"{ATOM}link")} <= {"alternate"}


def test_what_is_no_release_is_an_entry_too(tmp_path: Path, edited: Digest, make: SimpleNamespace) -> None:
    """Feeds that turned, and later publishers: nobody is to learn by silence that a feed has died."""
    notifier(tmp_path).send(make.delivery(edited))
    (notes,) = [e for e in parsed(tmp_path / "morning.atom").entries if "tags" not in e]
    assert notes.title == "Feeds in trouble or back"
    assert "Mill Street Clinic</a> stopped answering on 24 November 2026" in notes.content[0].value
    assert "Detention Watch Network" in notes.content[0].value


def test_the_same_delivery_again_changes_nothing(tmp_path: Path, delivery: Delivery) -> None:
    """Byte for byte, ids included."""
    notifier(tmp_path).send(delivery)
    first = (tmp_path / "morning.atom").read_bytes()
    notifier(tmp_path).send(delivery)
    assert (tmp_path / "morning.atom").read_bytes() == first


def test_ids_last_and_what_becomes_of_a_mention_updates_its_entry(
    tmp_path: Path, delivery: Delivery, make: SimpleNamespace
) -> None:
    """The feed's id and the entries' stay; a mention that was taken out comes up again under its own id."""
    out, file = notifier(tmp_path), tmp_path / "morning.atom"
    out.send(delivery)
    feed_id, before = parsed(file).feed.id, ids(file)
    told = delivery.digest.sections[0].items[2]
    removed = replace(told, kind="removed")
    section = Section("secure-communities", "Secure Communities", (removed,))
    out.send(later(delivery, 1, "b" * 32, section))
    assert parsed(file).feed.id == feed_id
    assert sorted(ids(file)) == sorted(before)
    top = parsed(file).entries[0]
    assert top.id == before[2]
    assert top.title.endswith(" · No longer mentioned")
    assert top.updated == "2026-11-25T09:00:00Z"

    out.send(delivery)  # an attempt that comes late
    assert parsed(file).entries[0].title == top.title


def test_another_archive_counts_from_one_and_that_is_another_release(
    tmp_path: Path, delivery: Delivery, make: SimpleNamespace
) -> None:
    """A release of the same number that was first seen at another time does not replace the first."""
    out = notifier(tmp_path)
    out.send(make.delivery(make.digest(make.item("One"))))
    out.send(make.delivery(make.digest(make.item("Other", first_seen=UNTIL + timedelta(days=1)))))
    assert len(ids(tmp_path / "morning.atom")) == 2


def test_the_newest_are_kept(tmp_path: Path, delivery: Delivery, make: SimpleNamespace) -> None:
    """No more than it should hold, unless one digest has more than that: what it tells can be read."""
    out, file = notifier(tmp_path, entries=3), tmp_path / "morning.atom"
    out.send(delivery)
    assert len(ids(file)) == 4
    items = [make.item(f"News {n}", release_id=10 + n) for n in range(2)]
    out.send(later(delivery, 1, "b" * 32, Section("p", "P", tuple(items))))
    assert [entry.title for entry in parsed(file).entries][:2] == ["News 0 · P", "News 1 · P"]
    assert len(ids(file)) == 3


def test_a_named_file_is_all_subscriptions_of_the_channel(tmp_path: Path, delivery: Delivery) -> None:
    """A release that both tell for one program is one entry."""
    file = tmp_path / "all.xml"
    out = notifier(file)
    out.send(delivery)
    out.send(replace(delivery, subscription="evening", identity="c" * 32))
    assert len(ids(file)) == 4
    assert parsed(file).feed.title == "Presswatch · out"
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["all.xml"]


@pytest.mark.parametrize(
    ("path", "url", "named"),
    [
        ("feeds", "https://watch.example.org/feeds", "https://watch.example.org/feeds/{subscription}.atom"),
        ("feeds", "https://watch.example.org/feeds/", "https://watch.example.org/feeds/{subscription}.atom"),
        ("all.xml", "https://watch.example.org/all", "https://watch.example.org/all"),
    ],
)
def test_a_feed_names_its_address_where_it_is_known(
    tmp_path: Path, delivery: Delivery, path: str, url: str, named: str
) -> None:
    """Of a folder, the address of the file in it."""
    FeedNotifier.open(FeedOptions(path=tmp_path / path, url=url)).send(delivery)
    (file,) = [one for one in tmp_path.rglob("*") if one.suffix in (".atom", ".xml")]
    (link,) = parsed(file).feed.links
    assert (link.rel, link.href) == ("self", named.format(subscription=delivery.subscription))


def test_foreign_text_is_inert(tmp_path: Path, make: SimpleNamespace) -> None:
    """Whatever a publisher writes arrives as text; no script, no link but http, no broken document."""
    evil = '<script>alert(1)</script>]]><![CDATA[&amp;<img src=x onerror="alert(2)">\x00\x0b\ufffe\ud800'
    item = make.item(
        evil,
        url="javascript:alert(3)",
        publishers=(evil,),
        passages=(make.passage(f"{evil} S-Comm", "S-Comm", why=evil),),
    )
    notifier(tmp_path).send(make.delivery(make.digest(item, name=evil)))
    file = tmp_path / "morning.atom"
    (entry,) = ET.parse(file).getroot().findall(f"{ATOM}entry")
    shown = '<script>alert(1)</script>]]><![CDATA[&amp;<img src=x onerror="alert(2)">'
    assert entry.findtext(f"{ATOM}title", "").startswith(shown)
    html = entry.findtext(f"{ATOM}content", "")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert not entry.findall(f"{ATOM}link")
    assert "javascript:" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"notes of mine",
        b"<feed/>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><generator>WordPress</generator></feed>',
        b'<!DOCTYPE feed [<!ENTITY a "a">]><feed xmlns="http://www.w3.org/2005/Atom"><id>&a;</id></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><generator>Presswatch</gen',
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, delivery: Delivery, content: bytes) -> None:
    """A mistaken path costs nobody a file; the digest stays owed until it is mended."""
    file = tmp_path / "mine.xml"
    file.write_bytes(content)
    with pytest.raises(DeliveryError, match=r"mine\.xml is no feed") as caught:
        notifier(file).send(delivery)
    assert not caught.value.permanent
    assert file.read_bytes() == content


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk neither truncates the feed nor leaves half a one beside it."""
    out, file = notifier(tmp_path), tmp_path / "morning.atom"
    out.send(delivery)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DeliveryError, match="No space left") as caught:
        out.send(later(delivery, 1, "b" * 32))
    assert not caught.value.permanent
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert file.name in before


def test_a_file_keeps_its_permissions(tmp_path: Path, delivery: Delivery) -> None:
    """Whoever was allowed to read the feed still is, after it was replaced."""
    out, file = notifier(tmp_path), tmp_path / "morning.atom"
    out.send(delivery)
    file.chmod(0o664)
    out.send(later(delivery, 1, "b" * 32))
    assert file.stat().st_mode & 0o777 == 0o664


def test_a_path_that_cannot_be_used_is_not_final(tmp_path: Path, delivery: Delivery) -> None:
    """What is in the way can be moved."""
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(DeliveryError, match="taken") as caught:
        notifier(tmp_path / "taken").send(delivery)
    assert not caught.value.permanent


def test_two_that_write_at_once_lose_nothing(
    tmp_path: Path, delivery: Delivery, make: SimpleNamespace
) -> None:
    """A test of the channel while a cycle sends: each adds to what the other wrote."""

    def sends(number: int) -> Callable[[], None]:
        section = Section("p", "P", (make.item(release_id=number),))
        return lambda: notifier(tmp_path).send(later(delivery, 0, f"{number:032}", section)) and None

    threads = [threading.Thread(target=sends(number)) for number in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids(tmp_path / "morning.atom")) == 12


def test_cycle_after_cycle_the_feed_grows(site: Site, tmp_path: Path) -> None:
    """From a newsroom to a feed reader, by the command that cron calls; what is told once is there once."""
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    config = write_config(
        tmp_path,
        [feed],
        channels=[{"id": "matches", "type": "feed", "path": "feeds"}],
        subscriptions=[{"id": "desk", "channel": "matches"}],
    )
    told = []
    for items in ([1], [1], [2, 1]):
        site.publish(
            "/feed", rss([item(number, f"The county will end S-Comm {number}.") for number in items])
        )
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "run", "-c", config],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told.append([entry.title for entry in parsed(tmp_path / "feeds" / "desk.atom").entries])
    first, second = "Release 1 · Secure Communities", "Release 2 · Secure Communities"
    assert told == [[first], [first], [second, first]]
    assert len(ids(tmp_path / "feeds" / "desk.atom")) == 2


TEXTS = st.text(max_size=30)
ENTRIES = st.builds(
    Entry,
    id=st.integers(0, 5).map(lambda number: f"urn:x:{number}"),
    title=TEXTS,
    updated=st.integers(0, 3).map(lambda hours: UNTIL + timedelta(hours=hours)),
    published=st.just(UNTIL),
    authors=st.tuples(TEXTS),
    html=TEXTS,
    link=st.none() | TEXTS,
    category=st.none() | st.tuples(TEXTS, TEXTS),
)


@given(st.lists(st.lists(ENTRIES, max_size=8), max_size=4), st.integers(1, 4))
def test_reading_continues_where_writing_stopped(rounds: list[list[Entry]], most: int) -> None:
    """Through the file or in memory, the same feed comes out, its ids unique and its newest entries kept."""
    kept = through = new_document()
    for entries in rounds:
        kept = continued(kept, entries, most)
        through = continued(read_document(write_document(through, "t", "s", UNTIL)), entries, most)
        assert write_document(kept, "t", "s", UNTIL) == write_document(through, "t", "s", UNTIL)
        found = [element.findtext("id") for element in kept.entries]
        assert len(set(found)) == len(found) <= most
        ages = [element.findtext("updated", "") for element in kept.entries]
        assert ages == sorted(ages, reverse=True)
