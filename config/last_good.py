"""The last configuration that was good: what a watch that runs goes on with while an edit is broken.

Runs are processes of their own, so it is kept on disk: a file for each configuration, that only the user can
read, in their folder for state (https://specifications.freedesktop.org/basedir-spec/). It holds the text of
the configuration's files, which name secrets and hold none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_state_path

from config.files import Document, Reading, read
from config.loader import Origins, validated
from config.secrets import missing_secrets
from presswatch.errors import ConfigError, Problem
from presswatch.watch import Watch


@dataclass(frozen=True, slots=True)
class Current:
    """The watch to go on with. ``problems`` is empty if it is that of the files as they are now; else they
    are what is wrong with these, and the watch is that of ``since``, when it was last found good.

    ``edited`` says that the files are good and others than before, ``unkept`` why they can't be kept.
    """

    watch: Watch
    problems: tuple[Problem, ...] = ()
    since: datetime | None = None
    edited: bool = False
    unkept: str = ""

    def said(self) -> list[str]:
        """What there is to say of it, in lines; none where nothing happened."""
        if self.problems:
            return [
                *(str(problem) for problem in self.problems),
                f"The configuration of {self.since:%Y-%m-%d %H:%M} UTC stays in use until that is mended.",
            ]
        watch = self.watch
        lines = []
        if self.edited:
            lines.append(
                f"The configuration was edited and is in use: feeds {len(watch.feeds)}, "
                f"programs {len(watch.programs)}, subscriptions {len(watch.subscriptions)}."
            )
        if self.unkept:
            lines.append(f"Should an edit break the configuration, runs will fail: {self.unkept}")
        return lines


def load_current(
    config: Path, environ: Mapping[str, str], *, now: datetime, folder: Path | None = None
) -> Current:
    """The configuration as it is now or, if that has mistakes, as it was when it last had none.

    Environment variables that it names and ``environ`` lacks are mistakes too. ``folder`` is where the last
    good one is kept; ``None`` stands for the user's. Raises :class:`presswatch.errors.ConfigError` if there
    is no good one, or the last one can't be used any more.
    """
    kept_in = (folder or user_state_path("presswatch")) / _name_of(config)
    reading = read(config)
    try:
        watch = _ready(config, reading, environ)
    except ConfigError as error:
        kept = _recalled(kept_in)
        if kept is None:
            raise
        since, documents = kept
        try:
            watch = _ready(config, Reading(documents), environ)
        except ConfigError:
            raise error from None
        return Current(watch, tuple(error.problems), since)
    before = _recalled(kept_in)
    edited = before is not None and _texts(before[1]) != _texts(reading.documents)
    unkept = ""
    try:
        _keep(kept_in, reading.documents, now)
    except OSError as failure:
        unkept = f"{failure.filename or kept_in}: {failure.strerror or failure}."
    return Current(watch, edited=edited, unkept=unkept)


def _ready(config: Path, reading: Reading, environ: Mapping[str, str]) -> Watch:
    watch, origins = validated(config, reading)
    return _with_secrets(watch, origins, environ)


def _with_secrets(watch: Watch, origins: Origins, environ: Mapping[str, str]) -> Watch:
    problems = missing_secrets(watch, origins, environ)
    if problems:
        raise ConfigError(problems)
    return watch


def _name_of(config: Path) -> str:
    return f"{hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:32]}.json"


def _texts(documents: list[Document]) -> dict[str, str]:
    return {str(document.file): document.text for document in documents}


def _recalled(kept_in: Path) -> tuple[datetime, list[Document]] | None:
    """When it was last good, and its files; ``None`` where nothing is kept, or nothing that can be read."""
    try:
        kept = json.loads(kept_in.read_bytes())
        return datetime.fromisoformat(kept["good_at"]), [
            Document(Path(file), tomllib.loads(text), text) for file, text in kept["files"].items()
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep(kept_in: Path, documents: list[Document], now: datetime) -> None:
    kept_in.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"good_at": now.astimezone(UTC).isoformat(), "files": _texts(documents)}
    handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=kept_in.parent)  # for the user alone
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        Path(name).replace(kept_in)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
