"""Feeds spoilt in every way at hand, and what reading them comes to.

    python benchmarks/fuzz.py [--corpus ../shared/corpus] [--mutations 20000] [--cycles 20] [--seed 1]
                              [--seconds 3600] [--first 0] [--keep FOLDER]

Takes the feeds in CORPUS/feeds/real, spoils their bytes by chance (the same seed gives the same documents),
and reads each as the pipeline does: as a feed's first document and as the next after the unspoilt one. Of
those that can be read in part, one in four is held to the law that a part gives the same entries as the
whole. Then whole cycles: ten spoilt feeds and ten untouched ones at a time, into an archive that must lack no
item of the untouched.

Prints figures, then each fault: an exception that is not Presswatch's own, an entry that can't be stored, a
reading of more than a minute, a part unlike the whole, a lost item. Exits with 1 if there is any. After
SECONDS nothing more is begun, and the figures say how far it came.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.parts.fuzz_cycle import EACH, Rounds, run_round
from benchmarks.parts.fuzz_mutations import CHANGES
from benchmarks.parts.fuzz_reading import Fuzz, Outcome
from config.loader import load
from presswatch.matching.matcher import Matcher

CONFIG = Path(__file__).parents[1] / "config" / "watch.toml"
_CHUNK = 50


@dataclass
class Figures:
    """What is printed."""

    done: int = 0
    entries: int = 0
    in_part: int = 0
    held_to_the_law: int = 0
    slowest: Outcome | None = None
    refused: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    refused_after: Counter[str] = field(default_factory=Counter)
    faulty: list[Outcome] = field(default_factory=list)
    rounds: Rounds = field(default_factory=Rounds)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count what came of spoilt documents."""
        for outcome in outcomes:
            self.done += 1
            self.entries += outcome.entries
            self.in_part += outcome.in_part
            self.held_to_the_law += outcome.held_to_the_law
            self.changes.update(set(outcome.changes))
            if outcome.refused:
                self.refused[outcome.refused] += 1
                self.refused_after.update(set(outcome.changes))
            if outcome.faults:
                self.faulty.append(outcome)
            if self.slowest is None or outcome.seconds > self.slowest.seconds:
                self.slowest = outcome


class _Worker:
    """What a process keeps between its chunks."""

    fuzz: Fuzz
    deadline: float

    @classmethod
    def begin(cls, fuzz_of: tuple[Path, int], deadline: float) -> None:
        folder, seed = fuzz_of
        logging.disable()  # of feeds that are spoilt, nobody wants to hear
        cls.fuzz, cls.deadline = open_fuzz(folder, seed), deadline

    @classmethod
    def read(cls, numbers: range) -> list[Outcome]:
        return [cls.fuzz.run(number) for number in numbers if time.time() < cls.deadline]

    @classmethod
    def cycle(cls, first: int) -> Rounds:
        return run_round(cls.fuzz, first) if time.time() < cls.deadline else Rounds()


def open_fuzz(corpus: Path, seed: int) -> Fuzz:
    """The corpus' feeds, with the watch that ships."""
    feeds = {path.name: path.read_bytes() for path in sorted((corpus / "feeds" / "real").iterdir())}
    return Fuzz(feeds, seed, Matcher(load(CONFIG).programs))


def run(corpus: Path, seed: int, numbers: range, cycles: int, seconds: float) -> Figures:
    """Spoil and read, in as many processes as there are processors."""
    figures = Figures()
    chunks = [numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK)]
    arguments = ((corpus, seed), time.time() + seconds)
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=_Worker.begin, initargs=arguments
    ) as pool:
        rounds = [pool.submit(_Worker.cycle, numbers.start + at * EACH) for at in range(cycles)]
        for reading in as_completed([pool.submit(_Worker.read, chunk) for chunk in chunks]):
            figures.add(reading.result())
        for done in rounds:
            figures.rounds += done.result()
    return figures


def lines_of(figures: Figures) -> Iterator[str]:
    """The figures in words."""
    refused = figures.refused.total()
    read = figures.done - refused - len(figures.faulty)
    yield f"{read} documents read, with {figures.entries} entries; {figures.in_part} can be read in part,"
    yield f"  of which {figures.held_to_the_law} were compared with the whole; {refused} refused:"
    for reason, number in figures.refused.most_common():
        yield f"  {number:6} {reason}"
    yield "refused after each kind of change:"
    for name in CHANGES:
        yield f"  {name:12} {figures.refused_after[name]:5} of {figures.changes[name]:5}"
    if figures.slowest is not None:
        slowest = figures.slowest
        yield f"slowest: {slowest.seconds:.1f} s (number {slowest.number}, {slowest.feed})"
    rounds = figures.rounds
    yield f"cycles: {rounds.spoilt} spoilt feeds ({rounds.refused} refused), and beside them"
    yield f"  {rounds.untouched} untouched ones with {rounds.items} items, of which {rounds.lost} were lost"
    yield f"faults: {len(figures.faulty) + len(rounds.faults)}"
    for outcome in sorted(figures.faulty, key=lambda outcome: outcome.number):
        yield f"  number {outcome.number} ({outcome.feed}; {', '.join(outcome.changes)}):"
        yield from (f"    {fault}" for fault in outcome.faults)
    yield from (f"  {fault}" for fault in rounds.faults)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run and print; 1 if there was a fault."""
    parser = argparse.ArgumentParser(description="Spoil real feeds by chance, and read them.")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"), help="holds feeds/real")
    parser.add_argument("--mutations", type=int, default=20_000, help="how many documents to make")
    parser.add_argument("--cycles", type=int, default=20, help="how many times ten go through whole cycles")
    parser.add_argument("--seed", type=int, default=1, help="what chance starts from")
    parser.add_argument("--first", type=int, default=0, help="the number of the first document")
    parser.add_argument("--seconds", type=float, default=3600, help="after so long, begin nothing more")
    parser.add_argument("--keep", type=Path, help="write the documents with faults into this folder")
    options = parser.parse_args(arguments)
    if not (options.corpus / "feeds" / "real").is_dir():
        parser.error(f"there are no feeds in {options.corpus / 'feeds' / 'real'}")

    start = time.monotonic()
    numbers = range(options.first, options.first + options.mutations)
    figures = run(options.corpus, options.seed, numbers, options.cycles, options.seconds)
    seconds = time.monotonic() - start
    print(f"{figures.done} of {options.mutations} mutations, seed {options.seed}, {seconds:.0f} s")
    print("\n".join(lines_of(figures)))
    if options.keep is not None:
        keep(figures.faulty, open_fuzz(options.corpus, options.seed), options.keep)
    return 1 if figures.faulty or figures.rounds.faults else 0


def keep(faulty: Iterable[Outcome], fuzz: Fuzz, folder: Path) -> None:
    """Write the documents of these outcomes, by their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    for outcome in faulty:
        (folder / str(outcome.number)).write_bytes(fuzz.spoil(outcome.number).body)


if __name__ == "__main__":
    sys.exit(main())
