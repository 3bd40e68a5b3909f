"""The session that feeds and pages are fetched with: Requests, with less work and more care."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy, should_bypass_proxies

from presswatch.watch import FetchRules
from presswatch.web.addresses import check_port, resolve
from presswatch.web.certificates import tls_context
from presswatch.web.connecting import POOLS, Pools

MAX_REDIRECTS = 5
"""How many redirects are followed."""

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_ENCODINGS = "gzip, deflate"  # what presswatch.web.unpacking reads
_HOSTS_KEPT = 2  # where a feed is asked, and where it redirects to
_CONNECTIONS_KEPT = 2  # a page's own, and one for the robots.txt that is asked for in between
_PRINTABLE_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def open_session(rules: FetchRules) -> requests.Session:
    """A session that keeps the rules. It is not for sharing between threads; close it after use.

    - Unless private addresses are allowed, each connection, also one after a redirect, goes to an address
      that was resolved once and found public, and to a port that the web is served on (see
      :mod:`presswatch.web.addresses`).
    - Only http and https have an adapter, so that a redirect can lead nowhere else; five are followed.
    - Certificates are verified against one bundle, read once (:mod:`presswatch.web.certificates`).
    - Connections to the two hosts asked last are kept, and those to others closed.
    - Proxies of the environment are used, as they are set now (``HTTP_PROXY``, ``HTTPS_PROXY``,
      ``ALL_PROXY``, ``NO_PROXY``). It is they who connect then, so a host's address is checked here, but may
      be another one there. Credentials in ``.netrc`` are not used; those in an address are.
    """
    session = Session()
    session.headers.clear()
    session.headers.update({"User-Agent": rules.user_agent, "Accept": _ACCEPT, "Accept-Encoding": _ENCODINGS})
    session.max_redirects = MAX_REDIRECTS
    session.adapters.clear()
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _Adapter(public_only=not rules.allow_private_addresses))
    return session


class Session(requests.Session):
    """Reads the environment once, and leaves the body of a redirect unread.

    Requests would read it whole, however large or slow it is; and for every request it would look through
    the environment and the ``.netrc``, which takes a third of its time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self._environment = {scheme: proxy for scheme, proxy in getproxies().items() if scheme != "no"}

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send by way of the proxy that the address needs, if any."""
        kwargs.setdefault("proxies", self._proxies_for(request.url))
        return super().send(request, **kwargs)

    def rebuild_proxies(
        self, prepared_request: requests.PreparedRequest, proxies: dict[str, str] | None
    ) -> dict[str, str]:
        """The proxies for where a redirect leads."""
        return self._proxies_for(prepared_request.url)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where the answer leads, if anywhere. Bytes that aren't UTF-8 are taken as they are (percent)."""
        if not resp.is_redirect:
            return None
        resp.close()
        resp._content = b""
        location = resp.headers["Location"].strip().encode("latin-1")
        try:
            return location.decode()
        except UnicodeDecodeError:
            return quote(location, safe=_PRINTABLE_ASCII)

    def _proxies_for(self, url: str | None) -> dict[str, str]:
        if not self._environment or should_bypass_proxies(url or "", no_proxy=None):
            return {}
        return dict(self._environment)


class _Adapter(HTTPAdapter):
    """Connects by our own pools, with the process's own TLS context."""

    def __init__(self, *, public_only: bool) -> None:
        self._public_only = public_only
        super().__init__(pool_connections=_HOSTS_KEPT, pool_maxsize=_CONNECTIONS_KEPT)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools for direct connections."""
        self.poolmanager = Pools(public_only=self._public_only, num_pools=connections, maxsize=maxsize)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """The pools for connections through a proxy, which itself may be private."""
        if proxy.lower().startswith("https:"):
            proxy_kwargs["proxy_ssl_context"] = tls_context()
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str | None, cert: Any = None
    ) -> Any:
        """What a pool is found by. ``verify`` and ``cert`` make no difference: certificates are verified."""
        parts = urlsplit(request.url or "")
        host = {"scheme": parts.scheme.lower(), "host": parts.hostname, "port": parts.port}
        if host["scheme"] == "https":
            return host, {"ssl_context": tls_context(), "cert_reqs": "CERT_REQUIRED"}
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: a path set here would have the bundle read for each connection."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Check where the request goes, as far as the connection itself doesn't; then send it."""
        parts = urlsplit(request.url or "")
        host = parts.hostname or ""
        if "%" in host and ":" not in host:
            raise requests.exceptions.InvalidURL("the host is percent-encoded", request=request)
        if self._public_only:
            check_port(parts.port)
            if kwargs.get("proxies") and select_proxy(request.url or "", kwargs["proxies"]):
                resolve(host, parts.port or 443, public_only=True)
        return super().send(request, *args, **kwargs)
