"""The sample newsroom holds what the demo is to show."""

import io
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from importlib import resources
from typing import Any

import feedparser
import pytest

from cli.demo.newsroom import Newsroom, SampleRelease
from presswatch.feeds.html_text import html_to_text
from presswatch.matching.matcher import Matcher
from presswatch.matching.program import Program

ENTRIES = {
    "lantern-bay": (2, 3),
    "copper-finch": (2, 3),
    "tres-garzas": (2, 2),
    "marigold-row": (1, 2),
    "seven-lamps": (2, 3),
    "plumb-line": (1, 2),
}
"""How many entries each feed shows, at stage 1 and at stage 2."""

COALITION = {
    "/news/joint-statement-fingerprints/",
    "/news/885-joint-statement",
    "/news/twenty-two-organizations/",
}
SC, AGREEMENTS = "secure-communities", "287g"

MENTIONS = {
    # stage, path of the release: the programs it mentions as far as its feed shows it
    (1, "/news/county-board-keeps-fingerprint-checks/"): {SC},
    (1, "/news/883-sable-county-records"): {SC},
    (1, "/news/alguacil-comunidades-seguras"): {SC},
    (1, "/news/postcards-to-the-governor/"): {SC},
    (1, "/news/what-the-agreements-cost/"): {AGREEMENTS},
    (2, "/news/joint-statement-fingerprints/"): {SC},
    (2, "/news/883-sable-county-records"): {SC, AGREEMENTS},
    (2, "/news/885-joint-statement"): {SC},
    (2, "/news/twenty-two-organizations/"): {SC},
    (2, "/news/statement-inspectors-review/"): {SC},
}

stages = pytest.mark.parametrize("stage", [1, 2])
slugs = pytest.mark.parametrize("slug", ENTRIES)


def parse(newsroom: Newsroom, slug: str, stage: int, now: datetime) -> Any:
    """The feed, read as a reader would, which must find nothing to complain about."""
    parsed = feedparser.parse(io.BytesIO(newsroom.organisation(slug).feed(stage, now)))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def moment(parts: Any) -> datetime:
    """A time as feedparser gives it."""
    return datetime(*parts[:6], tzinfo=UTC)


def programs() -> list[Program]:
    """What the demo watches for."""
    text = resources.files("cli.demo").joinpath("programs.toml").read_text(encoding="utf-8")
    return [
        Program(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})
        for table in tomllib.loads(text)["programs"]
    ]


def shown(release: SampleRelease) -> str:
    """What a person who has only the feed reads."""
    return html_to_text(release.teaser if release.teaser_only else release.body)


@slugs
@stages
def test_a_feed_shows_what_is_out(newsroom: Newsroom, now: datetime, slug: str, stage: int) -> None:
    """A feed holds as many entries as are out, the newest first, each with all its parts."""
    organisation = newsroom.organisation(slug)
    parsed = parse(newsroom, slug, stage, now)
    releases = organisation.releases_at(stage)
    assert parsed.feed.title == organisation.name
    assert len(parsed.entries) == len(releases) == ENTRIES[slug][stage - 1]
    for entry, release in zip(parsed.entries, releases, strict=True):
        assert entry.id == release.guid
        assert entry.title == release.title
        assert entry.link == f"https://{slug}.example{release.path}"
        assert entry.link.startswith(f"https://{slug}.example/news/")
        assert moment(entry.published_parsed) == now - timedelta(hours=release.hours_ago)
    dates = [entry.published_parsed for entry in parsed.entries]
    assert dates == sorted(dates, reverse=True)


@slugs
def test_a_feed_carries_the_whole_text_or_the_first_lines(
    newsroom: Newsroom, now: datetime, slug: str
) -> None:
    """The content is the whole body with its typography; a teaser has a cut summary and no content."""
    for entry, release in zip(
        parse(newsroom, slug, 2, now).entries, newsroom.organisation(slug).releases_at(2), strict=True
    ):
        assert "[…]" in entry.summary
        if release.teaser_only:
            assert "content" not in entry
        else:
            content = next(part for part in entry.content if part.value != entry.summary)
            assert content.language == release.lang
            assert html_to_text(content.value) == html_to_text(release.body)


def test_feeds_differ_as_they_do_in_life(newsroom: Newsroom, now: datetime) -> None:
    """There are RSS and Atom, UTF-8 and an older encoding that says so itself."""
    versions = {slug: parse(newsroom, slug, 1, now) for slug in ENTRIES}
    assert Counter(parsed.version for parsed in versions.values()) == {"rss20": 5, "atom10": 1}
    assert versions["tres-garzas"].encoding == "windows-1252"
    assert "Clínica".encode("windows-1252") in newsroom.organisation("tres-garzas").feed(1, now)


def test_an_edit_takes_the_place_of_what_it_edits(newsroom: Newsroom, now: datetime) -> None:
    """The correction has the guid and date of its original, another text, and a later update."""
    (before,), (after,) = (
        [
            entry
            for entry in parse(newsroom, "copper-finch", stage, now).entries
            if entry.id.endswith("release/883")
        ]
        for stage in (1, 2)
    )
    assert before.published == after.published
    assert before.content[0].value != after.content[0].value
    assert moment(before.updated_parsed) < moment(after.updated_parsed) < now


def test_the_coalition_publishes_one_text(newsroom: Newsroom) -> None:
    """Three bodies share most of their text, and differ in what each press office adds."""
    bodies = [
        release.body
        for organisation in newsroom.organisations
        for release in organisation.releases
        if release.path in COALITION
    ]
    assert len(set(bodies)) == 3
    first, *others = (html_to_text(body).split() for body in bodies)
    for other in others:
        assert SequenceMatcher(None, first, other, autojunk=False).ratio() > 0.8
    for body in bodies:
        assert "“Secure Communities”" in body
        assert body.count("<li>") == 22


@stages
def test_releases_mention_what_they_should(newsroom: Newsroom, stage: int) -> None:
    """Each release, as far as its feed shows it, mentions the expected programs and no others."""
    matcher = Matcher(programs())
    found = {
        (release.stage, release.path): {
            mention.program for mention in matcher.find(release.title, shown(release))
        }
        for organisation in newsroom.organisations
        for release in organisation.releases
        if release.stage == stage
    }
    expected = {place: programs for place, programs in MENTIONS.items() if place[0] == stage}
    assert {place: programs for place, programs in found.items() if programs} == expected


def test_particular_spellings_are_there(newsroom: Newsroom) -> None:
    """One release knows only the alias, one hides it behind U+2011, one uses the name in plain English."""
    texts = {
        release.path: f"{release.title}\n{html_to_text(release.body)}"
        for organisation in newsroom.organisations
        for release in organisation.releases
    }
    alias = texts["/news/county-board-keeps-fingerprint-checks/"]
    assert "S-Comm" in alias
    assert "secure communities" not in alias.lower()
    hidden = texts["/news/statement-inspectors-review/"]
    assert "S\u2011Comm" in hidden
    assert "S-Comm" not in hidden
    plain = texts["/news/march-on-harrow-point"]
    assert "Safe and secure communities" in plain
    assert "that secure communities are" in plain
    assert "“Secure Communities Start at" in plain
    assert "“Comunidades Seguras”" in texts["/news/alguacil-comunidades-seguras"]


def test_some_of_the_first_stage_is_old_and_all_of_the_second_is_fresh(
    newsroom: Newsroom, now: datetime
) -> None:
    """The first run archives some releases without a word; what comes out later is later than all of it."""
    times: dict[int, list[datetime]] = {1: [], 2: []}
    for organisation in newsroom.organisations:
        for release in organisation.releases:
            times[release.stage].append(release.updated(now))
    old = [time for time in times[1] if time < now - timedelta(days=3)]
    assert (len(old), len(times[1])) == (4, 10)
    assert max(times[1]) < min(times[2]) < max(times[2]) < now
