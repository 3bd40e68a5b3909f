"""The main job on real input: every real feed at hand, and the labelled documents as a feed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from pydantic import TypeAdapter

from flows.cycle import in_threads, load_ready, run_once
from presswatch.cycle import CycleReport
from presswatch.digests.model import Digest
from storage.archive import Archive
from tests.support.feeds import Item, rss
from tests.support.setup import write_config
from tests.support.site import serve_site

pytestmark = pytest.mark.shared
PROGRAMS = (Path(__file__).parents[1] / "config" / "programs.toml").read_text(encoding="utf-8")


class Outcome:
    """Two cycles over the corpus: what was reported, and the archive."""

    def __init__(self, documents: list[dict[str, Any]], bodies: dict[str, bytes], reports: list[CycleReport]):
        self.documents = documents
        self.bodies = bodies
        self.first, self.second = reports


@pytest.fixture(scope="module")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the archive is."""
    return tmp_path_factory.mktemp("real") / "archive.db"


@pytest.fixture(scope="module")
def outcome(corpus: Path, archive_path: Path) -> Iterator[Outcome]:
    """Serve all real feeds and the documents' feed, and run two cycles over them."""
    bodies = {path.name: path.read_bytes() for path in sorted((corpus / "feeds" / "real").iterdir())}
    lines = (corpus / "detection-open.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    with serve_site() as site:
        feeds = [site.publish(f"/{name}", body, content_type="text/xml") for name, body in bodies.items()]
        feeds.append(site.publish("/documents.xml", rss([_as_item(document) for document in documents])))
        config = write_config(
            archive_path.parent,
            feeds,
            channels=[{"id": "desk", "type": "file", "path": "digests"}],
            subscriptions=[{"id": "desk", "channel": "desk"}],
            programs=PROGRAMS,
        )
        watch = load_ready(config)
        yield Outcome(documents, bodies, [run_once(watch, in_threads) for _ in range(2)])


def _as_item(document: dict[str, Any]) -> Item:
    body = "".join(f"<p>{_escape(paragraph)}</p>" for paragraph in document["text"].split("\n") if paragraph)
    return Item(
        _escape(document["title"] or ""), body, guid=f"urn:document:{document['id']}", age=timedelta(hours=1)
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _as_others_read(body: bytes) -> tuple[bool, int]:
    """Whether a library for its format can read it, and how many distinct items it holds."""
    if body.startswith(b"{"):
        return True, len({json.dumps(item, sort_keys=True) for item in json.loads(body)["items"]})
    parsed = feedparser.parse(io.BytesIO(body))
    items = {
        tuple(str(entry.get(name)) for name in ("id", "link", "title", "summary", "content", "published"))
        for entry in parsed.entries
    }
    return bool(parsed.version or parsed.entries), len(items)


def test_every_feed_that_can_be_read_is_archived_whole(outcome: Outcome, archive_path: Path) -> None:
    """As many releases as distinct items; what can't be read is reported by name and reason."""
    with Archive(archive_path, read_only=True) as archive:
        found = {
            row["url"].rsplit("/", 1)[1]: row["releases"]
            for row in archive.database.query(
                "SELECT url, (SELECT count(DISTINCT release_id) FROM sightings s WHERE s.feed_id = f.id)"
                " AS releases FROM feeds f"
            )
        }
    failures = {failure.url.rsplit("/", 1)[1]: failure.reason for failure in outcome.first.failures}
    for name, body in outcome.bodies.items():
        readable, items = _as_others_read(body)
        assert (name in failures) != readable, name
        assert found[name] == (items if readable else 0), name
    assert all(failures.values())


def test_the_documents_that_mention_secure_communities_stand_in_the_digest(
    outcome: Outcome, archive_path: Path
) -> None:
    """With their passages, and without those whose words mean something else."""
    with Archive(archive_path, read_only=True) as archive:
        parts = [
            TypeAdapter(Digest).validate_json(row[0])
            for row in archive.database.execute("SELECT content FROM digests WHERE subscription_id = 'desk'")
        ]
        guids = dict(
            archive.database.execute("SELECT id, guid FROM releases WHERE guid LIKE 'urn:document:%'")
        )
    sections = [each for digest in parts for each in digest.sections if each.program == "secure-communities"]
    items = [item for section in sections for item in section.items]
    told = {guids[item.release_id].removeprefix("urn:document:") for item in items}
    meant = {d["id"] for d in outcome.documents if "secure-communities" in d["labels"]}
    assert told == meant
    for item in items:
        assert item.passages
        for passage in item.passages:
            assert all(
                "comunidades seguras" in passage.text[a:b].lower() or "ecure" in passage.text[a:b]
                for a, b in passage.marks
            )


def test_a_second_run_finds_nothing_new(outcome: Outcome) -> None:
    """Nothing that was read is new, or revised, a second time."""
    assert outcome.second.recorded.new == 0
    assert outcome.second.recorded.revised == 0
    assert outcome.second.deliveries.sent == 0
    assert outcome.second.failed == outcome.first.failed
