"""Digests to send, and a way to make others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from presswatch.digests.delivery import Delivery
from presswatch.digests.health import FeedTurn
from presswatch.digests.model import (
    Coverage,
    Digest,
    DigestItem,
    FailedFeed,
    Gap,
    LaterPublishers,
    Limit,
    Passage,
    Publication,
    Section,
    SilentFeed,
    UnreadPages,
)
from presswatch.releases.difference import excerpt

SINCE = datetime(2026, 11, 24, 8, tzinfo=UTC)
UNTIL = datetime(2026, 11, 25, 8, tzinfo=UTC)
IDENTITY = "6f1c0a52d7e94b0f9a3be1c4d2f87a10"


def passage(text: str, *terms: str, before: bool = True, after: bool = True, why: str = "") -> Passage:
    """A passage in which each of the terms is marked where it first stands."""
    marks = tuple((text.index(term), text.index(term) + len(term)) for term in terms)
    why = why or f"“{terms[0]}” is a term that always means the program."
    return Passage(text, marks, before, after, why)


def item(title: str = "A release", **values: Any) -> DigestItem:
    """A new release without passages; ``values`` replace fields."""
    plain = DigestItem(
        release_id=1,
        title=title,
        url="https://example.org/news/1",
        publishers=("Texas Civil Rights Project",),
        published=UNTIL,
        first_seen=UNTIL,
        kind="new",
        passages=(),
    )
    return replace(plain, **values)


def digest_of(
    *items: DigestItem, name: str = "Secure Communities", coverage: Coverage | None = None
) -> Digest:
    """A digest with one section, or none where there are no items."""
    sections = (Section("secure-communities", name, items),) if items else ()
    return Digest("morning", UNTIL, SINCE, UNTIL, sections, coverage or Coverage(40, 40))


def delivery_of(digest: Digest, recipient: str = "ana@example.org") -> Delivery:
    """A delivery of the digest, always of the same identity."""
    return Delivery(1, IDENTITY, digest.subscription, "out", recipient, digest)


def ordinary_digest() -> Digest:
    """Two programs, four releases: of a coalition, updated, in Spanish, and right to left."""
    coalition = item(
        "Ten organizations call on the Department of Homeland Security to end Secure Communities",
        release_id=1,
        url="https://www.example.org/press/2026/11/end-secure-communities",
        publishers=(
            "Northern Immigrants Law Project",
            "American Civil Liberties Union",
            "Detention Watch Network",
            "Texas Civil Rights Project",
        ),
        passages=(
            passage(
                "Ten organizations call on the Department of Homeland Security to end Secure Communities",
                "Secure Communities",
                before=False,
                after=False,
                why="Capitalised where the text around it is not, and “fingerprints” stands nearby.",
            ),
            passage(
                "today’s letter recalls that under Secure Communities, the fingerprints of everyone booked "
                "into a local jail are sent to immigration authorities, whether or not they are ever "
                "charged. “S-Comm broke the trust between residents and the police,” the letter says",
                "Secure Communities",
                "S-Comm",
                why="Capitalised where the text around it is not, and “fingerprints” stands nearby.",
            ),
        ),
    )
    spanish = item(
        "Organizaciones exigen el fin de «Comunidades Seguras» en el condado de Harris",
        release_id=2,
        url="https://example.org/es/comunicados/2026/comunidades-seguras?id=42&lang=es",
        publishers=("Fundación Año Nuevo",),
        kind="updated",
        passages=(
            passage(
                "El programa Comunidades Seguras ha separado a miles de familias; la ampliación anunciada "
                "el martes añadiría cuarenta condados",
                "Comunidades Seguras",
                before=False,
                why="“Comunidades Seguras” always means Secure Communities.",
            ),
        ),
    )
    hebrew = item(
        "ארגוני זכויות אדם: תוכנית Secure Communities פוגעת באמון",
        release_id=3,
        publishers=("האגודה לזכויות האזרח",),
        published=None,
        passages=(
            passage(
                "לפי ההודעה, תוכנית Secure Communities פוגעת באמון בין התושבים לבין המשטרה.",
                "Secure Communities",
            ),
        ),
    )
    sheriff = item(
        "Sheriff’s office signs new 287(g) agreement 🚨",
        release_id=4,
        url="https://sheriff.example.gov/news/287g",
        publishers=("Office of the Sheriff",),
        passages=(
            passage(
                "The county has signed a 287(g) agreement with U.S. Immigration and Customs Enforcement, "
                "under the task force model",
                "287(g)",
                before=False,
            ),
        ),
    )
    return Digest(
        subscription="morning",
        created=UNTIL,
        since=SINCE,
        until=UNTIL,
        sections=(
            Section("secure-communities", "Secure Communities", (coalition, spanish, hebrew)),
            Section("287g", "287(g)", (sheriff,)),
        ),
        coverage=Coverage(
            40,
            38,
            (
                FailedFeed("Governor’s Office", "https://gov.example.gov/feed/", "The server answered 503."),
                FailedFeed(
                    "Human Rights Watch", "https://www.example.com/rss.xml", "No answer within 15 seconds."
                ),
            ),
        ),
    )


BEFORE = "The county will end S-Comm next week. The vote was eight to two, after a long night."
AFTER = "The county will study the program. The vote was eight to two, after a long night."


def edited_digest() -> Digest:
    """A mention that was taken out, one that an edit added, one that came back; a story that was told before;
    feeds that turned, failed, are silent or have gaps.
    """
    removed = item(
        "County ends a program",
        release_id=5,
        kind="removed",
        passages=(passage(BEFORE, "S-Comm", before=False, after=False),),
        difference=excerpt(BEFORE, AFTER, BEFORE.index("S-Comm"), BEFORE.index("S-Comm") + 6, of="old"),
    )
    updated = item(
        "Statement on the jail",
        release_id=6,
        kind="updated",
        passages=(passage(BEFORE, "S-Comm", before=False, after=False),),
        difference=excerpt(AFTER, BEFORE, BEFORE.index("S-Comm"), BEFORE.index("S-Comm") + 6, of="new"),
        publishers=("River Clinic", "Orchard Alliance", "Harbour House"),
        others=(
            Publication(7, "Orchard Alliance", "https://orchard.example/7"),
            Publication(8, "Harbour House", "javascript:alert(1)"),
        ),
    )
    again = item("It is back", release_id=9, kind="again", passages=(passage(BEFORE, "S-Comm"),))
    coverage = Coverage(
        feeds=55,
        read=52,
        failed=(
            FailedFeed("Governor’s Office", "https://gov.example.gov/feed/", "The server answered 503."),
            FailedFeed("Mill Street Clinic", "https://mill.example/feed", "HTTP 404 Not Found"),
        ),
        silent=(
            SilentFeed("Lantern Bay", "https://lantern.example/feed", datetime(2026, 10, 3, tzinfo=UTC)),
        ),
        gaps=(
            Gap(1, "Busy Bureau", "https://busy.example/feed", SINCE, UNTIL, "open", 0, "no older pages"),
            Gap(2, "Quick Desk", "https://quick.example/feed", SINCE, UNTIL, "recovered", 4, "by ?paged=2"),
            Gap(3, "Slow Desk", "https://slow.example/feed", SINCE, UNTIL, "pending", 0, ""),
        ),
        unread=(
            UnreadPages("Orchard Alliance", "https://orchard.example/feed", 2, "HTTP 403 Forbidden"),
            UnreadPages("Quick Desk", "https://quick.example/feed", 1, "HTTP 404 Not Found"),
        ),
        limits=(
            Limit(
                "Orchard Alliance",
                "https://orchard.example/feed",
                "teasers",
                "its pages cannot be read (HTTP 403 Forbidden)",
            ),
            Limit(
                "Orchard Alliance",
                "https://orchard.example/sitemap.xml",
                "part",
                "its index names 7 sitemaps that may hold releases; 5 of them are read",
            ),
            Limit("Fast Desk", "https://fast.example/feed", "order", "nothing of before was left"),
        ),
        turned=(
            FeedTurn(
                "Mill Street Clinic", "https://mill.example/feed", SINCE, "failing", "HTTP 404 Not Found"
            ),
            FeedTurn(
                "Lantern Bay",
                "https://lantern.example/feed",
                SINCE,
                "silent",
                "nothing new for 52 days, where it used to publish every 4",
            ),
            FeedTurn("Copper Finch Center", "https://finch.example/feed", SINCE, "well", ""),
        ),
    )
    later = LaterPublishers(
        title="Ten organizations call on the Department to end Secure Communities",
        url="https://www.example.org/press/2026/11/end-secure-communities",
        publisher="Northern Immigrants Law Project",
        programs=("secure-communities",),
        publications=(
            Publication(11, "Detention Watch Network", "https://detention.example/11"),
            Publication(12, "Texas Civil Rights Project", "https://texas.example/12"),
        ),
    )
    section = Section("secure-communities", "Secure Communities", (removed, updated, again))
    return Digest("morning", UNTIL, SINCE, UNTIL, (section,), coverage, (later,))


@pytest.fixture
def edited() -> Digest:
    """The digest of edits, later publishers and feeds in trouble."""
    return edited_digest()


@pytest.fixture
def make() -> SimpleNamespace:
    """The functions above, by short names."""
    return SimpleNamespace(passage=passage, item=item, digest=digest_of, delivery=delivery_of)


@pytest.fixture
def digest() -> Digest:
    """The ordinary digest."""
    return ordinary_digest()


@pytest.fixture
def delivery(digest: Digest) -> Delivery:
    """A delivery of the ordinary digest to ana@example.org."""
    return delivery_of(digest)
