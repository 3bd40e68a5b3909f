"""A delivery as a mail message."""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifiers.render import Rendered
from presswatch.digests.delivery import Delivery

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


def message(delivery: Delivery, rendered: Rendered, *, sender: Address, to: Address | None) -> EmailMessage:
    """The digest as multipart/alternative, text first and HTML as the better form (RFC 2046, 5.1.4).

    Without ``to`` it goes to ``undisclosed-recipients:;`` (the empty group of RFC 5322, appendix A.1.3).
    The same delivery always gives the same message, Message-ID and date included, so that a receiver can
    drop a repetition. It says that no person sent it (RFC 3834, section 5), and from which list it is
    (RFC 2919). ``rendered.subject`` and the addresses hold no control characters, and ``sender.domain`` is
    ASCII, as :mod:`notifiers.render` and :mod:`notifiers.address` give them.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = rendered.subject
    mail["From"] = sender
    mail["To"] = to or "undisclosed-recipients:;"
    mail["Date"] = delivery.digest.created
    mail["Message-ID"] = f"<{_UNSAFE.sub('-', delivery.identity)}@{sender.domain}>"
    mail["List-Id"] = f"<{_UNSAFE.sub('-', delivery.subscription)}.presswatch.{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    # Quoted-printable, because a server need not take lines of more than 998 octets, nor eight bits.
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{hashlib.sha256(delivery.identity.encode()).hexdigest()[:32]}")
    return mail


def as_bytes(mail: EmailMessage, *, utf8: bool = False) -> bytes:
    """The message as it travels, with CRLF; ``utf8`` for servers that speak SMTPUTF8 (RFC 6532)."""
    return mail.as_bytes(policy=SMTP.clone(utf8=utf8))
