"""Feeds spoilt by chance: nothing is raised but what is ours, and untouched feeds lose nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.fuzz import Figures, lines_of, open_fuzz
from benchmarks.parts import fuzz_reading
from benchmarks.parts.fuzz_cycle import Rounds, run_round
from benchmarks.parts.fuzz_mutations import CHANGES, content_type
from benchmarks.parts.fuzz_reading import Fuzz
from presswatch.errors import FetchError
from presswatch.feeds import reading, shard
from presswatch.feeds.document import Document, read_document
from presswatch.matching.matcher import Matcher
from tests.feeds import odd_feeds
from tests.support.feeds import item, rss
from tests.support.setup import NOW

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # from odd encodings
SCRIPT = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
GOLDEN = Path(__file__).parent / "feeds" / "golden"
SEED = 20261125
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "items": [
    {"id": "1", "url": "/1", "title": "One", "content_html": "<p>S-Comm</p>", "date_published": "2026-11-25"},
    {"id": "2", "url": "/2", "title": "Two", "content_text": "Noon", "summary": "Bells"}]}"""


def own_feeds() -> dict[str, bytes]:
    """The feeds of these tests: of every format, some of them odd."""
    feeds = {path.name: path.read_bytes() for path in sorted(GOLDEN.glob("*.xml"))}
    feeds |= {name: text.encode() for name, text in odd_feeds.PLAIN.items()}
    feeds |= {f"newsroom {n}": rss([item(10 * n + k) for k in range(8)], now=NOW) for n in range(6)}
    return feeds | {"JSON Feed": JSON_FEED}


def fuzz_of(feeds: Mapping[str, bytes], seed: int = SEED) -> Fuzz:
    """Spoils these feeds, and looks for no programs."""
    return Fuzz(feeds, seed, Matcher([]))


def test_spoilt_feeds_are_read_or_refused() -> None:
    """Nothing else is raised, all that is read can be stored, and a part is as in the whole."""
    outcomes = [fuzz.run(number) for fuzz in [fuzz_of(own_feeds())] for number in range(400)]
    assert [(one.number, one.faults) for one in outcomes if one.faults] == []
    assert any(one.refused for one in outcomes)
    assert sum(one.entries for one in outcomes) > 400
    assert any(one.held_to_the_law for one in outcomes)


def test_untouched_feeds_lose_nothing_beside_spoilt_ones() -> None:
    """Their items are all in the archive, after a cycle in which others were spoilt."""
    rounds = run_round(fuzz_of(own_feeds()), 0)
    assert (rounds.faults, rounds.lost) == ((), 0)
    assert rounds.spoilt == 10
    assert rounds.items >= rounds.untouched > 0


@pytest.mark.shared
@pytest.mark.timeout(600)
def test_real_feeds_can_be_spoilt_too(corpus: Path) -> None:
    """As above, with every real feed at hand and the watch that ships; the benchmark does more of it."""
    fuzz = open_fuzz(corpus, SEED)
    outcomes = [fuzz.run(number) for number in range(40)]
    assert [(one.number, one.faults) for one in outcomes if one.faults] == []
    assert any(one.held_to_the_law for one in outcomes)
    rounds = run_round(fuzz, 0, 20)
    assert (rounds.faults, rounds.lost) == ((), 0)
    assert rounds.items > 0


def test_the_same_seed_spoils_alike() -> None:
    """A fault can be looked at again; another seed makes other documents."""
    one, same, other = (fuzz_of(own_feeds(), seed) for seed in (1, 1, 2))
    made = [one.spoil(number) for number in range(30)]
    assert made == [same.spoil(number) for number in reversed(range(30))][::-1]
    assert made != [other.spoil(number) for number in range(30)]
    assert len({each.body for each in made}) > 25


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_makes_many_documents(name: str) -> None:
    """None of them does nothing, or always the same."""
    feeds = own_feeds()
    made = {CHANGES[name](feeds["RSS"], feeds["Atom"], Random(number)) for number in range(60)}
    assert len(made - {feeds["RSS"]}) >= 3


def test_servers_call_feeds_anything() -> None:
    """Nothing, what is true, and what is not; in encodings that there are, and that there aren't."""
    kinds = {content_type(Random(number)) for number in range(1000)}
    assert {"", "text/xml"} < kinds
    assert len(kinds) > 100


# That a fault would be seen


class Broken(Matcher):
    """Fails as nobody foresaw."""

    def find(self, *texts: Any, **more: Any) -> Any:
        """Fail."""
        raise KeyError("nobody foresaw this")


def test_an_exception_is_a_fault() -> None:
    """Named, and with its place."""
    fuzz = Fuzz(own_feeds(), SEED, Broken([]))
    faults = [fault for number in range(20) for fault in fuzz.run(number).faults]
    assert "KeyError: 'nobody foresaw this' (test_fuzz.py:" in faults[0]


def test_a_reading_that_never_ends_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is broken off, also where every error is taken for one of the feed's."""

    def endless(*_: Any, **__: Any) -> Any:
        try:
            time.sleep(30)
        except Exception as error:
            raise FetchError("", "the answer is not a feed that can be read") from error

    monkeypatch.setattr(fuzz_reading, "LONGEST", 0.05)
    monkeypatch.setattr(fuzz_reading, "read_answer", endless)
    assert "TookTooLong: it took longer than 0.05 seconds" in fuzz_of(own_feeds()).run(0).faults[0]


def test_a_part_unlike_the_whole_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item that is lost where something is known."""

    def lossy(body: bytes, *, known: str, **told: Any) -> Document:
        document = read_document(body, known=known, **told)
        return replace(document, entries=document.entries[:-1]) if known else document

    monkeypatch.setattr(fuzz_reading, "read_document", lossy)
    fuzz = fuzz_of(own_feeds())
    faults = [fault for number in range(100) for fault in fuzz.run(number).faults]
    assert any("read alone, are not as in the whole" in fault for fault in faults)


def test_lost_items_and_other_errors_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an untouched feed lacks one, or can't be read; and where anything fails as nobody foresaw."""

    def harmful(body: bytes, *, url: str, **told: Any) -> Document:
        if url.endswith("/beside/0"):
            raise FetchError(url, "not today")
        if url.endswith("/3"):
            raise KeyError(url)
        document = read_document(body, url=url, **told)
        return replace(document, entries=document.entries[1:]) if url.endswith("/beside/2") else document

    def here(_: str, *told: Any, given: Any, **named: Any) -> Any:
        return reading.read_within_bounds(*told, given, **named)

    monkeypatch.setattr(reading, "read_document", harmful)
    monkeypatch.setattr(shard, "confined", here)  # else it would be read in a process that knows no harm
    rounds = run_round(fuzz_of(own_feeds()), 0)
    told = "\n".join(rounds.faults)
    assert "/beside/0 could not be read: not today" in told
    assert "/beside/2, which is untouched, lost 1 items" in told
    assert "/3 could not be read: unexpected: KeyError" in told
    assert rounds.lost > 1
    shown = "\n".join(lines_of(Figures(rounds=rounds)))
    assert f"faults: {len(rounds.faults)}" in shown
    assert told.splitlines()[0] in shown


def test_rounds_add_up() -> None:
    """Every figure, and the faults in their order."""
    one, two = Rounds(1, 2, 3, 4, 5, ("a",)), Rounds(10, 20, 30, 40, 50, ("b",))
    assert one + two == Rounds(11, 22, 33, 44, 55, ("a", "b"))


# The command


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """The benchmark as a process."""
    command = [sys.executable, str(SCRIPT), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_benchmark_prints_its_figures(tmp_path: Path) -> None:
    """How many were made, read and refused, and that there was no fault."""
    folder = tmp_path / "feeds" / "real"
    folder.mkdir(parents=True)
    for number, body in enumerate(own_feeds().values()):
        (folder / str(number)).write_bytes(body)
    done = run("--corpus", str(tmp_path), "--mutations", "60", "--cycles", "1", "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("60 of 60 mutations, seed 3, ")
    assert done.stdout.endswith("of which 0 were lost\nfaults: 0\n")
    late = run("--corpus", str(tmp_path), "--mutations", "60", "--cycles", "1", "--seconds", "0")
    assert late.stdout.startswith("0 of 60 mutations")


def test_the_benchmark_says_what_it_takes(tmp_path: Path) -> None:
    """Its options, and that it found no feeds."""
    assert "--mutations" in run("--help").stdout
    without = run("--corpus", str(tmp_path))
    assert without.returncode == 2
    assert "there are no feeds in" in without.stderr
