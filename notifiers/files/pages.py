"""The channel ``file``: each digest as a page and as a mail in a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from email.headerregistry import Address
from pathlib import Path
from typing import Self

from notifiers.files.options import FileOptions
from notifiers.files.writing import make_folder, write_whole
from notifiers.looks.render import render
from notifiers.mail.message import as_bytes, message
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError

_SENDER = Address("Presswatch", "presswatch", "localhost")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class FileNotifier:
    """Writes into ``folder``, which is made if it is missing; ``shared``: for others to read, too."""

    folder: Path
    shared: bool = False

    @classmethod
    def open(cls, options: FileOptions) -> Self:
        """The notifier as configured."""
        return cls(options.path, options.shared)

    def send(self, delivery: Delivery) -> str:
        """Write ``<time>-<subscription>-<identity>`` as ``.html`` and as ``.eml``, and say where.

        The name of a part of a digest says which it is.

        Each file appears whole or not at all, and the same delivery always gives the same two files.
        Raises :class:`DeliveryError`, not permanent, if they cannot be written.
        """
        rendered = render(delivery.digest, delivery.identity)
        page = self.folder / f"{_stem(delivery)}.html"
        mail = page.with_suffix(".eml")
        try:
            make_folder(self.folder, shared=self.shared)
            write_whole(
                mail, as_bytes(message(delivery, rendered, sender=_SENDER, to=None)), shared=self.shared
            )
            write_whole(page, rendered.html.encode(), shared=self.shared)
        except OSError as error:
            raise DeliveryError(f"{self.folder}: {error.strerror or error}", permanent=False) from error
        return f"wrote {page} and {mail.name}"


def _stem(delivery: Delivery) -> str:
    created = delivery.digest.created.astimezone(UTC)
    part = delivery.digest.part
    which = [f"part-{part.number:02}-of-{part.of:02}"] if part else []
    names = (f"{created:%Y-%m-%d-%H%M}", delivery.subscription[:80], *which, delivery.identity[:80])
    return "-".join(_UNSAFE.sub("-", name) for name in names)
