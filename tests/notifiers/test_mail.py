"""A delivery as a mail message."""

from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import SimpleNamespace

from notifiers.mail import as_bytes, message
from notifiers.render import render
from presswatch.digests.delivery import Delivery

SENDER = Address("Presswatch", "watch", "example.org")
ANA = Address("", "ana", "example.org")


def received(delivery: Delivery, **changes: Address | None) -> EmailMessage:
    """The message as a mail reader parses it."""
    addresses = {"sender": SENDER, "to": ANA, **changes}
    content = as_bytes(message(delivery, render(delivery.digest), **addresses))
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert content.isascii()
    parsed = message_from_bytes(content, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def test_a_mail_says_what_it_is_and_which(delivery: Delivery) -> None:
    """Subject, sender, recipient, date, identity and list, and that a machine sent it."""
    mail = received(delivery)
    assert mail["Subject"] == "Secure Communities: 3 releases, 287(g): 1"
    assert mail["From"] == "Presswatch <watch@example.org>"
    assert mail["To"] == "ana@example.org"
    assert mail["Date"].datetime == delivery.digest.created
    assert mail["Message-ID"] == f"<{delivery.identity}@example.org>"
    assert mail["List-Id"] == "<morning.presswatch.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len(set(mail.keys())) == len(mail.keys())


def test_text_and_html_arrive_as_they_were_rendered(delivery: Delivery) -> None:
    """Every letter and every link comes through, and HTML is the last and best alternative."""
    mail, rendered = received(delivery), render(delivery.digest)
    text, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == rendered.text
    assert html.get_content().replace("\r\n", "\n").strip() == rendered.html.strip()


def test_no_header_can_be_smuggled_in(make: SimpleNamespace) -> None:
    """Line breaks in titles, publishers, programs and subscriptions stay words."""
    smuggled = "x\r\nBcc: all@example.org\r\n\r\n<p>body\u2028Bcc: b@example.org\x85Bcc: c@example.org"
    item = make.item(smuggled, publishers=(smuggled, smuggled))
    delivery = make.delivery(replace(make.digest(item, name=smuggled), subscription=smuggled))
    mail = received(replace(delivery, identity="a>\r\nBcc: d@example.org", subscription=smuggled))
    assert set(mail.keys()) == set(received(make.delivery(make.digest())).keys())
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]


def test_without_a_recipient_none_is_disclosed(delivery: Delivery) -> None:
    """The header is there, as mail readers expect, and holds an empty group."""
    assert received(delivery, to=None)["To"] == "undisclosed-recipients:;"


def test_the_same_delivery_gives_the_same_bytes(delivery: Delivery) -> None:
    """Not even the boundary between the parts differs."""
    first, second = (
        as_bytes(message(delivery, render(delivery.digest), sender=SENDER, to=ANA)) for _ in "ab"
    )
    assert first == second


def test_names_with_commas_and_accents_come_through(delivery: Delivery) -> None:
    """The display name is encoded, and remains one address."""
    sender = received(delivery, sender=Address("Prensa, Año «Nuevo»", "watch", "example.org"))["From"]
    assert [(address.display_name, address.addr_spec) for address in sender.addresses] == [
        ("Prensa, Año «Nuevo»", "watch@example.org")
    ]
