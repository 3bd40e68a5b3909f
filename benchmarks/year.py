"""A simulated year of newsrooms whose truth is known: what was missed, what was told twice.

    python -m benchmarks.year [--newsrooms 200] [--days 365] [--seed 1] [--hours 6] [--cases 5]

Runs the product over the year with an injected clock, and holds its archive and its digests against what is
true. Prints a table of figures, what befell newsrooms and us, and each case that should not be. Exit status
1 says that something was missed in silence, told twice, or told without cause.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.truth import Account, reckon
from tests.simulation.year import Year, live_through


def main(arguments: list[str]) -> int:
    """Live through the year, print how it went, and return the exit status."""
    options = _options().parse_args(arguments)
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        if options.profile:
            profile.enable()
        before = time.process_time()
        year = live_through(
            Path(folder),
            newsrooms=options.newsrooms,
            days=options.days,
            seed=options.seed,
            hours=options.hours,
            on_day=_show_day if sys.stderr.isatty() else lambda day: None,
        )
        used = time.process_time() - before
        profile.disable()
        account = reckon(year)
    _print_figures(year, account, used)
    _print_happened(year)
    _print_kinds(account)
    _print_cases(account, options.cases)
    for said in year.unexpected[: options.cases]:
        print(f"\nnot expected: {said}")
    if options.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    return 1 if account.missed or account.twice or account.without_cause or year.unexpected else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.year", description="A simulated year of newsrooms.")
    parser.add_argument("--newsrooms", type=int, default=200)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=6.0, help="between two cycles, more or less")
    parser.add_argument("--cases", type=int, default=5, help="how many cases of each kind are printed")
    parser.add_argument("--profile", action="store_true", help="print where the time went")
    return parser


def _show_day(day: int) -> None:
    print(f"\rday {day}", end="", file=sys.stderr, flush=True)


def _print_figures(year: Year, account: Account, used: float) -> None:
    figures = account.figures
    days = (year.end - year.start).days
    print(f"\n{len(year.newsrooms)} newsrooms, {days} days, {year.cycles} cycles, {year.requests} requests")
    print(f"time: {year.seconds:.1f} s, of which {used:.1f} s of CPU\n")
    rows = [
        ("releases published while watched", figures["releases published while watched"]),
        ("  archived", figures["releases archived"]),
        ("  missed, covered by a gap", figures["releases missed, covered by a gap"]),
        ("  gone before we looked", figures["releases withdrawn before anybody could look"]),
        (
            "  of newsrooms that have not come back, which is told",
            figures["releases of newsrooms that have not come back, which is told"],
        ),
        ("mentions owed", figures["mentions owed"]),
        ("  told", figures["mentions told"]),
        ("  missed with their releases", figures["mentions missed with their releases"]),
        ("missed in silence (releases, mentions)", len(account.missed)),
        ("told twice", len(account.twice)),
        ("told without cause", len(account.without_cause)),
        ("told again, since nobody could tell", figures["told again, since nobody could tell"]),
        ("archived twice", len(account.duplicates)),
        (
            "archived twice, since all of it was changed at once",
            figures["archived twice, since all of it was changed at once"],
        ),
        ("publishers named twice of a story", figures["publishers named twice of a story"]),
        ("gaps reported", figures["gaps"]),
        ("  recovered", figures["gaps: recovered"]),
        ("  open", figures["gaps: open"]),
        ("  without cause", figures["gaps without cause"]),
        ("  without cause, in percent", _percent(figures["gaps without cause"], figures["gaps"])),
        ("  without cause, and open", figures["gaps without cause: open"]),
        ("releases recovered", figures["releases recovered"]),
        ("digests", figures["digests"]),
        ("feeds' turns told", figures["feeds' turns told"]),
        ("  told again without a change", len(account.health_twice)),
        ("joint statements", year.happened["joint statement"]),
        ("errors that the product didn't expect", len(year.unexpected)),
    ]
    for name, figure in rows:
        print(f"{name:<55}{figure:>8}")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def _print_kinds(account: Account) -> None:
    """Each sort of fault, by the kinds of newsrooms and releases that it befell; a case has several."""
    for sort in sorted({sort for sort, _ in account.kinds}):
        print(f"\n{sort}, by kind")
        found = {kind: count for (other, kind), count in account.kinds.items() if other == sort}
        for kind, count in sorted(found.items(), key=lambda pair: -pair[1]):
            print(f"  {kind:<65}{count:>6}")


def _print_happened(year: Year) -> None:
    print("\nwhat befell")
    for name, count in sorted(year.happened.items()):
        print(f"  {name:<65}{count:>6}")


def _print_cases(account: Account, most: int) -> None:
    for name in ("missed", "twice", "without_cause", "duplicates", "health_twice"):
        cases: list[str] = getattr(account, name)
        if cases:
            print(f"\n{name.replace('_', ' ')}: {len(cases)}")
        for case in cases[:most]:
            print(f"  {case}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
