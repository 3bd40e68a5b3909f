"""The configuration with which the demo watches the sample newsroom."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from cli.demo.newsroom import Organisation
from cli.demo.server import NewsroomServer

_HEAD = """\
include = ["programs.toml"]

[archive]
path = "archive.db"

[fetch]
interval = "0s"                 # the two runs follow each other at once
announce_since = "3d"           # what is older on the first read is archived, not announced
fulltext = "never"
allow_private_addresses = true  # the sample newsroom is on this machine
"""

_FEED = """
[[feeds]]
publisher = {publisher}
url = {url}
"""

_TAIL = """
[[channels]]
id = "desk"
type = "file"
path = "digests"

[[subscriptions]]
id = "demo"
channel = "desk"
schedule = "at-once"
"""


def demo_config(folder: Path, server: NewsroomServer) -> Path:
    """Write ``watch.toml`` and ``programs.toml`` into an existing folder; gives the former's path."""
    programs = resources.files("cli.demo").joinpath("programs.toml").read_bytes()
    (folder / "programs.toml").write_bytes(programs)
    path = folder / "watch.toml"
    feeds = [_feed(organisation, server) for organisation in server.newsroom.organisations]
    path.write_text("".join([_HEAD, *feeds, _TAIL]), encoding="utf-8")
    return path


def _feed(organisation: Organisation, server: NewsroomServer) -> str:
    return _FEED.format(publisher=_quoted(organisation.name), url=_quoted(server.feed_url(organisation.slug)))


def _quoted(text: str) -> str:
    """A TOML basic string, which escapes as a JSON string does, except that DEL may not stand bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
