"""The feeds of the benchmark of a cycle: a server as a process of its own, plain or with TLS."""

from __future__ import annotations

import ipaddress
import json
import shlex
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Feeds:
    """What is served: the script of the server, and how many feeds it serves in which way."""

    script: Path
    feeds: int
    items: int
    hosts: int
    latency: float
    tls: bool
    options: str

    @property
    def addresses(self) -> list[str]:
        """The loopback addresses on which feeds are."""
        return ["127.0.0.1", *(f"127.{n // 250 + 1}.{n % 250}.1" for n in range(1, self.hosts))]


class Server:
    """A running server: ``urls`` is the file of its feeds' addresses, ``bundle`` who vouches for it."""

    def __init__(self, base: str, urls: Path, bundle: Path | None) -> None:
        self.base, self.urls, self.bundle = base, urls, bundle
        self._context = ssl.create_default_context(cafile=str(bundle)) if bundle else None

    def tell(self, path: str) -> dict[str, int]:
        """Order something, or ask."""
        with urllib.request.urlopen(self.base + path, timeout=300, context=self._context) as answer:
            told: dict[str, int] = json.load(answer)
        return told


@contextmanager
def serve(feeds: Feeds, folder: Path) -> Iterator[Server]:
    """Serve until the block ends; files lie in the folder."""
    urls = folder / "urls.txt"
    command = [sys.executable, str(feeds.script), "--feeds", str(feeds.feeds), "--items", str(feeds.items)]
    command += [
        "--hosts",
        str(feeds.hosts),
        "--urls",
        str(urls),
        "--ttl",
        "7200",
        *shlex.split(feeds.options),
    ]
    bundle = None
    if feeds.tls:
        certificate, key = _certificate(folder, feeds.addresses)
        command += ["--tls", str(certificate), str(key)]
        bundle = folder / "bundle.pem"  # one more beside all those that a client knows, as in the world
        bundle.write_text(certifi.contents() + certificate.read_text())
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        server = Server(process.stdout.readline().strip(), urls, bundle)
        server.tell(f"/ctl/set?latency_ms={feeds.latency:g}")
        yield server
    finally:
        process.terminate()
        process.wait()


def _certificate(folder: Path, addresses: list[str]) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newsrooms.example")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
