"""What became of deliveries, as the archive knows it: what ``presswatch deliveries`` shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["pending", "sent", "failed", "abandoned", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: ``outcome`` is accepted, delayed or refused (for good), ``said`` the other side's words.

    It is ``begun`` while nothing is known of its outcome; ``unknown`` says that it is given up since nothing
    was known of several, ``withdrawn`` that its recipient isn't to be told any more.
    """

    at: datetime
    outcome: str
    said: str


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A delivery and its fate. ``next_attempt`` counts only while it is pending; ``finished`` is when it was
    sent, failed for good, was abandoned by a person, or withdrawn.
    """

    id: int
    identity: str
    subscription: str
    subject: str
    channel: str
    recipient: str
    status: Status
    created: datetime
    next_attempt: datetime
    finished: datetime | None
    attempts: int
    last_said: str
