"""The product's own fetching, with the world's servers and the world's clock behind it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from urllib3.response import HTTPResponse

from presswatch.watch import FetchRules
from presswatch.web.session import open_session
from tests.simulation.site import Internet

_READERS = {
    "presswatch.feeds.shard": True,
    "presswatch.recovery.shard": False,
    "presswatch.pages.visitor": False,
}
_CLOCKS = (*_READERS, "presswatch.feeds.page", "presswatch.pipeline", "presswatch.web.fetch")


class Clock:
    """True time, and by how much the product's clock is wrong."""

    def __init__(self, now: datetime) -> None:
        self.true = now
        self.wrong_by = now - now

    def __call__(self) -> datetime:
        """What the product's clock shows, in whole seconds."""
        return self.shows(self.true)

    def shows(self, moment: datetime) -> datetime:
        """What the clock shows at a true moment, as it is set now."""
        return (moment + self.wrong_by).replace(microsecond=0)


class _Adapter(HTTPAdapter):
    """Hands requests to the world's servers instead of a socket."""

    def __init__(self, ask: Callable[[requests.PreparedRequest], Any]) -> None:
        self._ask = ask
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask the server that the address names."""
        reply = self._ask(request)
        if reply.failure == "no answer in time":
            raise requests.ReadTimeout("no answer", request=request)
        if reply.failure:
            refused = NewConnectionError(None, "connection refused")  # type: ignore[arg-type]
            raise requests.ConnectionError(refused, request=request)
        headers = {**reply.headers, "Content-Length": str(reply.length or len(reply.body))}
        raw = HTTPResponse(
            body=io.BytesIO(reply.body),
            headers=headers,
            status=reply.status,
            preload_content=False,
            enforce_content_length=True,
            request_method="GET",
        )
        response: requests.Response = self.build_response(request, raw)
        return response


@contextmanager
def connected(internet: Internet, clock: Clock, pause: Callable[[str], None]) -> Iterator[None]:
    """Within the block, the product's requests go to these servers, and its clock is this one. ``pause`` is
    called with what became of each request ("" or the failure), to let time pass.
    """

    def opener(for_list: bool) -> Callable[[FetchRules], requests.Session]:
        def ask(request: requests.PreparedRequest) -> Any:
            headers = {name: value for name, value in request.headers.items() if name.startswith("If-")}
            try:
                reply = internet.answer(request.url or "", headers, clock.true, for_list=for_list)
            except Exception as error:  # the product would take it for a newsroom's failure
                internet.broken.append(error)
                raise
            pause(reply.failure)
            return reply

        def opened(rules: FetchRules) -> requests.Session:
            session = open_session(rules)
            session.adapters.clear()
            for scheme in ("http", "https"):
                session.mount(f"{scheme}://", _Adapter(ask))
            return session

        return opened

    with ExitStack() as patches:
        for module, for_list in _READERS.items():
            patches.enter_context(patch(f"{module}.open_session", opener(for_list)))
        for module in _CLOCKS:
            patches.enter_context(patch(f"{module}.utc_now", clock))
        patches.enter_context(patch("presswatch.recovery.visit.SPACING", 0.0))
        yield
