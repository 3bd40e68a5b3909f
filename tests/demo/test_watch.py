"""The demo's configuration is complete and valid."""

import tomllib
from pathlib import Path

from cli.demo.newsroom import Newsroom
from cli.demo.server import NewsroomServer
from cli.demo.watch import demo_config


def test_the_configuration_says_all_there_is_to_say(
    server: NewsroomServer, newsroom: Newsroom, tmp_path: Path
) -> None:
    """The file is valid TOML with the feeds of the running server, a file channel and a subscription."""
    path = demo_config(tmp_path, server)
    assert path == tmp_path / "watch.toml"
    config = tomllib.loads(path.read_text(encoding="utf-8"))
    assert config == {
        "include": ["programs.toml"],
        "archive": {"path": "archive.db"},
        "fetch": {
            "interval": "0s",
            "announce_since": "3d",
            "fulltext": "never",
            "allow_private_addresses": True,
        },
        "feeds": [
            {"publisher": organisation.name, "url": server.feed_url(organisation.slug)}
            for organisation in newsroom.organisations
        ],
        "channels": [{"id": "desk", "type": "file", "path": "digests"}],
        "subscriptions": [{"id": "demo", "channel": "desk", "schedule": "at-once"}],
    }


def test_the_programs_come_along(server: NewsroomServer, tmp_path: Path) -> None:
    """What the configuration includes stands beside it."""
    demo_config(tmp_path, server)
    programs = tomllib.loads((tmp_path / "programs.toml").read_text(encoding="utf-8"))["programs"]
    assert [(program["id"], program["name"]) for program in programs] == [
        ("secure-communities", "Secure Communities"),
        ("287g", "287(g)"),
    ]
