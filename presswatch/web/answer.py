"""What a server's answer is, once it has been read."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch.feeds.values import Validators


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. ``not_modified`` means that it sent no body because nothing changed (304).

    ``url`` is the address that answered, ``body`` the bytes after decompression. ``fresh_for`` is for how
    many seconds the server says that its answer stays good; ``None`` where it doesn't say, or says that it
    doesn't. ``moved_to`` is as far as permanent redirects led from the address that was asked for, empty
    where the first one wasn't permanent or there was none (see :mod:`presswatch.web.manners`).
    """

    status: int
    url: str
    not_modified: bool
    body: bytes
    content_type: str
    validators: Validators
    fresh_for: float | None = None
    moved_to: str = ""
