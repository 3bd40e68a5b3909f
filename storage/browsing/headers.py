"""What a browser is told not to do with the site's pages, whatever stands in them."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPTS_OF_THE_DASHBOARD = "'unsafe-inline'"
"""The dashboard's page holds its charts as script; nothing that a feed says stands in it unescaped."""

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Headers:
    """ASGI middleware: nothing is loaded from elsewhere or sent there, and no script runs but Datasette's own
    (https://www.w3.org/TR/CSP3/).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._scripts = " ".join(f"'sha256-{digest}'" for digest in _digests())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers added."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy(scope["path"])
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)

    def _policy(self, path: str) -> str:
        scripts = _SCRIPTS_OF_THE_DASHBOARD if path.startswith("/-/dashboards/") else self._scripts
        return (
            f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        )


def _digests() -> list[str]:
    """Of the scripts that stand in Datasette's templates and never change."""
    scripts = [f"DATASETTE_ALLOW_FACET = {allowed};" for allowed in ("true", "false")]
    for template in (files("datasette") / "templates").iterdir():
        if template.name.endswith(".html"):
            found = _INLINE.findall(template.read_text(encoding="utf-8"))
            scripts += [script for script in found if "{{" not in script and "{%" not in script]
    return [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
