"""All about one release."""

from __future__ import annotations

import pytest

from presswatch.feeds.keys import canonical_link
from storage.looking.showing import NoRelease, SeveralReleases, Shown
from tests.support.press import ALIAS, STORY, Press


def seen_at(press: Press, address: str) -> None:
    """Let all releases have been seen at an address, as readers of feeds note it."""
    press.archive.database.execute(
        "INSERT OR IGNORE INTO sightings SELECT ?, id, feed_id, first_seen FROM releases",
        [f"link:{canonical_link(address)}"],
    )


def shown(press: Press, name: str) -> Shown:
    """What is known of a release."""
    return press.archive.show_release(press.release(name))


def test_everything_is_there(press: Press) -> None:
    """Mentions with why, what it said before, sightings, story, digests and deliveries."""
    subscription = press.subscribe("desk")
    press.show("Harbour", "a", f"{ALIAS} {STORY}")
    press.show("River", "b", f"{ALIAS} {STORY}")
    assert press.digest(subscription)
    press.show("Harbour", "a", f"{ALIAS} {STORY} It was late.")
    about = shown(press, "a")
    assert about.release["publisher"] == "Harbour"
    assert about.release["feed"] == "https://harbour.example/feed"
    assert about.release["revision"] == 2
    assert {m["revision"] for m in about.mentions} == {1, 2}
    assert about.mentions[0]["revision"] == 2
    assert "always means Secure Communities" in about.mentions[0]["why"]
    assert [(v["revision"], v["replaced_by"]) for v in about.revisions] == [(1, "edit")]
    assert about.revisions[0]["text"] == f"{ALIAS} {STORY}"
    assert "guid:a" in {s["key"] for s in about.sightings}
    assert [s["publisher"] for s in about.story] == ["Harbour", "River"]
    assert [(t["subscription"], t["program"], t["kind"]) for t in about.told] == [("desk", "s-comm", "new")]
    assert [(d["channel"], d["status"]) for d in about.deliveries] == [("desk", "pending")]
    assert [p["kind"] for p in about.parts] == ["quotation"]
    assert about.page is None


def test_the_page_behind_a_teaser_is_shown(press: Press) -> None:
    """With its state, and what the feed had said."""
    press.teasers = True
    press.show("Harbour", "a", "The county …")
    press.page("a", "The county will end S-Comm.")
    about = shown(press, "a")
    assert about.page is not None
    assert about.page["status"] == "read"
    assert [v["replaced_by"] for v in about.revisions] == ["page"]


@pytest.mark.parametrize(
    "wanted",
    [
        "1",
        " 1 ",
        "#1",
        "https://newsroom.example/a",
        "http://www.newsroom.example/a/?utm_source=x#top",
        "newsroom.example/a",
    ],
)
def test_a_release_is_found_by_number_or_address(press: Press, wanted: str) -> None:
    """Whatever the address has beside what names the release."""
    press.show("Harbour", "a", ALIAS)
    seen_at(press, "https://newsroom.example/a")
    assert press.archive.find_release(wanted) == 1


@pytest.mark.parametrize(
    "wanted",
    ["0", "2", "-1", "9" * 18, "9" * 25, "²", "", "x", "https://newsroom.example/b", "\ud800", "http://["],
)
def test_what_there_is_not_is_said(press: Press, wanted: str) -> None:
    """With the way to find one."""
    press.show("Harbour", "a", ALIAS)
    with pytest.raises(NoRelease, match="presswatch search"):
        press.archive.find_release(wanted)


def test_an_address_of_several_is_not_guessed(press: Press) -> None:
    """The message lists them, so that one can be named by its number."""
    press.show("Harbour", "a", ALIAS)
    press.show("Harbour", "b", "The ferry sails again.")
    seen_at(press, "https://newsroom.example/x")
    with pytest.raises(SeveralReleases, match=r"2 \(Harbour: Release b\); 1 \(Harbour: Release a\)"):
        press.archive.find_release("https://newsroom.example/x")
