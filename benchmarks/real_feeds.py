"""Real feeds in one cycle: how many are read, with how many releases, and the reasons for the rest.

    python benchmarks/real_feeds.py ../shared/corpus

Serves each file of feeds/real from this machine, lets a new archive read them all with the programs that
ship, and then a second time, when nothing may be new.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from flows.cycle import in_threads, load_ready, run_once
from tests.support.setup import write_config
from tests.support.site import serve_site

PROGRAMS = (Path(__file__).parents[1] / "config" / "programs.toml").read_text(encoding="utf-8")
TYPES = {".json": "application/json"}


def main(folder: Path) -> None:
    """Read them, and print."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    with serve_site() as site, tempfile.TemporaryDirectory() as made:
        urls = [
            site.publish(f"/{file.name}", file.read_bytes(), content_type=TYPES.get(file.suffix, "text/xml"))
            for file in files
        ]
        watch = load_ready(write_config(Path(made), urls, programs=PROGRAMS))
        for cycle in ("first", "second"):
            began, cpu = time.perf_counter(), time.process_time()
            report = run_once(watch, in_threads)
            print(
                f"{cycle} cycle: {report.due} feeds, {report.read} read, {report.unchanged} unchanged,"
                f" {report.failed} failed; {report.recorded.new} new releases, "
                f"{report.recorded.revised} revised,"
                f" {report.recorded.mentions} mentions, {report.recorded.gaps} gaps;"
                f" {time.perf_counter() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU"
            )
            for reason, count in Counter(failure.reason for failure in report.failures).most_common():
                print(f"  {count} failed: {reason}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    main(parser.parse_args().corpus / "feeds" / "real")
