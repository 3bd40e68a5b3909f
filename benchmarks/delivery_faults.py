"""Is anything lost or sent twice when receivers misbehave, or the sender is killed?

    python -m benchmarks.delivery_faults [--kills 200] [--seed 1] [--only WORDS]

For each fault of a mail server and of a webhook receiver (real ones, on the loopback address), cycles run
over a feed that publishes three releases, with a clock that is moved on, until nothing is pending. Then whole
cycles, which owe mails and hooks, are killed (SIGKILL) at chance instants.

Prints a row for each, counted in pairs of recipient and release. ``refused`` were not got, and reported as
failed for good; ``twice`` came again under the same identity, by which a receiver drops the second. Ends
with 1 if anything is lost, comes under two identities, or comes twice where the receiver had answered (of
the kills: unless the kill came between the receiver's taking it and the note of that). What was killed twice
while it was under way is reported as failed, and as what may have arrived; it counts as refused if it hasn't.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.parts.faults.accounts import Account
from benchmarks.parts.faults.cycles import live_through
from benchmarks.parts.faults.faults import FAULTS
from benchmarks.parts.faults.kills import kill_often

_COLUMNS = ("owed", "got", "refused", "lost", "twice", "same_identity", "cycles", "attempts", "connections")


def main() -> int:
    """Run all, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery_faults", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="faults whose name holds these words")
    options = parser.parse_args()
    print(f"{'':<48}" + "".join(f"{column.replace('_', ' '):>14}" for column in _COLUMNS))
    total, wrong = Account(), []
    for name, account in _accounts(options.only, options.kills, options.seed):
        _print_row(name, account)
        for column in _COLUMNS:
            setattr(total, column, getattr(total, column) + getattr(account, column))
        wrong += [f"{name}: {what}" for what in account.wrong]
    _print_row("all", total)
    print(f"\ntwice: {total.twice} of {total.owed}; promises broken: {len(wrong)}")
    print("\n".join(wrong))
    return bool(wrong)


def _accounts(only: str, kills: int, seed: int) -> Iterator[tuple[str, Account]]:
    for fault in FAULTS:
        if only in fault.name:
            with tempfile.TemporaryDirectory() as folder:
                yield f"{fault.channel}: {fault.name}", live_through(fault, Path(folder))
    if kills and not only:
        with tempfile.TemporaryDirectory() as folder:
            killed = kill_often(Path(folder), kills, seed)
        yield f"mail and hook: {killed.running} of {kills} kills in mid-run", killed.account
        print(f"  of these, {killed.delivering} while deliveries were under way")


def _print_row(name: str, account: Account) -> None:
    print(f"{name:<48}" + "".join(f"{getattr(account, column):>14}" for column in _COLUMNS), flush=True)


if __name__ == "__main__":
    sys.exit(main())
