"""How well and how fast programs are found, on a corpus of labelled releases.

    python benchmarks/detection.py CORPUS [--config config/watch.toml] [--no-errors] [--no-speed]

CORPUS is a file of JSON lines, one document each: ``id``, ``title``, ``text`` and, as lists of program ids,
``labels``, ``hard_negative_for`` and ``ambiguous_for``; also ``lang``, ``kind``, ``publisher``, ``note`` and
``surface_forms`` (a list of words for each program). Prints precision, recall and F1 for Presswatch and for
two simpler detectors on the same documents, then each of Presswatch's errors, then its speed.

A pair of a document and a program counts once. Pairs in ``ambiguous_for`` are left out, and so are programs
of which the corpus says nothing.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.parts.detection_score import (
    Document,
    Pair,
    Score,
    find_by_all_terms,
    find_by_name,
    pairs,
    programs_labelled,
    read_corpus,
    score,
    whole_words,
)
from benchmarks.parts.detection_speed import LENGTH, ROUNDS, measure, releases, synthetic_programs
from config.loader import load
from presswatch.matching.matcher import Matcher
from presswatch.matching.mention import Mention
from presswatch.matching.program import Program

WIDTH = 100
LABEL_WIDTH = 30
DETECTORS = ("Presswatch", "name alone", "name and terms")
SURROUNDINGS = 160
MENTIONS_SHOWN = 3
SYNTHETIC_TERMS = 2_000
AIM = 0.25

Group = list[tuple[str, list[Score]]]
"""Rows of a table: what the row is about, and the score of each detector."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description="How well and how fast programs are found.")
    parser.add_argument("corpus", type=Path, help="labelled releases, as JSON lines")
    parser.add_argument("--config", type=Path, default=Path("config/watch.toml"), help="the watch to measure")
    parser.add_argument(
        "--errors", action=argparse.BooleanOptionalAction, default=True, help="show every error"
    )
    parser.add_argument(
        "--speed", action=argparse.BooleanOptionalAction, default=True, help="measure the speed too"
    )
    options = parser.parse_args(arguments)

    documents = read_corpus(options.corpus)
    watched = load(options.config).programs
    labelled = programs_labelled(documents)
    if not labelled:
        parser.error("the corpus labels no program")
    if unknown := sorted(set(labelled) - {program.id for program in watched}):
        parser.error(f"the watch lacks programs that the corpus labels: {', '.join(unknown)}")
    scored = [program for program in watched if program.id in labelled]

    matcher = Matcher(watched)
    mentions = [matcher.find(document.title, document.text) for document in documents]
    finds = [
        [frozenset(mention.program for mention in each) for each in mentions],
        find_by_name(scored, documents),
        find_by_all_terms(scored, documents),
    ]
    print_scores(documents, [program.id for program in scored], finds)
    if options.errors:
        print_errors(documents, labelled, mentions)
    if options.speed:
        print_speed(documents, watched)


def print_scores(
    documents: Sequence[Document], programs: Sequence[str], finds: Sequence[Sequence[frozenset[str]]]
) -> None:
    """Two tables, of rates and of counts, with the same rows."""
    judged = pairs(documents, programs)
    doubtful = len(documents) * len(programs) - len(judged)
    meant = sum(pair.is_meant for pair in judged)
    groups = [
        rows(judged, finds, lambda pair: pair.program),
        rows(judged, finds, lambda pair: f"language: {pair.document.language}"),
        rows(judged, finds, lambda pair: f"publisher: {pair.document.kind}"),
        rows(judged, finds, lambda _: "overall"),
    ]
    print(f"{len(documents)} documents, {len(programs)} programs, {meant} pairs of a document and a program")
    print(f"that it means; {doubtful} doubtful pairs left out.")
    print("name alone: the program's exact name, as whole words in any case.")
    print("name and terms: the name or any term, ambiguous ones too, as whole words in any case.")
    print_table("Precision, recall, F1", ("P", "R", "F1"), groups, lambda each: map(percent, each.rates))
    print_table("Counts", ("tp", "fp", "fn"), groups, lambda each: map(str, each.counts))

    traps = [pair for pair in judged if pair.is_trap]
    fallen = ", ".join(
        f"{name} {score(traps, each).wrong}" for name, each in zip(DETECTORS, finds, strict=True)
    )
    print(f"\nFalse positives among the {len(traps)} hard negatives: {fallen}.")


def rows(
    judged: Iterable[Pair], finds: Sequence[Sequence[frozenset[str]]], key: Callable[[Pair], str]
) -> Group:
    """The pairs put together by their key, and how each detector did on them."""
    together: dict[str, list[Pair]] = {}
    for pair in judged:
        together.setdefault(key(pair), []).append(pair)
    return [(name, [score(kept, each) for each in finds]) for name, kept in sorted(together.items())]


def print_table(
    title: str,
    columns: Sequence[str],
    groups: Sequence[Group],
    cells: Callable[[Score], Iterable[str]],
) -> None:
    """A table of three columns for each detector."""
    width = 22
    print("\n" + f"{title:{LABEL_WIDTH}}" + "".join(f"{name:>{width}}" for name in DETECTORS))
    print(" " * LABEL_WIDTH + "".join(f"{name:>7}" for name in columns).rjust(width) * len(DETECTORS))
    for group in groups:
        print("-" * (LABEL_WIDTH + width * len(DETECTORS)))
        for name, scores in group:
            blocks = ("".join(f"{cell:>7}" for cell in cells(each)).rjust(width) for each in scores)
            print(f"{name:{LABEL_WIDTH}}" + "".join(blocks))


def print_errors(
    documents: Sequence[Document], programs: Sequence[str], mentions: Sequence[Sequence[Mention]]
) -> None:
    """Every false positive and every miss of Presswatch, each with its passage and the corpus' note."""
    wrong: list[tuple[Pair, list[Mention]]] = []
    missed: list[Pair] = []
    for pair in pairs(documents, programs):
        own = [mention for mention in mentions[pair.place] if mention.program == pair.program]
        if own and not pair.is_meant:
            wrong.append((pair, own))
        elif pair.is_meant and not own:
            missed.append(pair)
    print(f"\nErrors of Presswatch: false positives {len(wrong)}, misses {len(missed)}")
    for pair, own in wrong:
        print_heading("false positive", pair)
        if pair.is_trap:
            print_passage("hard negative", "the corpus says that these words mean something else here")
        for mention in own[:MENTIONS_SHOWN]:
            print_passage(mention.field, mention.snippet)
            print_passage("why", mention.why)
        if len(own) > MENTIONS_SHOWN:
            print_passage("more", f"{len(own) - MENTIONS_SHOWN} other mentions")
        print_passage("note", pair.document.note or "none")
    for pair in missed:
        print_heading("miss", pair)
        for form in pair.document.forms.get(pair.program, ()):
            print_passage(f"“{form}”", surroundings(pair.document, form))
        print_passage("note", pair.document.note or "none")


def print_heading(what: str, pair: Pair) -> None:
    """Which error it is, and where."""
    document = pair.document
    where = f"{document.id} ({document.language}, {document.kind}, {document.publisher})"
    print(f"\n{what}: {pair.program} in {where}")


def print_passage(label: str, text: str) -> None:
    """A labelled passage, wrapped and indented."""
    line = "".join(character if character.isprintable() else " " for character in f"{label}: {text}")
    print(textwrap.fill(" ".join(line.split()), WIDTH, initial_indent="  ", subsequent_indent="    "))


def surroundings(document: Document, form: str) -> str:
    """The first place at which the form stands in the document, with what is around it."""
    match = whole_words([form]).search(document.whole)
    if match is None:
        return "does not stand in the document as it is written here"
    start, end = max(match.start() - SURROUNDINGS, 0), match.end() + SURROUNDINGS
    before, after = "…" if start else "", "…" if end < len(document.whole) else ""
    return f"{before}{document.whole[start:end]}{after}"


def print_speed(documents: Sequence[Document], watched: Sequence[Program]) -> None:
    """Documents a second for the watch's own programs and for many invented ones."""
    texts = releases(documents)
    print(
        f"\nSpeed on one core: {len(texts):,} documents of {LENGTH:,} characters, median of {ROUNDS} rounds"
    )
    print("floor: lower() and one bare pass of ahocorasick_rs for the same words.")
    columns = ("patterns", "mentions", "documents/s", "floor", "ratio")
    print("\n" + f"{'':{LABEL_WIDTH}}" + "".join(f"{name:>13}" for name in columns))
    dictionaries = {
        "the watch's programs": watched,
        f"{SYNTHETIC_TERMS:,} invented terms": synthetic_programs(SYNTHETIC_TERMS),
    }
    for name, programs in dictionaries.items():
        speed = measure(programs, texts)
        print(
            f"{name:{LABEL_WIDTH}}{speed.patterns:13,}{speed.mentions:13.2f}"
            f"{speed.matcher:13,.0f}{speed.floor:13,.0f}{speed.share:13.2f}"
        )
    print(f"\nmentions: in each document. ratio: of the floor's speed; the aim is at least {AIM}.")


def percent(share: float | None) -> str:
    """A share in per cent; a dash where there was nothing to divide by."""
    return "–" if share is None else f"{100 * share:.1f}"


if __name__ == "__main__":
    main()
