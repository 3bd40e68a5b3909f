"""The schema of the payload, which others validate with: every payload passes, and nothing else does."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from notifiers.hooks.payload import VERSION, payload, payload_text
from notifiers.sample import sample_delivery
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
from presswatch.releases.difference import Span
from tests.notifiers.conftest import edited_digest, ordinary_digest

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

COUNTS = st.integers(0, 10**6)
TEXTS = st.text(max_size=20)
TIMES = st.integers(-30_000_000_000, 250_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


def several(strategy: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    """A tuple of a few of them."""
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


PASSAGES = st.builds(Passage, TEXTS, several(st.tuples(COUNTS, COUNTS)), st.booleans(), st.booleans(), TEXTS)
PUBLICATIONS = st.builds(Publication, COUNTS, TEXTS, TEXTS)
ITEMS = st.builds(
    DigestItem,
    release_id=COUNTS,
    title=TEXTS,
    url=TEXTS,
    publishers=several(TEXTS),
    published=st.none() | TIMES,
    first_seen=TIMES,
    kind=st.sampled_from(["new", "updated", "removed", "again"]),
    passages=several(PASSAGES),
    others=several(PUBLICATIONS),
    difference=several(st.builds(Span, st.sampled_from(["same", "removed", "added"]), TEXTS)),
)
COVERAGES = st.builds(
    Coverage,
    feeds=COUNTS,
    read=COUNTS,
    failed=several(st.builds(FailedFeed, TEXTS, TEXTS, TEXTS)),
    silent=several(st.builds(SilentFeed, TEXTS, TEXTS, TIMES)),
    unread=several(st.builds(UnreadPages, TEXTS, TEXTS, st.integers(1, 10_000), TEXTS)),
    limits=several(
        st.builds(Limit, TEXTS, TEXTS, st.sampled_from(["teasers", "part", "order", "dates"]), TEXTS)
    ),
    gaps=several(
        st.builds(
            Gap,
            COUNTS,
            TEXTS,
            TEXTS,
            TIMES,
            TIMES,
            st.sampled_from(["pending", "recovered", "open"]),
            COUNTS,
            TEXTS,
        )
    ),
    turned=several(
        st.builds(
            FeedTurn, TEXTS, TEXTS, TIMES, st.sampled_from(["failing", "gone", "silent", "well"]), TEXTS
        )
    ),
)
DIGESTS = st.builds(
    Digest,
    subscription=TEXTS,
    created=TIMES,
    since=TIMES,
    until=TIMES,
    sections=several(st.builds(Section, TEXTS, TEXTS, several(ITEMS, 1), several(COUNTS))),
    coverage=COVERAGES,
    also=several(st.builds(LaterPublishers, TEXTS, TEXTS, TEXTS, several(TEXTS), several(PUBLICATIONS))),
    moments=st.integers(1, 100),
)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, the outermost first."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


def test_the_schema_is_one() -> None:
    """Of the draft that it names, and of the version that is sent."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert SCHEMA["properties"]["version"] == {"const": VERSION}


@given(DIGESTS, st.none() | st.text(min_size=1))
def test_every_payload_is_valid(digest: Digest, identity: str | None) -> None:
    """Whatever is in a digest, as a receiver reads it."""
    VALIDATOR.validate(json.loads(payload_text(digest, identity)))


def test_a_test_of_the_channel_is_valid() -> None:
    """The message to try a channel with is one like others."""
    delivery = sample_delivery("hook", "hook", datetime(2026, 11, 25, tzinfo=UTC))
    VALIDATOR.validate(payload(delivery.digest, delivery.identity))


@pytest.mark.parametrize("digest", [ordinary_digest(), edited_digest()], ids=["ordinary", "edited"])
def test_a_key_too_many_or_too_few_is_noticed(digest: Digest) -> None:
    """In every object of the payload: the schema names each key, and asks for it."""
    good = payload(digest, "abc")
    for place, known in enumerate(objects(good)):
        for key in known:
            changed = copy.deepcopy(good)
            del list(objects(changed))[place][key]
            assert not VALIDATOR.is_valid(changed), key
        changed = copy.deepcopy(good)
        list(objects(changed))[place]["more"] = 1
        assert not VALIDATOR.is_valid(changed), known


def test_the_schema_names_nothing_that_is_not_sent() -> None:
    """Each of its definitions says what a payload holds, in the words of the payload."""
    sent = {
        key for digest in (ordinary_digest(), edited_digest()) for o in objects(payload(digest)) for key in o
    }
    named = {key for each in objects(SCHEMA) for key in each.get("properties", {})}
    assert named == sent


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", VERSION + 1),
        ("type", "ping"),
        ("created", "2026-11-25T08:00:00+00:00"),
        ("moments", 0),
        ("releases", "3"),
        ("id", ""),
    ],
)
def test_a_value_that_is_never_sent_is_noticed(key: str, value: object, make: SimpleNamespace) -> None:
    """Types and forms are said, too."""
    assert not VALIDATOR.is_valid({**payload(make.digest(), "abc"), key: value})
