"""What became of deliveries, as the archive knows it: what ``presswatch deliveries`` shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["pending", "sent", "failed", "abandoned"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: ``outcome`` is accepted, delayed or refused (for good), ``said`` the other side's words."""

    at: datetime
    outcome: str
    said: str


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A delivery and its fate. ``next_attempt`` counts only while it is pending; ``finished`` is when it was
    sent, failed for good, or was abandoned by a person.
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
