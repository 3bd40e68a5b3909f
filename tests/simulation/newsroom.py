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
        self.note_address(release)

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
        slug = f"{release.name.lower()}-{'-'.join(release.versions[0].title.lower().split()[:4])}"
        slug = "".join(c for c in slug if c.isalnum() or c == "-")
        return (f"/press/{slug}", f"/news/{release.published:%Y/%m}/{slug}", f"/r/{slug}/{release.number}")[
            self.rebuilt % 3
        ]

    def link(self, release: Release) -> str:
        """The address of a release's page."""
        return self.front + self.path(release)

    def guid(self, release: Release) -> str:
        """The release's guid, as the newsroom writes it now; empty for none."""
        number = release.number * 3 + 10_007 * self.renumbered
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
        return now if self.profile.dates == "now" else release.claimed or release.published

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

    def listed(self) -> list[Release]:
        """What the list shows now, in its order."""
        return self.in_list_order()[: self.profile.shown]

    def at(self, moment: datetime, within: timedelta) -> datetime:
        """A moment by chance, soon after."""
        return moment + self.random.random() * within
