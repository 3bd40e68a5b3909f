"""Mail addresses as people write them: ``ana@example.org``, ``Presswatch <watch@example.org>``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.headerregistry import Address
from email.utils import parseaddr

# The dot-atom form of RFC 5322, section 3.4.1, with the letters beyond ASCII that RFC 6531 adds. Quoted local
# parts and address literals are legal too; nobody's mailbox needs them, and they are where injections hide.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def parse_address(text: str) -> Address:
    """The address that is written as ``local@domain`` or ``Name <local@domain>``.

    Its domain is given as DNS knows it (IDNA, RFC 5891): ``xn--…`` where it has letters beyond ASCII.
    Raises ``ValueError``, with a message for whoever wrote it, if that is not what ``text`` is.
    """
    name, bare = parseaddr(text)
    local, _, domain = bare.rpartition("@")
    well_formed = _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        well_formed = None
    if not text.isprintable() or not well_formed or len(bare) > 254 or len(local) > 64:
        raise ValueError(f'"{text}" is not a mail address. Write it like ana@example.org.')
    return Address(name, local, ascii_domain)


def check_bare_address(text: str) -> None:
    """Raises ``ValueError`` unless ``text`` is a mail address and nothing else."""
    parse_address(text)
    if parseaddr(text)[1] != text:
        raise ValueError(f'"{text}" holds more than a mail address. Write the address alone.')


def same_mailbox(text: str) -> str:
    """By what two recipients are compared: capitals don't count, nor how the domain's letters are written.

    A domain has no capitals (RFC 1035, section 2.3.3). What stands before the @ may have (RFC 5321, section
    2.4), but no mail service tells mailboxes apart by them. What is no mail address is compared as it is.
    """
    try:
        address = parse_address(text)
    except ValueError:
        return text
    return f"{address.username.casefold()}@{address.domain.casefold()}"


def each_once(recipients: Iterable[str]) -> tuple[str, ...]:
    """The recipients without those that are the same mailbox as one before them."""
    first: dict[str, str] = {}
    for recipient in recipients:
        first.setdefault(same_mailbox(recipient), recipient)
    return tuple(first.values())
