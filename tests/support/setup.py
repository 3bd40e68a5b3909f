"""A configuration, an archive and a cycle for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROGRAMS = """
[[programs]]
id = "secure-communities"
name = "Secure Communities"
terms = ["S-Comm", "SComm"]
ambiguous_terms = ["Secure Communities"]
context = ["ICE", "deportation", "fingerprints"]
never = ["safe and secure communities"]

[[programs]]
id = "287g"
name = "287(g)"
terms = ["287(g)"]
"""

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A moment for tests that bring their own clock."""


def table(name: str, values: Mapping[str, Any]) -> str:
    """A table of an array, in TOML; values are strings, numbers, booleans or lists of strings."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([f"\n[[{name}]]", *lines, ""])


def write_config(
    folder: Path,
    feeds: Sequence[str],
    *,
    channels: Sequence[Mapping[str, Any]] = (),
    subscriptions: Sequence[Mapping[str, Any]] = (),
    fetch: str = "",
    serve: str = "",
    programs: str = PROGRAMS,
    fulltext: str = "never",
) -> Path:
    """Write ``watch.toml`` into the folder, with feeds that are always due and publishers A, B, C, …"""
    text = '[archive]\npath = "archive.db"\n'
    text += '[fetch]\ninterval = "0s"\nallow_private_addresses = true\nhost_delay = "0s"\n'
    text += f'fulltext = "{fulltext}"\n{fetch}\n'
    text += f"[serve]\n{serve}\n" if serve else ""
    text += programs
    for number, url in enumerate(feeds):
        text += table(
            "feeds", {"url": url, "publisher": f"Organisation {chr(65 + number % 26)}{number // 26 or ''}"}
        )
    text += "".join(table("channels", channel) for channel in channels)
    text += "".join(table("subscriptions", subscription) for subscription in subscriptions)
    path = folder / "watch.toml"
    path.write_text(text, encoding="utf-8")
    return path
