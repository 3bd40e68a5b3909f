"""Whether a Prefect server answers, and whom it lets in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import requests

from flows.serving.doors import CLIENT_LOGIN, SERVER_LOGIN

TIMEOUT = 5.0
_KEY = "PREFECT_API_KEY"
_WELL = 200
_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class Door:
    """What is amiss with a server's login, and what to do."""

    state: Literal["open", "asks", "refuses"]
    what: str
    remedy: str


def answers(api_url: str) -> bool:
    """Whether the server with this API address (``http://…/api``) is up.

    Its ``health`` endpoint needs no login. Prefect's cloud service has none below a workspace's address, so
    that any answer but a server's error counts.
    """
    status = _status(f"{api_url.rstrip('/')}/health")
    return status is not None and status < 500


def knows(api_url: str, login: str) -> bool:
    """Whether this is a server that lets ``login`` in (``name:password``), and nobody without it."""
    asked = f"{api_url.rstrip('/')}/admin/version"
    return _status(asked) in _REFUSED and _status(asked, login) == _WELL


def trouble_at(api_url: str, environ: Mapping[str, str]) -> Door | None:
    """What is amiss with the login at a server of the user's, as seen with what the environment holds."""
    asked = f"{api_url.rstrip('/')}/admin/version"
    login = environ.get(CLIENT_LOGIN, "")
    return judged(
        _status(asked),
        _status(asked, login) if login else None,
        has_login=bool(login),
        has_key=bool(environ.get(_KEY)),
    )


def judged(without: int | None, with_login: int | None, *, has_login: bool, has_key: bool) -> Door | None:
    """The same from the statuses of HTTP that it answers with, without a login and with ours; ``None`` where
    it doesn't answer, or isn't asked.

    A key is that of Prefect's cloud service, which is known to ask for it.
    """
    if without == _WELL:
        return Door(
            "open",
            "asks for no login: whoever reaches it, and any web page on its machine, can run commands as the"
            " user that runs the flows",
            f"Set {SERVER_LOGIN} where it is started, and {CLIENT_LOGIN} to the same here.",
        )
    if without not in _REFUSED or has_key:
        return None
    if not has_login:
        remedy = f"Set {CLIENT_LOGIN} to name:password, unless Prefect's own profile holds what it asks for."
        return Door("asks", "asks for a login", remedy)
    if with_login in _REFUSED:
        what = f"refuses the login in {CLIENT_LOGIN}"
        return Door("refuses", what, f"Correct {CLIENT_LOGIN} (name:password).")
    return None


def _status(address: str, login: str = "") -> int | None:
    """The status of HTTP; ``None`` without an answer."""
    try:
        with requests.get(
            address, timeout=TIMEOUT, stream=True, auth=_Login(login), allow_redirects=False
        ) as answer:
            return answer.status_code
    except (requests.RequestException, ValueError):
        return None


class _Login(requests.auth.AuthBase):
    """Basic authentication (RFC 7617) as Prefect understands it, or none, also where ``~/.netrc`` has one."""

    def __init__(self, login: str) -> None:
        self._login = login

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._login:
            request.headers["Authorization"] = f"Basic {b64encode(self._login.encode()).decode()}"
        return request
