"""Whom we trust to vouch for a server: one TLS context for the whole process.

urllib3 reads the bundle of certificates again for each connection where it is told its path, which costs
more than all the rest of a request. Given a context that holds them already, it reads nothing.
"""

from __future__ import annotations

import os
import ssl
import threading
from functools import cache
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from presswatch.web.limits import TlsSocket

_PLACES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_reading = threading.Lock()


class BadBundle(OSError):
    """The file of certificates that the environment names can't be used."""


def tls_context() -> ssl.SSLContext:
    """The context for every HTTPS connection: certificates and host names are verified.

    The bundle is the file (or folder) that ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE`` or ``SSL_CERT_FILE``
    names, the first one that is set; otherwise Requests' own. It is read once in a process.
    :class:`BadBundle` if it can't be.
    """
    variable = next((name for name in _PLACES if os.environ.get(name)), "")
    with _reading:  # whoever comes while the bundle is read waits for it, and doesn't read it too
        return _context(variable, os.environ[variable] if variable else DEFAULT_CA_BUNDLE_PATH)


@cache
def _context(variable: str, bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.sslsocket_class = TlsSocket
    try:
        if Path(bundle).is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError as error:  # ssl.SSLError is one
        place = f"{variable} names {bundle}" if variable else bundle
        raise BadBundle(f"{place}: {getattr(error, 'strerror', '') or error}") from None
    return context
