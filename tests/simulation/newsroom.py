"""A newsroom as it stands at a moment: its address, what its list shows, and what it does next."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from tests.simulation.profile import Profile
from tests.simulation.release import Release

Act = Callable[["Newsroom", datetime], None]


class Newsroom:
    """One of the year's newsrooms. All times are true ones; ``random`` is its own, so that one newsroom's
    year doesn't depend on another's.
    """

    def __init__(self, number: int, profile: Profile, random: Random) -> None:
        self.number = number
        self.profile = profile
        self.random = random
        self.scheme = random.choice(("http", "https", "https"))
        self.host = f"{random.choice(('', 'www.'))}newsroom{number}.example"
        self.publisher = f"Newsroom {number}"
        self.renumbered = 0
        """How often all guids were changed."""
        self.rebuilt = 0
        """How often all permalinks were changed."""
        self.manner = ""
        """How a redesign changed what titles look like."""
        self.next_serial = 1_000 * number + 1
        self.next_node = 1
        """The numbers that what is published next gets."""
        self.befell: set[str] = set()
        """Which of the rarer things happened to it."""
        self.undecidable: set[int] = set()
        """Numbers of releases that nobody could know again, since all that was told of them was changed."""
        self.troubles: list[tuple[datetime, datetime]] = []
        """When its list could not be had as it should be, from and until."""
        self.frozen = False
        """Whether its server says "not modified" to whoever asks so."""
        self.trouble = ""
        """What its server answers instead of what it should."""
        self.pages_trouble = ""
        self.left_host = ""
        """Where it lived before it moved, while that still redirects."""
        self.dead_hosts: set[str] = set()
        self.configured = self.url
        """Its address on the watch."""
        self.releases: list[Release] = []
        self.pinned: list[Release] = []
        self.handed_out: list[datetime] = []
        """When its list was read whole, and showed something."""
        self.changes = 0
        self.addresses: dict[str, Release] = {}
        self.unstable: set[int] = set()
        """Numbers of releases of which everything was changed at once."""
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._entries = 0

    def plan(self, at: datetime, act: Act) -> None:
        """Put on the agenda."""
        self._entries += 1
        heapq.heappush(self._agenda, (at, self._entries, act))

    def advance(self, now: datetime) -> None:
        """Do what was planned up to now."""
        while self._agenda and self._agenda[0][0] <= now:
            at, _, act = heapq.heappop(self._agenda)
            act(self, at)
            self.changes += 1

    def publish(self, release: Release) -> None:
        """Put a release on the site."""
        self.releases.append(release)
        release.serial, release.node = self.next_serial, self.next_node
        self.next_serial += 1
        self.next_node += 1
        self.name_address(release)
        self.note_address(release)

    def name_address(self, release: Release) -> None:
        """Give it a slug after its title that no other release has."""
        words = release.version.title.lower().split()[:6]
        slug = "".join(c for c in "-".join(words) if c.isalnum() or c == "-")
        taken = {other.slug for other in self.releases if other is not release}
        release.slug = next(
            name for name in (slug, *(f"{slug}-{n}" for n in range(2, 999))) if name not in taken
        )

    def note_address(self, release: Release) -> None:
        """Remember that the release can be found where it is now."""
        self.addresses[self.path(release)] = release

    @property
    def front(self) -> str:
        """The site's address."""
        return f"{self.scheme}://{self.host}"

    @property
    def list_path(self) -> str:
        """Where its list is."""
        return {"page": "/press", "sitemap": "/press-sitemap.xml", "json": "/feed.json"}.get(
            self.profile.format, "/feed"
        )

    @property
    def url(self) -> str:
        """The list's address."""
        return self.front + self.list_path

    def path(self, release: Release) -> str:
        """The path of a release's page, under the present permalinks."""
        if self.profile.titles == "landing":
            return f"/{'our-' * self.rebuilt}bulletin"
        if self.profile.slugs == "node":
            return f"/node/{release.node}"
        slug = release.slug
        return (f"/press/{slug}", f"/news/{release.published:%Y/%m}/{slug}", f"/r/{slug}/{release.serial}")[
            self.rebuilt % 3
        ]

    def link(self, release: Release) -> str:
        """The address of a release's page."""
        return release.claimed_link or self.front + self.path(release)

    def shown_title(self, release: Release) -> str:
        """A release's title as the site shows it."""
        title, version = release.version.title, release.version
        if self.manner == "site's name appended":
            return f"{title} | {self.publisher}"
        if self.manner == "site's name in front":
            return f"{self.publisher}: {title}"
        if self.manner == "shortened" and not version.in_title:
            return " ".join(title.split()[:4]) + " …"
        return title.upper() if self.manner == "capitals" else title

    def guid(self, release: Release) -> str:
        """The release's guid, as the newsroom writes it now; empty for none."""
        if release.claimed_guid:
            return release.claimed_guid
        number = release.serial + 100_007 * self.renumbered
        salt = f"{self.renumbered}" if self.renumbered else ""
        return {
            "permalink": self.link(release) + (f"?v={salt}" if salt else ""),
            "post": f"{self.front}/?p={number}",
            "number": str(number),
            "urn": f"urn:uuid:{number:08x}-{self.number:04x}-4000-8000-{self.renumbered:012x}",
            "none": "",
        }[self.profile.guids]

    def claimed(self, release: Release, now: datetime) -> datetime | None:
        """The date that the newsroom gives a release."""
        if self.profile.dates == "missing":
            return None
        if self.profile.dates == "now":
            return now
        source = release.copy_of or release
        return source.claimed or source.published

    def in_order(self) -> list[Release]:
        """All releases that are not withdrawn, newest first."""
        return sorted(
            (release for release in self.releases if not release.withdrawn),
            key=lambda release: (release.sorted_by, release.number),
            reverse=True,
        )

    def in_list_order(self) -> list[Release]:
        """As :meth:`in_order`, those that are pinned first; the list and its older pages are cut from it."""
        pinned = [release for release in self.pinned if not release.withdrawn]
        return pinned + [release for release in self.in_order() if release not in pinned]

    def listed(self, now: datetime | None = None) -> list[Release]:
        """What the list shows now, in its order; of one that ages, what is young enough ``now``."""
        listed = self.in_list_order()[: self.profile.shown]
        if self.profile.ages and now is not None:
            listed = [release for release in listed if release.published > now - timedelta(days=2)]
        return listed

    @property
    def kinds(self) -> set[str]:
        """What is not as usual about it."""
        profile = self.profile
        found = {
            f"titles: {profile.titles}" if profile.titles != "own" else "",
            f"address: {profile.slugs}" if profile.slugs != "stays" else "",
            f"text: {profile.text}" if profile.text != "whole" else "",
            "sitemap that ages" if profile.ages else profile.format,
            f"dates: {profile.dates}" if profile.dates != "full" else "",
            profile.part,
            "chapter" if self.publisher.startswith("Chapters") else "",
        }
        return (found | self.befell) - {"", "rss2", "rss1", "atom", "json"}

    def at(self, moment: datetime, within: timedelta) -> datetime:
        """A moment by chance, soon after."""
        return moment + self.random.random() * within
