"""Servers that answer byte by byte, as no web framework would."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Serve = Callable[..., str]


class _Wire:
    """Answers every connection with the same pieces, ``delay`` seconds after each; then closes it."""

    def __init__(self, pieces: Sequence[bytes], delay: float, tls: ssl.SSLContext | None) -> None:
        self._pieces, self._delay, self._tls = pieces, delay, tls
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError):
                connection, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._answer, args=(connection,)))
                self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.settimeout(10)
            talk = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with closing(talk):
                talk.recv(65_536)
                for piece in self._pieces:
                    talk.sendall(piece)
                    if self._delay and self._stop.wait(self._delay):
                        return

    def close(self) -> None:
        """Stop answering, and wait until the last answer has ended."""
        self._stop.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass  # wakes the thread that accepts
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def wire() -> Iterator[Serve]:
    """Starts servers that send given bytes, and gives their address: ``wire(*pieces, delay=0)``."""
    with ExitStack() as stack:

        def serve(*pieces: bytes, delay: float = 0, tls: ssl.SSLContext | None = None) -> str:
            server = stack.enter_context(closing(_Wire(pieces, delay, tls)))
            return f"{'https' if tls else 'http'}://127.0.0.1:{server.port}/feed.xml"

        yield serve


@pytest.fixture(scope="session")
def self_made(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """TLS with a certificate that is right in every way, but that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
