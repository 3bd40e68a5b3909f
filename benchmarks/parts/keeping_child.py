"""What is killed: one way of writing to an archive, in a process of its own.

    python -m benchmarks.parts.keeping_child WHAT ARCHIVE [FILE]

Says ``ready`` before it begins, ``done`` at the end, and each transaction of ``write`` when it is stored.
"""

from __future__ import annotations

import sys
from pathlib import Path

from presswatch.times import utc_now
from storage.archive import Archive
from storage.connection import open_database
from storage.keeping.backup import back_up
from storage.keeping.other_archive import read_archive
from storage.keeping.restore import restore
from storage.lock import cycle_lock
from tests.storage.keeping.office import PLAIN, office, watch


def write(archive: Path) -> None:
    """Store two releases in each transaction, until killed."""
    with Archive(archive) as opened:
        newsrooms = office(opened)
        number = opened.database.table("releases").count
        while True:
            number += 2
            texts = [("Harbour", f"a{number}", PLAIN * 40, ""), ("River", f"b{number}", PLAIN * 40, "")]
            newsrooms.show_together(*texts)
            say(str(number))


def bring(archive: Path, other: Path) -> None:
    """Import another archive."""
    with cycle_lock(archive), Archive(archive) as opened:
        found = read_archive(other, archive.parent)
        for _ in opened.import_releases(found, watch(archive), utc_now(), source=other.name):
            pass


def say(word: str) -> None:
    """Tell who watches."""
    print(word, flush=True)


def main() -> None:
    """Do what is asked."""
    what, archive, *files = sys.argv[1:]
    path = Path(archive)
    say("ready")
    if what == "write":
        write(path)
    elif what == "migration":
        open_database(path).close()
    elif what == "backup":
        back_up(path, Path(files[0]), utc_now(), keep=3)
    elif what == "restore":
        with cycle_lock(path):
            restore(Path(files[0]), path, utc_now())
    elif what == "import":
        bring(path, Path(files[0]))
    say("done")


if __name__ == "__main__":
    main()
