"""A delivery: one digest owed to one recipient, and the seam through which it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from presswatch.digests.model import Digest


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest for one recipient.

    ``identity`` is made when the digest is frozen and never changes, however often it is sent: it is
    the webhook-id, and the left side of the Message-ID, by which a receiver can drop a repetition.
    """

    id: int
    identity: str
    subscription: str
    channel: str
    recipient: str
    digest: Digest


class Notifier(Protocol):
    """A way out. Each channel type has one, in a file of its own under ``notifiers``."""

    def send(self, delivery: Delivery) -> str:
        """Hand the delivery over, and return what the other side said when it accepted.

        Raises :class:`presswatch.errors.DeliveryError` when it was not accepted.
        """
        ...
