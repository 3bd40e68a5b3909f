"""Servers that answer byte by byte, as no web framework would."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Serve = Callable[..., str]


class Wire:
    """Answers every connection with the same pieces, ``delay`` seconds after each; then closes it."""

    def __init__(self, pieces: Sequence[bytes], delay: float, tls: ssl.SSLContext | None) -> None:
        self.pieces, self._delay, self._tls = pieces, delay, tls
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/feed.xml"

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
                for piece in self.pieces:
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
            return stack.enter_context(closing(Wire(pieces, delay, tls))).url

        yield serve


@pytest.fixture
def changeable() -> Iterator[Wire]:
    """A server whose ``pieces`` can be changed from one answer to the next."""
    with closing(Wire([], 0, None)) as server:
        yield server


class Authority:
    """Vouches for servers; ``bundle`` is the file that whoever believes it needs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("An authority for tests")
        certificate = _certificate(self._name, self._key, self._name, self._key, ca=True)
        self.bundle = folder / "bundle.pem"
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, *, name: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
        """TLS for a server of that name or address, whose certificate ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(_name("A server"), key, self._name, self._key, names=[name], days=days)
        return _context(self._folder / "server.pem", key, certificate)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody believes yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """TLS for this machine, by an authority that is believed during the test."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    return authority.server()


@pytest.fixture(scope="session")
def self_made(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """TLS with a certificate that is right in every way, but that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("127.0.0.1")
    certificate = _certificate(name, key, name, key, names=["127.0.0.1"])
    return _context(tmp_path_factory.mktemp("tls") / "server.pem", key, certificate)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    names: Sequence[str] = (),
    days: int = 1,
    ca: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
    )
    if ca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_san, names))), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _san(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _context(path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
