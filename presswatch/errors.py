"""What can go wrong, as one tree.

::

    PresswatchError
    ├── ConfigError       a mistake of the user's: file, key, what is wrong, how to mend it
    ├── FetchError        a feed that could not be read: url, reason, status, whether trying again can help
    ├── ArchiveError      the archive cannot be opened or written
    │   ├── ArchiveBusy   another process is at work on it
    │   └── UnknownDelivery   it holds no delivery of that number
    └── DeliveryError     a digest that was not accepted: what the other side said, and whether that is final
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presswatch.masking import masked, without_secrets


class PresswatchError(Exception):
    """The root: whatever Presswatch raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration.

    ``file`` is where it stands, ``key`` the path to it (``feeds[3].url``; empty for the whole file),
    ``what`` says what is wrong and ``remedy`` how to mend it (may be empty). ``line`` is the key's, from 1,
    where it is known.
    """

    file: Path
    key: str
    what: str
    remedy: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        place += f"{self.key}: " if self.key else ""
        return f"{place}{self.what}" + (f" {self.remedy}" if self.remedy else "")


class ConfigError(PresswatchError):
    """The configuration cannot be used. ``problems`` lists every mistake found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FetchError(PresswatchError):
    """A feed could not be read.

    ``reason`` is one line for people, ``status`` the HTTP status if there was an answer, and
    ``retriable`` says whether the same request may succeed later; ``retry_after``, in seconds, that the
    server asked not to be asked before (RFC 9110, section 10.2.3). ``url`` and ``reason`` hold no secret of
    the address (:mod:`presswatch.masking`).
    """

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        status: int | None = None,
        retriable: bool = True,
        retry_after: float | None = None,
    ) -> None:
        self.url = masked(url)
        self.reason = without_secrets(reason, url)
        super().__init__(f"{self.url}: {self.reason}")
        self.retry_after = retry_after
        self.status = status
        self.retriable = retriable

    def __reduce__(self) -> tuple[object, ...]:
        """All that it says, so that it can come from another process."""
        more = {"status": self.status, "retriable": self.retriable, "retry_after": self.retry_after}
        return _fetch_error, (type(self), self.url, self.reason, more)


def _fetch_error(kind: type[FetchError], url: str, reason: str, more: dict[str, Any]) -> FetchError:
    return kind(url, reason, **more)


class ArchiveError(PresswatchError):
    """The archive cannot be opened, read or written; the message says why and what to do."""


class ArchiveBusy(ArchiveError):
    """Another process is at work on the archive."""


class UnknownDelivery(ArchiveError):
    """The archive holds no delivery of the number that was asked for."""


class DeliveryError(PresswatchError):
    """A delivery was not accepted.

    ``said`` is what the other side answered (or what went wrong on the way), ``permanent`` is true
    where sending the same again cannot succeed, and ``unreachable`` where nothing at all can be sent by
    this channel at the moment; ``retry_after``, in seconds, is how long the other side asked to wait.
    """

    def __init__(
        self,
        said: str,
        *,
        permanent: bool,
        unreachable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(said)
        self.said = said
        self.permanent = permanent
        self.unreachable = unreachable
        self.retry_after = retry_after
