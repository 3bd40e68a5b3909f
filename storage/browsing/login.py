"""Logging in with the site's one password.

The password comes from the environment as it is, so nothing is gained by a slow hash of it: what is compared
is a digest, in constant time, and what guessing costs is time between tries.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from dataclasses import dataclass, field

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from storage.browsing.metadata import READER
from storage.browsing.tries import Tries

COOKIE = "ds_actor"
"""Datasette's, which it signs with a secret that is new at each start."""


@dataclass(frozen=True, slots=True)
class Login:
    """The password that a site asks for, and who has tried."""

    digest: bytes
    tries: Tries = field(default_factory=Tries)

    @classmethod
    def with_password(cls, password: str) -> Login:
        """For this password."""
        return cls(_digest(password))

    def is_right(self, name: str, password: str) -> bool:
        """Whether these are what it asks for."""
        return hmac.compare_digest(_digest(password), self.digest) & (name == READER)


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()


async def log_in(request: Request, datasette: Datasette) -> Response:
    """The form and, for what is posted, the way in: 302 to the first page with a cookie, 401 for what is
    wrong, 429 with ``Retry-After`` where too much was wrong before.
    """
    login: Login | None = datasette.presswatch_login
    if login is None:
        return Response.redirect(datasette.urls.instance())
    if request.method != "POST":
        return await _form(datasette, request)
    now, address = time.monotonic(), (request.scope.get("client") or ("",))[0]
    if wait := login.tries.wait(address, now):
        seconds = math.ceil(wait)
        said = f"Too many wrong passwords. Try again in {seconds} second{'' if seconds == 1 else 's'}."
        return await _form(datasette, request, said, 429, {"Retry-After": str(seconds)})
    given = await request.post_vars()
    if not login.is_right(given.get("username", ""), given.get("password", "")):
        login.tries.failed(address, now)
        return await _form(datasette, request, "That name or password is wrong.", 401)
    login.tries.succeeded(address)
    response = Response.redirect(datasette.urls.instance())
    response.set_cookie(
        COOKIE,
        datasette.sign({"a": {"id": READER}}, "actor"),
        httponly=True,
        secure=request.scheme == "https",
        samesite="lax",  # a link in a mail leads to its page; no form or image of another site brings it
    )
    return response


async def _form(
    datasette: Datasette,
    request: Request,
    error: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    page = {"error": error, "reader": READER}
    html = await datasette.render_template("login.html", page, request=request)
    return Response.html(html, status=status, headers=headers)
