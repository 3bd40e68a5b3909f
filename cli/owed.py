"""Words for what is owed to subscriptions that left the configuration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from presswatch.digests.succession import Unclaimed
from presswatch.times import to_text


def as_plain(one: Unclaimed) -> dict[str, Any]:
    """The values as JSON takes them."""
    since = to_text(one.gone_since) if one.gone_since else None
    return {**asdict(one), "gone_since": since, "said": str(one)}
