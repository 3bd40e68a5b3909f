"""Whether a Prefect server answers."""

from __future__ import annotations

import requests

TIMEOUT = 5.0


def answers(api_url: str) -> bool:
    """Whether the server with this API address (``http://…/api``) is up.

    Its ``health`` endpoint needs no login. Prefect's cloud service has none below a workspace's address, so
    that any answer but a server's error counts.
    """
    try:
        with requests.get(f"{api_url.rstrip('/')}/health", timeout=TIMEOUT, stream=True) as answer:
            return answer.status_code < 500
    except (requests.RequestException, ValueError):
        return False
