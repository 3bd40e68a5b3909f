"""The channel ``feed``: what is told, as an Atom feed for feed readers and other programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from filelock import FileLock

from notifiers.files.atom import NotOurs, continued, new_document, read_document, write_document
from notifiers.files.entries import entries
from notifiers.files.options import FEED_FILES, FeedOptions
from notifiers.files.writing import make_folder, write_whole
from notifiers.looks import coverage
from notifiers.looks.when import zone_called
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_WAIT = 10.0  # seconds: writing takes a fraction of one


@dataclass(frozen=True, slots=True)
class FeedNotifier:
    """Keeps feeds of ``most`` entries at ``path``: a file, or a folder with one file a subscription. ``url``
    is where a web server shows that.
    """

    path: Path
    most: int
    url: str | None = None
    shared: bool = False

    @classmethod
    def open(cls, options: FeedOptions) -> Self:
        """The notifier as configured."""
        return cls(options.path, options.entries, options.url, options.shared)

    def send(self, delivery: Delivery) -> str:
        """Add what the digest tells to the feed, all of it, and say where that is.

        What one digest tells is kept even if that is more than ``most``. The file is replaced in one step.
        The same delivery again changes nothing. Raises :class:`DeliveryError`, not permanent, if the file
        cannot be written, or is no feed of ours.
        """
        file, name = self._place(delivery)
        told = entries(delivery)
        try:
            make_folder(file.parent, shared=self.shared)
            # A test of the channel may write while a cycle does: neither must undo the other's entries.
            with FileLock(file.with_name(f".{file.name}.lock"), timeout=_LONGEST_WAIT, mode=0o600):
                before = read_document(file.read_bytes()) if file.exists() else new_document()
                after = continued(before, told, max(self.most, len(told)))
                digest = delivery.digest
                subtitle = f"{coverage.sentence(digest.coverage, zone_called(digest.timezone))}."
                title = f"Presswatch · {name}"
                content = write_document(after, title, subtitle, digest.created, self._url_of(file))
                write_whole(file, content, shared=self.shared)
        except NotOurs:
            said = f"{file} is no feed that Presswatch has written: move it away, or name another path"
            raise DeliveryError(said, permanent=False) from None
        except OSError as error:
            raise DeliveryError(f"{file}: {error.strerror or error}", permanent=False) from error
        return f"wrote {file}"

    def _url_of(self, file: Path) -> str | None:
        if self.url is None or file == self.path:
            return self.url
        return f"{self.url.rstrip('/')}/{quote(file.name)}"

    def _place(self, delivery: Delivery) -> tuple[Path, str]:
        """The file, and what its feed is named after. A file that is named is all subscriptions' of the
        channel.
        """
        if self.path.suffix.lower() in FEED_FILES:
            return self.path, delivery.channel
        return self.path / f"{_UNSAFE.sub('-', delivery.subscription)[:80]}.atom", delivery.subscription
