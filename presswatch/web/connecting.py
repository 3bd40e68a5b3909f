"""urllib3's connections and pools, with our sockets under them."""

from __future__ import annotations

import socket
from collections import OrderedDict
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection, port_by_scheme
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
)

from presswatch.web.addresses import connect, resolve


def _open(connection: HTTPConnection, host: str, *, public_only: bool) -> socket.socket:
    """Resolve, judge and connect; failures are told in urllib3's terms, as its own method does."""
    try:
        places = resolve(host, connection.port, public_only=public_only)
        return connect(places, connection.timeout, connection.socket_options or ())
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, "the connection took too long") from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, public_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._public_only = public_only

    def _new_conn(self) -> socket.socket:
        return _open(self, self._dns_host, public_only=self._public_only)


class _TlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, public_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._public_only = public_only

    def _new_conn(self) -> socket.socket:
        return _open(self, self._dns_host, public_only=self._public_only)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}
"""Pools whose sockets keep the limits of the fetch under way, by scheme."""


class Pools(PoolManager):
    """Keeps the pools of the hosts asked last; with ``public_only`` they connect to public addresses only.

    A pool is found by its host alone: that all have the same options spares comparing two dozen of them for
    each request.
    """

    def __init__(self, *, public_only: bool, num_pools: int, maxsize: int) -> None:
        super().__init__()
        self._public_only, self._most, self._maxsize = public_only, num_pools, maxsize
        self._kept: OrderedDict[tuple[str, str, int], HTTPConnectionPool] = OrderedDict()

    def connection_from_host(
        self,
        host: str | None,
        port: int | None = None,
        scheme: str | None = "http",
        pool_kwargs: dict[str, Any] | None = None,
    ) -> HTTPConnectionPool:
        """The pool of a host; of other hosts those asked longest ago are closed, if there are too many."""
        scheme = scheme or "http"
        key = scheme, host or "", port or port_by_scheme[scheme]
        pool = self._kept.get(key)
        if pool is None:
            if not host:
                raise LocationValueError("No host specified.")
            options = {"maxsize": self._maxsize, "public_only": self._public_only, **(pool_kwargs or {})}
            pool = POOLS[scheme](host, key[2], **options)
            self._kept[key] = pool
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)[1].close()
        self._kept.move_to_end(key)
        return pool

    def clear(self) -> None:
        """Close all."""
        for pool in self._kept.values():
            pool.close()
        self._kept.clear()
