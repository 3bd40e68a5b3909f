"""A delivery as a mail message."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import quote

from notifiers.looks.render import Rendered
from presswatch.digests.delivery import Delivery

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_IN_BRACKETS = frozenset({"In-Reply-To", "References", "List-Id", "List-Unsubscribe"})


class _Policy(EmailPolicy):
    """Writes headers of addresses in angle brackets as they are, one address a line.

    The policy of the standard library turns an address that is longer than a line into encoded words, which
    may not stand there (RFC 2047, section 5) and which no mail reader undoes.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """See :meth:`email.policy.Policy.fold_binary`."""
        if name not in _IN_BRACKETS:
            return super().fold_binary(name, value)
        lines = str(value).replace(">, <", f">,{self.linesep} <")
        return f"{name}: {lines}{self.linesep}".encode("ascii")


_POLICY = _Policy(linesep="\r\n")


def message(
    delivery: Delivery,
    rendered: Rendered,
    *,
    sender: Address,
    to: Address | None,
    unsubscribe: Sequence[str] = (),
    threaded: bool = False,
) -> EmailMessage:
    """The digest as multipart/alternative, text first and HTML as the better form (RFC 2046, 5.1.4).

    Without ``to`` it goes to ``undisclosed-recipients:;`` (the empty group of RFC 5322, appendix A.1.3).
    The same delivery always gives the same message, Message-ID and date included, so that a receiver can
    drop a repetition. It says that no person sent it (RFC 3834, section 5), from which list it is
    (RFC 2919), how to leave that list if ``unsubscribe`` names a way, and to which thread it belongs if it
    is ``threaded``. ``rendered.subject`` and the addresses hold no control characters, and ``sender.domain``
    is ASCII, as :mod:`notifiers.looks.render`, :mod:`notifiers.mail.address` and
    :mod:`notifiers.mail.options` give them.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = rendered.subject
    mail["From"] = sender
    mail["To"] = to or "undisclosed-recipients:;"
    mail["Date"] = delivery.digest.created
    mail["Message-ID"] = f"<{_UNSAFE.sub('-', delivery.identity)}@{sender.domain}>"
    if threaded:
        mail["In-Reply-To"] = mail["References"] = _thread(delivery.subscription, sender)
    mail["List-Id"] = f"<{_UNSAFE.sub('-', delivery.subscription)}.presswatch.{sender.domain}>"
    if unsubscribe:
        ways = [_filled_in(address, delivery) for address in unsubscribe]
        mail["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in ways)
        if any(way.startswith("https:") for way in ways):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058, section 3.1
    mail["Auto-Submitted"] = "auto-generated"
    # Quoted-printable, because a server need not take lines of more than 998 octets, nor eight bits.
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{hashlib.sha256(delivery.identity.encode()).hexdigest()[:32]}")
    return mail


def as_bytes(mail: EmailMessage, *, utf8: bool = False) -> bytes:
    """The message as it travels, with CRLF; ``utf8`` for servers that speak SMTPUTF8 (RFC 6532)."""
    return mail.as_bytes(policy=_POLICY.clone(utf8=utf8))


def _thread(subscription: str, sender: Address) -> str:
    """The Message-ID to which all mails of a subscription are replies: of a message that never was.

    Mail readers group what refers to the same message, whether they hold it or not (RFC 5256, section 3:
    a dummy stands in its place). To refer to the first digest, or to the last, would need a memory
    of what each recipient got, and break the thread for whoever deleted it or came later. A delivery's own
    Message-ID never has this form, so the root cannot turn up as a message. Gmail groups by it too, but only
    mails whose subjects are equal.
    """
    root = hashlib.sha256(subscription.encode()).hexdigest()[:32]
    return f"<presswatch-thread-{root}@{sender.domain}>"


def _filled_in(address: str, delivery: Delivery) -> str:
    recipient, subscription = quote(delivery.recipient, safe=""), quote(delivery.subscription, safe="")
    return address.replace("{recipient}", recipient).replace("{subscription}", subscription)
