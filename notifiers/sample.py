"""A message to try a channel with, which says that it is one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Coverage, Digest, DigestItem, Passage, Section

_SAYS = "This is a test of the channel, as a digest looks: a term is marked where a release names a program."


def sample_delivery(channel: str, recipient: str, now: datetime) -> Delivery:
    """A delivery of a digest with one made-up release; none of it is in the archive."""
    start = _SAYS.index("a term")
    passage = Passage(_SAYS, ((start, start + len("a term")),), False, False, "it is a test")
    item = DigestItem(
        release_id=0,
        title="If you can read this, the channel works",
        url="",
        publishers=("Presswatch",),
        published=now,
        first_seen=now,
        kind="new",
        passages=(passage,),
    )
    section = Section("test", f"Test of the channel {channel}", (item,))
    digest = Digest("test", now, now - timedelta(days=1), now, (section,), Coverage(0, 0))
    return Delivery(0, f"presswatch-test-{secrets.token_hex(16)}", "test", channel, recipient, digest)
