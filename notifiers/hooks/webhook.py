"""The channel ``webhook``: the digest as JSON, posted and signed as Standard Webhooks has it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from notifiers.environment import needed_secret, secret
from notifiers.hooks.hook import checked_url, host_of
from notifiers.hooks.options import WebhookOptions
from notifiers.hooks.payload import payload_text
from notifiers.hooks.posting import post
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError
from presswatch.times import utc_now

_IDENTITY = "presswatch-" + 32 * "0"
"""As long as any."""


def fits(options: WebhookOptions, digest: Digest) -> bool:
    """Whether its JSON is as small as the receiver wants it."""
    return len(payload_text(digest, _IDENTITY).encode()) <= options.max_bytes


@dataclass(frozen=True, slots=True)
class WebhookNotifier:
    """Posts to ``url``, signed if there is a ``signer``; ``label`` names the receiver in messages."""

    url: str = field(repr=False)
    label: str
    timeout: float
    signer: Webhook | None = field(repr=False)

    @classmethod
    def open(cls, options: WebhookOptions) -> Self:
        """The notifier as configured, with its secret: base64, with or without ``whsec_`` before it.

        Raises :class:`DeliveryError`, not permanent, if a secret is missing or is no such thing.
        """
        url, label = options.url, options.label
        if url is None:
            named = options.url_env or options.url_block or ""
            url = checked_url(needed_secret(options.url_env, options.url_block), named)
            label = host_of(url)
        key = secret(options.secret_env, options.secret_block)
        try:
            return cls(url, label, options.timeout, Webhook(key) if key else None)
        except (EmptyWebhookSecretError, ValueError) as error:
            said = f"{options.secret_env or options.secret_block} is not a signing secret: whsec_ and base64"
            raise DeliveryError(said, permanent=False) from error

    def send(self, delivery: Delivery) -> str:
        """Post the digest; see :func:`notifiers.hooks.posting.post` for what is returned and raised."""
        body = payload_text(delivery.digest, delivery.identity)
        now = utc_now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.identity,
            "webhook-timestamp": str(int(now.timestamp())),
        }
        if self.signer:
            headers["webhook-signature"] = self.signer.sign(delivery.identity, now, body)
        return post(self.url, body.encode(), headers, timeout=self.timeout, label=self.label)
