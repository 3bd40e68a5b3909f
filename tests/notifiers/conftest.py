"""Digests to send, and a way to make others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Coverage, Digest, DigestItem, FailedFeed, Passage, Section

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
            "National Immigration Law Center",
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
