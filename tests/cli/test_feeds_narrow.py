"""``presswatch feeds`` on a terminal that is too narrow for columns."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect
import pytest
from rich.text import Text

from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site


@pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pseudo-terminal of POSIX")
def test_no_word_is_broken(call: Call, site: Site, tmp_path: Path) -> None:
    """What a table's row says stands one below the other; each line that fits is whole."""
    feeds = [site.publish("/feed", rss([item(1)])), site.publish("/broken", b"", status=503)]
    config = write_config(tmp_path, feeds)
    call("run", "-c", config)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "44", "PYTHONUTF8": "1"}
    command = ["-m", "cli.main", "feeds", "-c", str(config)]
    asked = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=60)
    asked.expect(pexpect.EOF)
    lines = [Text.from_ansi(line).plain.rstrip() for line in asked.before.splitlines()]
    assert lines[:2] == ["Organisation A", feeds[0]]
    assert lines[2] == "well"
    read = next(place for place, line in enumerate(lines) if line.startswith("read just now, release "))
    assert lines[read + 1 : read + 4] == ["next now, each run", "", "Organisation B"]
    assert "read never" in lines
    assert all(len(line) <= 44 for line in lines)
