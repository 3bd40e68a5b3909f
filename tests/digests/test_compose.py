"""From what is owed to a digest."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.digests.compose import MOST_PASSAGES, compose
from presswatch.digests.health import FeedTurn
from presswatch.digests.model import Coverage, Digest, DigestItem, FailedFeed, Publication
from presswatch.digests.owed import Owed, OwedMention
from presswatch.matching.matcher import Matcher
from presswatch.matching.program import Program
from presswatch.matching.snippet import snippet

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)
NAMES = {"s-comm": "Secure Communities", "287g": "287(g)", "daca": "DACA"}
COVERAGE = Coverage(feeds=3, read=2, failed=(FailedFeed("River", "https://river.example/feed", "HTTP 503"),))


def mention(text: str, words: str, nth: int = 0, *, field: str = "text", reach: int = 20) -> OwedMention:
    """The nth mention of the words in the text, with its passage."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    passage, offset = snippet(text, start, start + len(words), reach)
    return OwedMention(field, start, start + len(words), passage, offset, f"“{words}”, number {nth}")  # type: ignore[arg-type]


def owed(number: int, **changes: Any) -> Owed:
    """A release owed for a program; unless told otherwise, number n came n hours before now."""
    text = changes.get("text", f"Note {number}: S-Comm is over.")
    values: dict[str, Any] = {
        "release_id": number,
        "program": "s-comm",
        "kind": "new",
        "title": f"Release {number}",
        "text": text,
        "url": f"https://harbour.example/{number}",
        "publisher": "Harbour",
        "published": NOW - timedelta(hours=number),
        "first_seen": NOW - timedelta(hours=number),
        "mentions": (mention(text, "S-Comm"),) if "S-Comm" in text else (),
    }
    return Owed(**(values | changes))


def digest(*releases: Owed) -> Digest:
    """The digest of these releases."""
    return compose(subscription="desk", owed=releases, names=NAMES, coverage=COVERAGE, since=SINCE, now=NOW)


def items(*releases: Owed) -> tuple[DigestItem, ...]:
    """The items of the only section that these releases make."""
    (section,) = digest(*releases).sections
    return section.items


def test_a_digest_says_for_whom_and_for_when() -> None:
    """The window, the subscription and what was looked at stand in the digest."""
    made = digest(owed(1))
    assert (made.subscription, made.created, made.since, made.until) == ("desk", NOW, SINCE, NOW)
    assert made.coverage == COVERAGE
    assert pickle.loads(pickle.dumps(made)) == made


def test_nothing_owed_is_an_empty_digest() -> None:
    """A digest without mentions has no sections, and its subject says so."""
    empty = digest()
    assert (empty.sections, empty.releases, empty.subject) == ((), 0, "No new mentions")


@pytest.mark.parametrize("order", list(permutations(["287g", "daca", "s-comm"])))
def test_sections_stand_as_the_programs_do(order: tuple[str, ...]) -> None:
    """Programs come in the order of the configuration, whatever was found first."""
    made = digest(*[owed(n, program=program) for n, program in enumerate(order)])
    assert [(s.program, s.name) for s in made.sections] == list(NAMES.items())


def test_programs_that_are_no_longer_watched_stand_last() -> None:
    """What was found for a program since removed is still told, under its id."""
    made = digest(owed(1, program="zoning"), owed(2, program="airport"), owed(3, program="daca"))
    assert [s.name for s in made.sections] == ["DACA", "airport", "zoning"]


def test_an_item_carries_the_release() -> None:
    """Title, address, dates and kind are the release's own."""
    (item,) = items(owed(4, kind="updated", published=None))
    assert (item.release_id, item.title, item.url) == (4, "Release 4", "https://harbour.example/4")
    assert (item.publishers, item.published, item.kind) == (("Harbour",), None, "updated")
    assert item.first_seen == NOW - timedelta(hours=4)


def test_newest_come_first() -> None:
    """Within a section the newest release stands first."""
    assert [item.release_id for item in items(owed(3), owed(1), owed(2))] == [1, 2, 3]


def test_of_the_same_moment_the_last_stored_comes_first() -> None:
    """Where all dates are the same, the archive's order is kept, turned round."""
    same = [owed(n, published=SINCE, first_seen=NOW) for n in (5, 7, 6)]
    assert [item.release_id for item in items(*same)] == [7, 6, 5]


def test_without_a_date_the_time_of_finding_counts() -> None:
    """A release without a date stands where it was first seen."""
    undated = owed(9, published=None, first_seen=NOW - timedelta(hours=2))
    assert [item.release_id for item in items(owed(1), undated, owed(3))] == [1, 9, 3]


def test_a_date_in_the_future_does_not_stick_at_the_top() -> None:
    """A release dated after it was seen stands where it was seen; the date it claims is kept."""
    claimed = NOW + timedelta(days=400)
    ahead = owed(9, published=claimed, first_seen=NOW - timedelta(hours=2))
    made = items(owed(1), ahead, owed(3))
    assert [item.release_id for item in made] == [1, 9, 3]
    assert made[1].published == claimed


def test_one_story_of_several_publishers_is_told_once() -> None:
    """The newest release tells the story, and all who published it are named, each once, with links."""
    earlier = Publication(9, "Mill", "https://mill.example/9")
    publications = (earlier, Publication(2, "River", "https://harbour.example/2"))
    releases = [
        owed(n, publisher=p, story=1, publications=publications)
        for n, p in ((2, "River"), (1, "Orchard"), (3, "Harbour"))
    ]
    (item,) = items(*releases)
    assert (item.release_id, item.publishers) == (1, ("Orchard", "River", "Harbour", "Mill"))
    assert [(other.release_id, other.publisher) for other in item.others] == [
        (2, "River"),
        (3, "Harbour"),
        (9, "Mill"),
    ]


def test_other_stories_are_all_told() -> None:
    """What is in no story, or in another, stays apart."""
    assert len(items(owed(1), owed(2), owed(3, story=1), owed(4, story=2))) == 4


def test_an_edit_stands_by_itself() -> None:
    """That one publisher took a mention out says nothing of the others of its story."""
    publications = (Publication(2, "River", ""), Publication(3, "Orchard", ""))
    removed = owed(2, publisher="River", kind="removed", change=3, story=1, publications=publications)
    made = items(owed(1, story=1), removed)
    assert [(item.kind, item.publishers) for item in made] == [("new", ("Harbour",)), ("removed", ("River",))]


def test_a_removed_mention_shows_what_was_taken_out() -> None:
    """The passage is the old one, and the difference says what stands there now."""
    old, new = "We will end S-Comm in May. Thanks.", "We will end the program in May. Thanks."
    (item,) = items(owed(1, kind="removed", text=old, compared=("Release 1", new), change=2))
    assert item.passages[0].text == old
    assert [(span.kind, span.text.strip()) for span in item.difference] == [
        ("same", "We will end"),
        ("removed", "S-Comm"),
        ("added", "the program"),
        ("same", "in May. Thanks."),
    ]


def test_an_added_mention_shows_the_old_wording() -> None:
    """Where a sentence was rewritten, what it said stands beside what it says."""
    old, new = "We will end the program in May.", "We will end S-Comm in May."
    (item,) = items(owed(1, kind="updated", text=new, compared=("Release 1", old)))
    assert [span.text.strip() for span in item.difference if span.kind == "removed"] == ["the program"]


def test_a_mention_of_the_title_is_compared_with_the_title() -> None:
    """A headline that was changed is a difference too."""
    title = "S-Comm ends"
    only = mention(title, "S-Comm", field="title")
    removed = owed(1, kind="removed", title=title, mentions=(only,), compared=("It ends", "No S-Comm."))
    (item,) = items(removed)
    assert [(span.kind, span.text.strip()) for span in item.difference][:2] == [
        ("removed", "S-Comm"),
        ("added", "It"),
    ]


def test_a_release_may_stand_under_several_programs() -> None:
    """It is told under each, and counted once."""
    made = digest(owed(1), owed(1, program="287g"), owed(2))
    assert [len(section.items) for section in made.sections] == [2, 1]
    assert made.releases == 2


@pytest.mark.parametrize(
    ("releases", "subject"),
    [
        ([owed(1)], "Secure Communities: 1 release"),
        ([owed(1), owed(2)], "Secure Communities: 2 releases"),
        ([owed(1), owed(2), owed(3, program="287g")], "Secure Communities: 2 releases, 287(g): 1"),
        ([owed(1, program="daca"), owed(2, program="287g")], "287(g): 1 release, DACA: 1"),
        ([owed(1, kind="removed")], "Secure Communities: taken out of 1 release"),
        ([owed(1), owed(2, kind="removed")], "Secure Communities: 1 release, taken out of 1"),
        (
            [owed(1), owed(2, program="287g", kind="removed")],
            "Secure Communities: 1 release, 287(g): taken out of 1",
        ),
    ],
)
def test_a_subject_says_what_is_inside(releases: list[Owed], subject: str) -> None:
    """The subject counts the items of each section."""
    assert digest(*releases).subject == subject


def turned(*healths: str) -> Digest:
    """A digest of nothing but feeds that turned so."""
    turns = tuple(
        FeedTurn(f"Clinic {n}", f"https://c{n}.example/", NOW, health, "")
        for n, health in enumerate(healths, 1)
    )
    coverage = replace(COVERAGE, turned=turns)
    return compose(subscription="desk", owed=[], names=NAMES, coverage=coverage, since=SINCE, now=NOW)


@pytest.mark.parametrize(
    ("healths", "subject"),
    [
        (("failing",), "Feed trouble: Clinic 1 stopped answering"),
        (("gone",), "Feed trouble: Clinic 1 closed its feed"),
        (("silent", "failing", "well"), "Feed trouble: Clinic 1 fell silent and 1 more"),
        (("well",), "Clinic 1 is back"),
        (("well", "well", "well"), "Clinic 1 and 2 more are back"),
    ],
)
def test_a_subject_says_which_feed_is_in_trouble(healths: tuple[str, ...], subject: str) -> None:
    """A digest of feeds alone is named after them."""
    assert turned(*healths).subject == subject


# Passages


def passages(text: str, *mentions: OwedMention, title: str = "T") -> list[tuple[str, list[str], bool, bool]]:
    """Of each passage: its text, what is marked, and whether the field goes on on either side."""
    (item,) = items(owed(1, title=title, text=text, mentions=mentions))
    return [(p.text, [p.text[start:end] for start, end in p.marks], p.before, p.after) for p in item.passages]


LONG = (
    "S-Comm came first. "
    + "Much was said. " * 10
    + "Then S-Comm again. "
    + "More was said. " * 10
    + "No S-Comm."
)


def test_a_passage_shows_the_mention_in_place() -> None:
    """A passage quotes the release, marks the mention, and says whether there is more."""
    text = "A long road behind us. We have seen the end of S-Comm in this county. A long road ahead."
    ((quoted, marked, before, after),) = passages(text, mention(text, "S-Comm", reach=15))
    assert quoted in text
    assert (marked, before, after) == (["S-Comm"], True, True)


def test_a_whole_text_has_no_more() -> None:
    """Where the passage is the text, nothing goes on before or after it."""
    text = "S-Comm is over."
    assert passages(text, mention(text, "S-Comm")) == [(text, ["S-Comm"], False, False)]


def test_mentions_in_one_passage_share_it() -> None:
    """A mention inside a passage already quoted is marked there, and not quoted again."""
    text = "S-Comm, once called S-Comm, is S-Comm no more."
    shared = [mention(text, "S-Comm", nth, reach=100) for nth in (2, 0, 1)]
    assert passages(text, *shared) == [(text, ["S-Comm"] * 3, False, False)]


def test_mentions_far_apart_have_a_passage_each() -> None:
    """Passages stand in the order of the text."""
    found = passages(LONG, *[mention(LONG, "S-Comm", nth) for nth in (1, 2, 0)])
    places = [LONG.index(quoted) for quoted, *_ in found]
    assert len(found) == 3
    assert places == sorted(places)
    assert all(marked == ["S-Comm"] for _, marked, *_ in found)
    assert [(before, after) for *_, before, after in found] == [(False, True), (True, True), (True, False)]


def test_only_the_first_few_passages_are_quoted() -> None:
    """However often a release names a program, a digest quotes it a few times."""
    text = ("S-Comm. " + "Filler. " * 20) * 10
    mentions = [mention(text, "S-Comm", nth) for nth in range(10)]
    found = passages(text, *mentions)
    assert len(found) == MOST_PASSAGES
    assert [quoted for quoted, *_ in found] == [m.snippet for m in mentions[:MOST_PASSAGES]]


def test_the_title_is_not_quoted_beside_the_text() -> None:
    """Where the text names the program too, only the text is quoted."""
    title, text = "The end of S-Comm", "We mourn no S-Comm."
    found = passages(text, mention(title, "S-Comm", field="title"), mention(text, "S-Comm"), title=title)
    assert found == [(text, ["S-Comm"], False, False)]


def test_the_title_is_quoted_where_there_is_no_other_mention() -> None:
    """A release that names the program in its title alone still shows why it is told."""
    title = "The end of S-Comm"
    found = passages("It is over.", mention(title, "S-Comm", field="title"), title=title)
    assert found == [(title, ["S-Comm"], False, False)]


def test_a_mention_in_the_title_is_not_marked_in_the_text() -> None:
    """Offsets of the title mean nothing in the text."""
    title, text = "S-Comm ends", "Hello! S-Comm is over."
    found = passages(text, mention(title, "S-Comm", field="title"), mention(text, "S-Comm"), title=title)
    assert found == [(text, ["S-Comm"], False, False)]


def test_a_passage_tells_why() -> None:
    """The reason is that of the mention that is quoted."""
    (item,) = items(owed(1, text=LONG, mentions=(mention(LONG, "S-Comm", 1), mention(LONG, "S-Comm", 0))))
    assert [p.why for p in item.passages] == ["“S-Comm”, number 0", "“S-Comm”, number 1"]


MATCHER = Matcher([Program("s-comm", "Secure Communities", terms=("S-Comm", "SComm"))])


@given(
    st.lists(
        st.sampled_from(["S-Comm", "SComm’s", "word " * 30, "a", "\n\n", "“", "S\u2011Comm"]), max_size=20
    )
)
def test_passages_of_any_release_are_its_own_words(pieces: list[str]) -> None:
    """Every passage is a slice of the text, its marks lie within it, and no mention is quoted twice."""
    text = " ".join(pieces)
    mentions = tuple(
        OwedMention(m.field, m.start, m.end, m.snippet, m.snippet_start, m.why)
        for m in MATCHER.find("", text)
    )
    (item,) = items(owed(1, text=text, mentions=mentions))
    assert bool(item.passages) is bool(mentions)
    assert len(item.passages) <= MOST_PASSAGES
    for passage in item.passages:
        assert passage.text in text
        assert passage.marks
        assert all(0 <= start < end <= len(passage.text) for start, end in passage.marks)
        assert list(passage.marks) == sorted(set(passage.marks))
    assert len({p.text for p in item.passages} | {""}) <= len(item.passages) + 1
