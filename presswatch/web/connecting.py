"""urllib3's connections and pools, with our sockets under them."""

from __future__ import annotations

import socket
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

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
    """Keeps the pools of the hosts asked last; with ``public_only`` they connect to public addresses only."""

    def __init__(self, *, public_only: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._public_only = public_only
        self.pool_classes_by_scheme = POOLS

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.conn_kw["public_only"] = self._public_only
        return pool
