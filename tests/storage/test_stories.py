"""One story, many publishers, over time."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from presswatch.delivering import draft
from presswatch.feeds.keys import link_key
from presswatch.watch import Feed, Subscription
from storage.archive import Archive
from storage.telling import news, stories
from tests.support.press import ALIAS, JAIL, STORY, Press
from tests.support.setup import NOW

TEXT = f"{STORY}\n\n{ALIAS}"
OWN = {
    "Harbour": f"Contact: Ana Ruiz, ana@harbour.example, 555-123-4567\n\nHARBOUR CITY, Nov. 25 — {TEXT}",
    "River": f"The River Clinic has signed the letter that follows, with nineteen others.\n\n{TEXT}",
    "Orchard": f"{TEXT}\n\n###\n\nAbout Orchard Alliance\n\nOrchard Alliance was founded in a kitchen in"
    " 1987, by four neighbours with a stove, and has fed everybody who came to its door since then.",
    "Mill": TEXT.replace("'", "’"),
}


def members(archive: Archive) -> list[set[str]]:
    """The publishers of each story."""
    found: dict[int, set[str]] = {}
    for row in archive.database.query("SELECT story_id, publisher FROM story_publishers"):
        found.setdefault(row["story_id"], set()).add(row["publisher"])
    return list(found.values())


def test_a_joint_statement_is_told_once_with_all_publishers(press: Press) -> None:
    """Each with its own contacts, headline, opening and boilerplate: one item, in one shard or in several."""
    desk = press.subscribe("desk")
    press.show_together(
        ("Harbour", "h", OWN["Harbour"], "Harbour says"), ("River", "r", OWN["River"], "River too")
    )
    press.show("Orchard", "o", OWN["Orchard"])
    made = press.digest(desk)
    assert made is not None
    (item,) = made.sections[0].items
    assert set(item.publishers) == {"Harbour", "River", "Orchard"}
    assert {other.publisher for other in item.others} | {item.publishers[0]} == set(item.publishers)
    assert members(press.archive) == [{"Harbour", "River", "Orchard"}]
    assert press.told(desk) == []


def test_a_later_publisher_makes_no_digest(press: Press) -> None:
    """It is named in the next digest that goes out anyway, with its link, once."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", OWN["Harbour"], "Harbour says")
    assert press.told(desk) == [("new", "s-comm", "Harbour says")]
    press.show("River", "r", OWN["River"])
    assert press.told(desk) == []
    press.show("Orchard", "o", OWN["Orchard"])
    assert press.told(desk) == []
    press.show("Mill", "m", f"Another thing altogether. {JAIL}")
    made = press.digest(desk)
    assert made is not None
    (later,) = made.also
    assert (later.title, later.publisher, later.programs) == ("Harbour says", "Harbour", ("s-comm",))
    assert [(p.publisher, p.url) for p in later.publications] == [
        ("River", "https://newsroom.example/r"),
        ("Orchard", "https://newsroom.example/o"),
    ]
    press.show("Mill", "m2", f"A third thing. {JAIL}")
    assert press.told(desk) == [("new", "287g", "Release m2")]


def test_another_program_in_a_later_version_is_news(press: Press) -> None:
    """The story was told for one program; a version that names a second one is told for that."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", OWN["Harbour"])
    press.told(desk)
    press.show("River", "r", f"{OWN['River']} {JAIL}")
    made = press.digest(desk)
    assert made is not None
    assert [(s.program, s.items[0].title, s.items[0].publishers) for s in made.sections] == [
        ("287g", "Release r", ("River",))
    ]
    assert [later.programs for later in made.also] == [("s-comm",)]


def test_who_subscribed_later_is_told_a_later_version(press: Press) -> None:
    """For a new subscription the story is new; who published it before is named, and not again."""
    old = press.subscribe("old")
    press.show("Harbour", "h", OWN["Harbour"])
    press.told(old)
    new = press.subscribe("new")
    assert press.told(new) == []
    press.show("River", "r", OWN["River"])
    assert press.told(old) == []
    made = press.digest(new)
    assert made is not None
    assert made.sections[0].items[0].publishers == ("River", "Harbour")
    press.show("Orchard", "o", OWN["Orchard"])
    press.show("Mill", "m", f"Another thing altogether. {JAIL}")
    assert press.told(new)[1:] == [("also", "s-comm", "Orchard")]
    assert press.told(old)[1:] == [("also", "s-comm", "River, Orchard")]


def test_one_publishers_own_texts_are_not_merged(press: Press) -> None:
    """A weekly bulletin is told each week, and a coalition's second text goes where the first one doesn't."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h1", TEXT)
    press.show("Harbour", "h2", f"{TEXT} Corrected.")
    assert len(press.told(desk)) == 2
    press.show("River", "r1", TEXT)
    press.show("River", "r2", f"{TEXT} Corrected.")
    assert press.told(desk) == []
    assert sorted(map(sorted, members(press.archive))) == [["Harbour", "River"]] * 2


@pytest.fixture
def chapters(press: Press) -> Press:
    """The same, with two more feeds: of a network's chapters, under its name and on hosts of their own."""
    hosts = ("https://north.example/feed", "https://south.example/feed")
    added = tuple(Feed(url, "Network", announce_since=None, fulltext="never") for url in hosts)
    press.watch = replace(press.watch, feeds=(*press.watch.feeds, *added))
    press.archive.adopt(press.watch, press.now)
    return press


def by_chapter(press: Press, chapter: str, name: str, text: str) -> None:
    """Let a chapter's feed show a release, with a link to the chapter's own site."""
    press.now += timedelta(minutes=1)
    shown = press.entry(f"{chapter}-{name}", text)
    link = f"https://{chapter}.example/{name}"
    entry = replace(shown.entry, link=link, keys=(f"guid:{chapter}-{name}", link_key(link)))
    reading = press.reading(f"https://{chapter}.example/feed", replace(shown, entry=entry))
    press.archive.record([reading], press.now)


def test_a_joint_statement_by_chapters_of_one_name_is_told_once(chapters: Press) -> None:
    """Each has a host of its own. Their name is said once, since it says nothing the second time."""
    desk = chapters.subscribe("desk")
    by_chapter(chapters, "north", "n", OWN["Harbour"])
    by_chapter(chapters, "south", "s", OWN["Orchard"])
    made = chapters.digest(desk)
    assert made is not None
    assert [item.publishers for item in made.sections[0].items] == [("Network",)]
    chapters.show("River", "r", OWN["River"])
    chapters.show("Mill", "m", f"Another thing altogether. {JAIL}")
    assert chapters.told(desk)[1:] == [("also", "s-comm", "River")]


def test_a_chapter_that_follows_is_not_named_again(chapters: Press) -> None:
    """Neither beside what the network has told, nor twice where two chapters follow another publisher."""
    desk, other = chapters.subscribe("desk"), chapters.subscribe("other", publishers=("Network", "Mill"))
    chapters.show("River", "r", OWN["River"])
    assert len(chapters.told(desk)) == 1
    by_chapter(chapters, "north", "n", OWN["Harbour"])
    assert len(chapters.told(other)) == 1
    by_chapter(chapters, "south", "s", OWN["Orchard"])
    chapters.show("Mill", "m", f"Another thing altogether. {JAIL}")
    assert chapters.told(desk)[1:] == [("also", "s-comm", "Network")]
    assert chapters.told(other) == [("new", "287g", "Release m")]
    chapters.show("Mill", "m2", f"A third thing. {JAIL}")
    assert [kind for kind, *_ in chapters.told(desk)] == ["new"]


def test_what_is_passed_on_joins_its_original(press: Press) -> None:
    """Also where its publisher has told the story in words of its own before."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", OWN["Harbour"])
    press.show("River", "r", OWN["River"])
    assert len(press.told(desk)) == 1
    press.show("River", "h", OWN["Harbour"])
    assert press.told(desk) == []
    press.show("River", "r2", OWN["Harbour"])
    assert len(press.told(desk)) == 1


def test_a_chapters_own_bulletins_are_not_merged(chapters: Press) -> None:
    """What one chapter publishes each week is told each week, and so it is once its site has moved."""
    desk = chapters.subscribe("desk")
    by_chapter(chapters, "north", "n1", TEXT)
    by_chapter(chapters, "north", "n2", f"{TEXT} Corrected.")
    assert len(chapters.told(desk)) == 2
    kept = tuple(feed for feed in chapters.watch.feeds if "north" not in feed.url)
    chapters.watch = replace(chapters.watch, feeds=kept)
    chapters.archive.adopt(chapters.watch, chapters.now)
    by_chapter(chapters, "south", "n3", f"{TEXT} Corrected again.")
    assert len(chapters.told(desk)) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" ".join(TEXT.split()[:20]) + f"… {ALIAS}", id="a teaser"),
        pytest.param(
            f"Something else is said here, at some length. {ALIAS} " * 3 + TEXT[:200], id="a quotation"
        ),
        pytest.param(
            f"{TEXT} {'And then something else of which there is a lot, number %d. ' * 20}", id="a report"
        ),
    ],
)
def test_what_is_not_the_same_is_told(press: Press, text: str) -> None:
    """Teasers, texts that quote some of it, and long texts that hold it are no story with it."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    press.told(desk)
    text = text % tuple(range(20)) if "%d" in text else text
    press.show("River", "r", text)
    assert press.told(desk) == [("new", "s-comm", "Release r")]


def test_after_sixty_days_it_is_another_story(press: Press) -> None:
    """What is published again much later is told, and the index doesn't grow for ever."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    press.told(desk)
    press.now += stories.WINDOW + timedelta(days=1)
    press.show("River", "r", TEXT)
    assert press.told(desk) == [("new", "s-comm", "Release r")]
    indexed = press.archive.database.execute("SELECT DISTINCT release_id FROM story_shingles").fetchall()
    assert indexed == [(press.release("r"),)]


def test_only_releases_with_mentions_are_looked_at(press: Press) -> None:
    """Nothing is kept for what nobody is told, and a release takes a bounded number of rows."""
    press.show("Harbour", "h", STORY)
    assert press.archive.database.table("story_shingles").count == 0
    press.show("River", "r", f"{STORY} {ALIAS} " + " ".join(f"word{n}" for n in range(5000)))
    assert press.archive.database.table("story_shingles").count <= 100


def test_a_page_brings_a_teaser_into_its_story(press: Press) -> None:
    """When the whole text is known, it is the same story as another publisher's, told once."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    press.told(desk)
    press.teasers = True
    press.show("River", "r", "Twenty groups called on the governor…")
    press.page("r", TEXT)
    assert press.told(desk) == []
    assert members(press.archive) == [{"Harbour", "River"}]


def test_an_edit_can_leave_a_story(press: Press) -> None:
    """A release that becomes another text stands by itself, and joins again when it comes back."""
    press.show("Harbour", "h", TEXT)
    press.show("River", "r", TEXT)
    press.show(
        "River", "r", f"We have taken our names off the letter about the bridge, and say so. {ALIAS} " * 4
    )
    assert members(press.archive) == [{"Harbour"}]
    press.show("River", "r", f"{TEXT} Again.")
    assert members(press.archive) == [{"Harbour", "River"}]


def test_an_edit_within_the_story_stays(press: Press) -> None:
    """A correction doesn't take a release out of its story."""
    press.show("Harbour", "h", TEXT)
    press.show("River", "r", TEXT)
    press.show("River", "r", TEXT.replace("nine thousand", "ten thousand"))
    assert members(press.archive) == [{"Harbour", "River"}]


def test_what_was_taken_out_of_one_version_is_news_in_another(press: Press) -> None:
    """Told that the first publisher no longer says it, a reader is told who says it now."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    press.told(desk)
    press.show("Harbour", "h", STORY)
    press.stand()
    assert [kind for kind, *_ in press.told(desk)] == ["removed"]
    press.show("River", "r", TEXT)
    made = press.digest(desk)
    assert made is not None
    assert [(i.kind, i.publishers) for i in made.sections[0].items] == [("new", ("River",))]


def test_stories_survive_a_crash_between_storing_and_telling(press: Press) -> None:
    """What was stored and not told is told after the archive is opened again, once."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    draft(press.watch, press.archive, desk, press.now)  # made, and never frozen
    press.archive.close()
    with Archive(press.archive.path) as again:
        press.archive = again
        press.show("River", "r", TEXT)
        made = press.digest(desk)
        assert made is not None
        assert set(made.sections[0].items[0].publishers) == {"Harbour", "River"}
        assert press.told(desk) == []


def test_a_rolled_back_shard_leaves_no_story(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are found in the transaction that stores the releases, or not at all."""
    press.show("Harbour", "h", TEXT)

    def fail(*_: object) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr(stories, "_join", fail)
        with pytest.raises(RuntimeError):
            press.show("River", "r", TEXT)
    assert press.archive.database.table("releases").count == 1
    assert members(press.archive) == []
    press.show("River", "r", TEXT)
    assert members(press.archive) == [{"Harbour", "River"}]


def test_a_publisher_that_was_archived_in_silence_is_no_later_publisher(press: Press) -> None:
    """What a feed held when it was added is not told, not even as "now also"; it is named in the story."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", TEXT)
    press.told(desk)
    press.show("River", "r", TEXT)
    press.archive.database.execute("UPDATE mentions SET announce = 0 WHERE release_id = 2")
    press.archive.database.commit()
    press.show("Mill", "m", f"Another thing altogether. {JAIL}")
    assert press.told(desk) == [("new", "287g", "Release m")]


@pytest.mark.parametrize("seed", range(6))
def test_each_story_is_told_once_whatever_happens_meanwhile(press: Press, seed: int) -> None:
    """Publishers, subscriptions that begin later, digests at odd times and crashes, in any order: each story
    that somebody published after a subscription began is told to it once, and no publisher is named twice.
    """
    chance = random.Random(seed)
    texts = [" ".join(chance.choices(STORY.split(), k=90)) for _ in range(6)]
    events = [
        (story, publisher) for story in range(6) for publisher in ("Harbour", "River", "Orchard", "Mill")
    ]
    chance.shuffle(events)
    wanted: dict[str, set[int]] = {"first": set()}
    subscriptions = [press.subscribe("first")]
    told: list[tuple[str, int]] = []
    named: list[tuple[str, str]] = []

    def tell(subscription: Subscription) -> None:
        made = press.digest(subscription)
        for item in made.sections[0].items if made and made.sections else ():
            told.append((subscription.id, int(item.title.removeprefix("Story "))))
            named.extend((subscription.id, url) for url in (item.url, *(o.url for o in item.others)))
        for later in made.also if made else ():
            named.extend((subscription.id, one.url) for one in later.publications)

    while events:
        if chance.random() < 0.15:
            subscriptions.append(press.subscribe(f"from {len(events)}"))
            wanted[subscriptions[-1].id] = set()
        shown = [events.pop() for _ in range(min(len(events), chance.randint(1, 3)))]
        press.show_together(
            *[
                (
                    publisher,
                    f"{story}-{publisher}",
                    f"By {publisher}. {texts[story]} {ALIAS}",
                    f"Story {story}",
                )
                for story, publisher in shown
            ]
        )
        for stories_wanted in wanted.values():
            stories_wanted |= {story for story, _ in shown}
        if chance.random() < 0.2:
            press.archive.close()
            press.archive = Archive(press.archive.path)
        for subscription in chance.sample(subscriptions, chance.randint(0, len(subscriptions))):
            tell(subscription)
    for subscription in subscriptions:
        tell(subscription)
    press.archive.close()
    assert sorted(told) == sorted((name, story) for name, found in wanted.items() for story in found)
    assert len(named) == len(set(named))


def test_settling_costs_little(press: Press) -> None:
    """Nothing when there are no mentions; a few milliseconds for a release among a thousand."""
    texts = [" ".join(f"w{(n * 7919 + k * k) % 5003}" for k in range(400)) for n in range(200)]
    press.show_together(*[("Harbour", f"h{n}", f"{text} {ALIAS}", "") for n, text in enumerate(texts)])
    started = time.process_time()
    news.settle(press.archive.database, NOW)
    assert time.process_time() - started < 0.01
    started = time.process_time()
    stories.place(press.archive.database, [press.release(f"h{n}") for n in range(200)], NOW)
    assert (time.process_time() - started) / 200 < 0.02
