"""What the user wants watched, as the questions or the flags of ``presswatch init`` tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.edit import NewFeed

CHANNEL = "desk"
"""The id of the only channel, and of its subscription."""


@dataclass(frozen=True, slots=True)
class Way:
    """The channel: its type, the options of its table, whom it tells, and what to know of its secrets.

    ``options`` hold no secret: those that end in ``_env`` name environment variables, of which
    ``secrets`` says what each has to hold.
    """

    type: str
    options: Mapping[str, str | int]
    recipients: tuple[str, ...] = ()
    secrets: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All of it. ``programs`` are ``[[programs]]`` tables as text; ``schedule`` is ``at-once`` or a cron
    line, read in ``timezone``; ``contact`` may be empty.
    """

    feeds: tuple[NewFeed, ...]
    programs: tuple[str, ...]
    way: Way
    schedule: str
    timezone: str
    contact: str = ""
    allow_private_addresses: bool = False
