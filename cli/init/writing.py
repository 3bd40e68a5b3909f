"""The configuration as a file with comments."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from cli.init.answers import CHANNEL, Answers
from cli.init.toml import toml
from config.files import Document, Reading
from config.insert import feeds_as_text
from config.loader import validated
from presswatch.watch import Watch

NAME = "watch.toml"

_HEAD = """\
# What Presswatch watches, and who is told. Yours to edit: `presswatch check -c watch.toml` says whether it is
# sound. Paths are relative to this file; durations are written "90s", "30m", "1h30m", "3d".
# Secrets don't belong in here: settings that end in _env name environment variables that hold them.
# All settings: docs/reference/configuration.md.

# It can be split. A name that ends with a slash is a folder, of which all .toml files are taken.
# include = ["watch.d/"]

[archive]
# Everything that was read, in one SQLite file. It is made if missing.
path = "archive.db"

[fetch]
# How often each feed is read.
interval = "30m"
# On a feed's first read, what is older is archived and not announced; "all" announces all that it shows.
announce_since = "3d"
"""
_CONTACT = """\
# Told to every publisher with each request, so that they can write to you rather than block you.
"""
_PRIVATE = """\
# Newsrooms on this machine and on your own network may be read.
allow_private_addresses = true
"""
_CHANNEL = """\
# The way out. `presswatch channels test desk -c watch.toml` tries it.
"""
_SECRETS = """\
# Keep what these variables hold in a file that only you can read, such as presswatch.env, a line for each:
"""
_SUBSCRIPTION = """\
# Who is told what, and when: of all programs, unless `programs` names some. A schedule is "at-once" or a cron
# line of five fields, read in the time zone.
"""
_PROGRAMS = """\
# The programs to look for. `presswatch programs preview -c watch.toml` shows what an edit would change.
"""
_FEEDS = """\
# The newsrooms. `presswatch feeds add ADDRESS -c watch.toml` adds one.
"""


def text_of(answers: Answers) -> str:
    """The whole of the file, which ends with a line break."""
    return "\n".join(_parts(answers))


def _parts(answers: Answers) -> Iterator[str]:
    way = answers.way
    contact = (
        f"contact = {toml(answers.contact)}\n"
        if answers.contact
        else '# contact = "mailto:you@example.org"\n'
    )
    yield _HEAD + (_PRIVATE if answers.allow_private_addresses else "") + _CONTACT + contact
    secrets = "".join(f"#   {name}=…   ({what})\n" for name, what in (way.secrets or {}).items())
    yield (
        _CHANNEL
        + (_SECRETS + secrets if secrets else "")
        + _table("channels", {"id": CHANNEL, "type": way.type, **way.options})
    )
    told = {"recipients": way.recipients} if way.recipients else {}
    when = {"schedule": answers.schedule, "timezone": answers.timezone}
    yield _SUBSCRIPTION + _table("subscriptions", {"id": CHANNEL, "channel": CHANNEL, **told, **when})
    yield _PROGRAMS + "\n".join(answers.programs)
    yield _FEEDS + feeds_as_text([feed.table() for feed in answers.feeds])


def _table(name: str, values: dict[str, str | int | tuple[str, ...]]) -> str:
    return "\n".join([f"[[{name}]]", *(f"{key} = {toml(value)}" for key, value in values.items()), ""])


def watch_of(path: Path, text: str) -> Watch:
    """The watch that the text describes as a file at ``path``, which need not be there.

    Raises :class:`presswatch.errors.ConfigError`.
    """
    document = Document(path, tomllib.loads(text), text)
    return validated(path, Reading([document]))[0]


def write_new(path: Path, text: str) -> None:
    """Make the file, and its folder if missing. The whole of it is there, or nothing is.

    Raises ``FileExistsError`` where the name is taken, and ``OSError`` where it can't be written; a folder
    that was made for it is then removed.
    """
    made = _make(path.parent)
    try:
        handle, name = tempfile.mkstemp(prefix=".watch.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _name_it(Path(name), path)
        finally:
            Path(name).unlink(missing_ok=True)
    except BaseException:
        for folder in made:
            folder.rmdir()
        raise


def _name_it(temporary: Path, path: Path) -> None:
    """Unlike a move, a link never takes the place of a file that is there."""
    path.hardlink_to(temporary)


def _make(folder: Path) -> list[Path]:
    """Make the folder and those above it; the ones that were made, the innermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
    return missing
