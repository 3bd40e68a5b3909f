"""The channel ``webhook``: the digest as JSON, posted and signed as Standard Webhooks has it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import requests
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook
from urllib3.exceptions import HTTPError

from notifiers.environment import secret
from notifiers.options import WebhookOptions
from notifiers.payload import payload_text
from notifiers.plain import line
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError
from presswatch.times import utc_now

# The request itself is refused, or its address: the same again cannot succeed (RFC 9110, section 15.5). Not
# so 401 and 403, which a person mends with another secret, nor 408, 425 and 429, which pass.
_PERMANENT = frozenset({400, 404, 405, 410, 413, 415, 422})
_MAX_BODY = 2_000
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WebhookNotifier:
    """Posts to the URL in ``options``, signed if there is a ``signer``."""

    options: WebhookOptions
    signer: Webhook | None = field(repr=False)

    @classmethod
    def open(cls, options: WebhookOptions) -> Self:
        """The notifier as configured, with its secret: base64, with or without ``whsec_`` before it.

        Raises :class:`DeliveryError`, not permanent, if the secret is missing or is no such thing.
        """
        key = secret(options.secret_env)
        try:
            return cls(options, Webhook(key) if key else None)
        except (EmptyWebhookSecretError, ValueError) as error:
            said = f"{options.secret_env} is not a signing secret: whsec_ and base64"
            raise DeliveryError(said, permanent=False) from error

    def send(self, delivery: Delivery) -> str:
        """Post the digest, and return the status with the beginning of what the receiver said.

        Only 2xx is acceptance; a redirect is not followed. Raises :class:`DeliveryError`, permanent for
        400, 404, 405, 410, 413, 415 and 422.
        """
        body = payload_text(delivery.digest, delivery.identity)
        now = utc_now()
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Presswatch",
            "webhook-id": delivery.identity,
            "webhook-timestamp": str(int(now.timestamp())),
        }
        if self.signer:
            headers["webhook-signature"] = self.signer.sign(delivery.identity, now, body)
        try:
            with requests.post(
                self.options.url,
                data=body.encode(),
                headers=headers,
                timeout=self.options.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                said, accepted = _said(response), 200 <= response.status_code < 300
        except (requests.RequestException, HTTPError) as error:
            # The error's own words hold the whole URL, query and all.
            said = f"{self.options.label}: {_trouble(error)}"
            raise DeliveryError(said, permanent=False, unreachable=True) from error
        if not accepted:
            raise DeliveryError(said, permanent=response.status_code in _PERMANENT)
        return said


def _said(response: requests.Response) -> str:
    """``HTTP 200 OK: queued``; the status is what counts, so a body that breaks off is no error."""
    try:
        body = response.raw.read(_MAX_BODY)
    except (HTTPError, OSError):
        body = b""
    status = line(f"HTTP {response.status_code} {response.reason[:_SHOWN]}")
    words = line(body.decode(errors="replace"))[:_SHOWN]
    return f"{status}: {words}" if words else status


def _trouble(error: Exception) -> str:
    """What went wrong, in the operating system's words if there are any."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException):
            return line(str(cause))
        cause = cause.__context__
    return type(error).__name__
