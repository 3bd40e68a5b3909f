"""What ``presswatch serve`` and its child processes say: lines for people, or JSON lines for machines.

Secrets that the configuration names are masked in every line, whoever wrote it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

from pydantic import BaseModel

from presswatch.watch import Watch

LogFormat = Literal["text", "json"]

MASK = "[secret]"
_SHORTEST = 4
"""Characters. What is shorter is no secret, and masking it would blot out words."""
_OF_THE_ENGINE = ("PREFECT_API_KEY", "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING")


def secrets_of(watch: Watch, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of the environment variables that the configuration names, and of the engine's, the longest
    first; and the heartbeat's address, which whoever has it can keep silent with.
    """
    variables = {
        variable
        for channel in watch.channels
        if isinstance(channel.options, BaseModel)
        for option, variable in channel.options
        if option.endswith("_env") and isinstance(variable, str)
    }
    names = [*variables, *_OF_THE_ENGINE, watch.serve.heartbeat_env]
    values = {environ.get(name, "") for name in names if name} | {watch.serve.heartbeat_url}
    return tuple(sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True))


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with each of the secrets replaced by :data:`MASK`."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


class Lines(logging.Formatter):
    """A record as one line of text or, ``as_json``, as one JSON object: time (UTC), level, logger, message
    and, if there is one, the traceback. ``secrets`` are masked in all of it.
    """

    def __init__(self, *, as_json: bool, secrets: tuple[str, ...]) -> None:
        super().__init__("%(message)s")
        self._as_json = as_json
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """See :meth:`logging.Formatter.format`."""
        if not self._as_json:
            return masked(super().format(record), self._secrets)
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage(), self._secrets),
        }
        if record.exc_info:
            line["traceback"] = masked(self.formatException(record.exc_info), self._secrets)
        return json.dumps(line, ensure_ascii=False)


def set_up(watch: Watch, *, as_json: bool, stream: TextIO | None = None) -> logging.Logger:
    """Let every logger of this process write to ``stream`` (standard error), and return ours."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(as_json=as_json, secrets=secrets_of(watch, os.environ)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger("presswatch.serve")
    ours.setLevel(logging.INFO)
    return ours
