"""Loading a configuration, and finding all its mistakes in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from config.build import build
from config.channels import Origin, read_channels
from config.explain import explain
from config.files import Document, Reading, read
from config.lines import with_lines
from config.models import WatchFile
from config.names import gather
from config.repeats import repeats
from notifiers import registry
from notifiers.registry import ChannelType
from presswatch.errors import ConfigError, Problem
from presswatch.watch import Watch

Origins = Mapping[str, Origin]


def load(path: Path, *, channel_types: Mapping[str, ChannelType] | None = None) -> Watch:
    """The watch that the TOML file at ``path``, and the files it includes, describe.

    ``channel_types`` are the types a channel may have, by name; None stands for the registry's. Secrets
    are not looked up: the options keep the names of environment variables.

    Raises :class:`presswatch.errors.ConfigError` with every mistake that could be found.
    """
    return load_with_origins(path, channel_types=channel_types)[0]


def load_with_origins(
    path: Path, *, channel_types: Mapping[str, ChannelType] | None = None
) -> tuple[Watch, Origins]:
    """As :func:`load`, and for each channel's id where it stands."""
    return validated(path, read(path), channel_types=channel_types)


def validated(
    path: Path,
    reading: Reading,
    *,
    channel_types: Mapping[str, ChannelType] | None = None,
    without_feeds: bool = False,
) -> tuple[Watch, Origins]:
    """As :func:`load_with_origins`, of files that were read already, ``path`` being the main one.

    ``without_feeds`` takes a configuration that watches nothing yet.
    """
    if channel_types is None:
        channel_types = registry.channel_types()
    channels = read_channels(reading.documents, channel_types)
    problems = [*reading.problems, *repeats(reading.documents), *channels.problems]
    names = gather(reading, channel_types)
    files = []
    for document in reading.documents:
        try:
            files.append((document.file, WatchFile.model_validate(document.data, context=names)))
        except ValidationError as error:
            problems += explain(error, WatchFile, document.file)
    if (
        not without_feeds
        and reading.complete
        and not any(document.data.get("feeds") for document in reading.documents)
    ):
        remedy = "Add a [[feeds]] table with url and publisher."
        problems.append(Problem(path, "feeds", "there is no feed: nothing to watch.", remedy))
    if problems:
        texts = {document.file: document.text for document in reading.documents}
        raise ConfigError(with_lines(_in_file_order(problems, reading.documents), texts))
    return build(files, channels.channels), channels.origins


def _in_file_order(problems: list[Problem], documents: list[Document]) -> list[Problem]:
    sections = {document.file: list(document.data) for document in documents}
    files = list(sections)

    def place(problem: Problem) -> tuple[int, int, int]:
        """File, section of the file, table of the section; what has no place in the file comes first."""
        if problem.file not in sections:
            return len(files), 0, 0
        match = re.match(r"(\w*)(?:\[([0-9]+)\])?", problem.key)
        name, index = match.groups() if match else ("", None)
        section = sections[problem.file].index(name) if name in sections[problem.file] else -1
        return files.index(problem.file), section, int(index or 0)

    return sorted(problems, key=place)
