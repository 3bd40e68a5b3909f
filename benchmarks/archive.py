"""What storing, finding and exporting cost as the archive grows, beside SQLite alone.

    python benchmarks/archive.py [--releases 1000000] [--folder FOLDER]

Stores releases of about 2 KB by batches of 1,000, and the same rows by ``executemany`` into the same tables,
with a trigger that fills the index row by row; in turn, each timed by itself. At 10,000, 100,000 and so on
prints rates and their ratio, sizes, searches beside the bare FTS5 query, and the peak memory of an export of
all.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.parts.archive_export import print_export
from benchmarks.parts.archive_finding import print_searches
from benchmarks.parts.archive_sides import FEEDS, ITEMS, Raw, adopt, feeds, store
from benchmarks.parts.archive_text import Releases
from config.loader import load
from presswatch.matching.matcher import Matcher
from presswatch.watch import FetchRules, Watch
from storage.archive import Archive

PROGRAMS = Path(__file__).parents[1] / "config" / "watch.toml"
START = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=3)
BATCH = FEEDS * ITEMS


def main(releases: int, folder: Path, seed: int) -> None:
    """Grow both, and print at each power of ten."""
    programs = load(PROGRAMS).programs
    path = folder / "archive.db"
    watch = Watch(folder / "watch.toml", path, FetchRules(), feeds(), programs)
    made = Releases(seed, Matcher(programs))
    ours = theirs = 0.0
    stops = {10**power for power in range(4, 8) if 10**power < releases} | {releases}
    with Archive(path) as archive:
        ids = adopt(archive, watch, START)
        raw = Raw(folder / "raw.db", path)
        since = 0
        for first in range(0, releases, BATCH):
            ours += store(archive, ids, made, first, START + STEP * (first // BATCH))
            theirs += raw.copy()
            done = first + BATCH
            if done in stops:
                fresh = done - since
                print(
                    f"\n{done:,} releases\n  stored {fresh / ours:,.0f} a second, SQLite alone"
                    f" {fresh / theirs:,.0f}: ratio {theirs / ours:.2f}"
                )
                print(f"  size {_size(path):,.0f} MB, SQLite alone {_size(folder / 'raw.db'):,.0f} MB")
                print_searches(archive, seed)
                print_export(folder, path)
                ours = theirs = 0.0
                since = done
        raw.close()


def _size(path: Path) -> float:
    return path.stat().st_size / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--releases", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the files are kept afterwards")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        options.folder and options.folder.mkdir(parents=True, exist_ok=True)
        main(options.releases, options.folder or Path(temporary), options.seed)
