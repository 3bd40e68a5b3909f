"""The benchmark of detection runs, and counts rightly, on a corpus small enough to count by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.parts.detection_score import Document, Score, find_by_all_terms, find_by_name, read_corpus
from benchmarks.parts.detection_speed import measure, releases, synthetic_programs
from presswatch.matching.program import Program

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "detection.py"

WATCH = """
[[feeds]]
url = "https://example.org/feed"
publisher = "Example"

[[programs]]
id = "harbor-light"
name = "Harbor Light"
terms = ["HL-Net"]
ambiguous_terms = ["Harbor Light"]
context = ["customs"]

[[programs]]
id = "tide-gate"
name = "Tide Gate"
terms = ["Tide Gate"]

[[programs]]
id = "never-labelled"
name = "Ferry"
terms = ["ferry"]
"""

CORPUS = [
    # Right: the name with evidence, and a term that only the longer baseline knows.
    {
        "id": "one",
        "title": "Port joins Harbor Light",
        "text": "Customs officers welcomed the ferry.",
        "lang": "en",
        "kind": "government",
        "labels": ["harbor-light"],
        "surface_forms": {"harbor-light": ["Harbor Light"]},
    },
    {
        "id": "two",
        "title": "Council votes",
        "text": "The council left HL-Net on Monday.",
        "lang": "en",
        "kind": "news",
        "labels": ["harbor-light"],
    },
    # A hard negative, into which both baselines fall.
    {
        "id": "three",
        "title": "A walk at dusk",
        "text": "They sat by the harbor light and sang.",
        "lang": "en",
        "kind": "news",
        "labels": [],
        "hard_negative_for": ["harbor-light"],
    },
    # Wrong for all: the words always count.
    {
        "id": "four",
        "title": "Gardens",
        "text": "The old tide gate is made of oak.",
        "lang": "en",
        "kind": "news",
        "labels": [],
        "hard_negative_for": ["tide-gate"],
        "note": "a gate against the tide",
    },
    # Missed by all: a form that no rule knows.
    {
        "id": "five",
        "title": "Noticias",
        "text": "El alcalde firmó la Compuerta de Marea ayer.",
        "lang": "es",
        "kind": "news",
        "labels": ["tide-gate"],
        "surface_forms": {"tide-gate": ["Compuerta de Marea"]},
        "note": "only in Spanish",
    },
    # Doubtful: left out, though labelled.
    {
        "id": "six",
        "title": "Tide Gate",
        "text": "Nobody knows what is meant.",
        "lang": "en",
        "kind": "news",
        "labels": ["tide-gate"],
        "ambiguous_for": ["tide-gate"],
    },
]


@pytest.fixture
def corpus_file(tmp_path: Path) -> Path:
    """The documents above as a file, beside a watch for them."""
    (tmp_path / "watch.toml").write_text(WATCH, encoding="utf-8")
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in CORPUS), encoding="utf-8")
    return file


def run(corpus_file: Path, *options: str) -> str:
    """What the benchmark prints; it must succeed, and keep to 100 columns."""
    config = str(corpus_file.with_name("watch.toml"))
    command = [sys.executable, str(SCRIPT), str(corpus_file), "--config", config, *options]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env={"PYTHONUTF8": "1"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 100
    return done.stdout


def test_it_prints_counts_and_errors(corpus_file: Path) -> None:
    """The counts are those that one gets by hand, and each error stands with its passage and its note."""
    printed = run(corpus_file, "--no-speed")
    rates, _, rest = printed.partition("\nCounts")
    counts, _, errors = rest.partition("\nErrors of Presswatch")

    def numbers(table: str, row: str) -> list[str]:
        (line,) = (line for line in table.splitlines() if line.startswith(f"{row} "))
        return line.removeprefix(row).split()

    # Presswatch, the name alone, the name and all terms: true positives, false positives, misses.
    assert numbers(counts, "harbor-light") == "2 0 0  1 1 1  2 1 0".split()
    assert numbers(counts, "tide-gate") == "0 1 1  0 1 1  0 1 1".split()
    assert numbers(counts, "overall") == "2 1 1  1 2 2  2 2 1".split()
    assert numbers(counts, "language: es") == "0 0 1  0 0 1  0 0 1".split()
    assert numbers(counts, "publisher: government") == "1 0 0  1 0 0  1 0 0".split()
    assert numbers(rates, "harbor-light") == "100.0 100.0 100.0  50.0 50.0 50.0  66.7 100.0 80.0".split()
    assert numbers(rates, "language: es") == "– 0.0 0.0  – 0.0 0.0  – 0.0 0.0".split()
    assert "1 doubtful pairs left out" in rates
    assert "2 hard negatives: Presswatch 1, name alone 2, name and terms 2." in counts
    assert "never-labelled" not in printed

    assert errors.startswith(": false positives 1, misses 1\n")
    false_positive, _, miss = errors.partition("\nmiss: ")
    assert "tide-gate in four" in false_positive
    assert "The old tide gate is made of oak." in false_positive
    assert "why: " in false_positive
    assert "note: a gate against the tide" in false_positive
    assert miss.startswith("tide-gate in five (es, news, unknown)")
    assert "“Compuerta de Marea”: Noticias El alcalde firmó la Compuerta de Marea ayer." in miss
    assert "note: only in Spanish" in miss
    assert "\nErrors" not in run(corpus_file, "--no-speed", "--no-errors")


def test_a_program_that_is_not_watched_is_said(corpus_file: Path) -> None:
    """A corpus about another program than the watch's is refused, by name."""
    corpus_file.write_text('{"id": "one", "text": "", "labels": ["lighthouse"]}', encoding="utf-8")
    config = str(corpus_file.with_name("watch.toml"))
    command = [sys.executable, str(SCRIPT), str(corpus_file), "--config", config]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "the watch lacks programs that the corpus labels: lighthouse" in done.stderr


@pytest.mark.parametrize(
    ("text", "by_name", "by_all_terms"),
    [
        ("under section 287(G), deputies", True, True),
        ("road 1287(g)s", False, False),
        ("two 287g programs", False, True),
        ("many 287g agreements", False, True),
        ("route 287g", False, False),
    ],
)
def test_the_baselines_find_whole_words(text: str, by_name: bool, by_all_terms: bool) -> None:
    """Names that end in a bracket and terms that end in a star included."""
    program = Program(
        id="287g", name="287(g)", terms=("287g program*",), ambiguous_terms=("287g agreement*",)
    )
    document = Document("", "", text, "en", "news", "", frozenset(), frozenset(), frozenset(), {}, "")
    assert find_by_name([program], [document]) == [frozenset({"287g"} if by_name else ())]
    assert find_by_all_terms([program], [document]) == [frozenset({"287g"} if by_all_terms else ())]


def test_nothing_to_divide_by_is_no_rate() -> None:
    """Precision without finds, recall without labels."""
    assert Score().rates == (None, None, None)
    assert Score(wrong=1).rates == (0.0, None, 0.0)
    assert Score(found=3, wrong=1, missed=2).rates == pytest.approx((0.75, 0.6, 2 / 3))


def test_speed_is_measured_on_different_texts_of_one_length(corpus_file: Path) -> None:
    """Each document is repeated or cut; invented names are many, different, and the same every time."""
    documents = read_corpus(corpus_file)
    texts = releases(documents, count=20, length=300)
    assert len(texts) == 24
    assert {len(text) for _, text in texts} == {300}
    assert len(set(texts)) == 24

    programs = synthetic_programs(200)
    terms = [term for program in programs for term in program.terms]
    assert len(set(terms)) == len(terms) == 200
    assert programs == synthetic_programs(200)

    speed = measure(programs, texts * 20, rounds=1)
    assert speed.patterns == 200
    assert speed.mentions == 0
    assert 0 < speed.share == pytest.approx(speed.matcher / speed.floor)
