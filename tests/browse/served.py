"""A site that is served as ``presswatch browse`` serves it, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from presswatch.matching.program import Program
from presswatch.watch import Channel, FetchRules, Watch
from storage.archive import Archive
from tests.support.press import Press, feeds

CONFIGURATION = """
archive = { path = "archive.db" }
feeds = [{ url = "https://harbour.example/feed", publisher = "Harbour" }]
programs = [{ id = "s-comm", name = "Secure Communities", terms = ["S-Comm"] },
            { id = "287g", name = "287(g)", terms = ["287(g)"] }]
"""


def command(*arguments: str) -> list[str]:
    """The command line, with warnings as errors."""
    return [sys.executable, "-W", "error", "-m", "cli.main", *arguments]


def environment(password: str = "") -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSWATCH_")}
    given = {"PRESSWATCH_BROWSE_PASSWORD": password} if password else {}
    return {**kept, **given, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


@contextmanager
def served(folder: Path, *options: str, password: str = "") -> Iterator[str]:
    """The address of the site of the archive in a folder, without the last slash."""
    (folder / "watch.toml").write_text(CONFIGURATION, encoding="utf-8")
    call = command("browse", "-c", str(folder / "watch.toml"), "--port", "0", *options)
    with subprocess.Popen(
        call, env=environment(password), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            address = re.search(r"http://\S+(?=/)", process.stdout.readline())
            assert address, "the command ended before it listened"
            yield address[0]
        finally:
            process.terminate()
            process.wait(30)


def press_of(archive: Archive, *publishers: str) -> Press:
    """An archive's press: these publishers, and two programs."""
    return Press(
        archive,
        Watch(
            source=archive.path.with_name("watch.toml"),
            archive=archive.path,
            fetch=FetchRules(),
            feeds=feeds(list(publishers)),
            programs=(
                Program("s-comm", "Secure Communities", terms=("S-Comm",)),
                Program("287g", "287(g)", terms=("287(g)",)),
            ),
            channels=(Channel("desk", "file", None),),
        ),
    )
