"""A delivery as a mail message."""

from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import SimpleNamespace
from typing import Any

import pytest

from notifiers.looks.render import render
from notifiers.mail.message import as_bytes, message
from presswatch.digests.delivery import Delivery

SENDER = Address("Presswatch", "watch", "example.org")
ANA = Address("", "ana", "example.org")
UNBREAKABLE = (b" <", b"From: ", b"Message-ID: ", b"In-Reply-To: ", b"References: ", b"List-")


def received(delivery: Delivery, **changes: Any) -> EmailMessage:
    """The message as a mail reader parses it. Its lines are short, but for an address that can't be."""
    options: dict[str, Any] = {"sender": SENDER, "to": ANA, **changes}
    content = as_bytes(message(delivery, render(delivery.digest), **options))
    lines = content.split(b"\r\n")
    assert [line for line in lines if len(line) > 78 and not line.startswith(UNBREAKABLE)] == []
    assert max(map(len, lines)) <= 998
    assert content.isascii()
    parsed = message_from_bytes(content, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def test_a_mail_says_what_it_is_and_which(delivery: Delivery) -> None:
    """Subject, sender, recipient, date, identity and list, and that a machine sent it."""
    mail = received(delivery)
    assert mail["Subject"] == "Secure Communities: 3 releases (1 updated), 287(g): 1"
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


def test_the_mails_of_a_subscription_are_a_thread(delivery: Delivery) -> None:
    """All are replies to one message that never was, so that none of them must be there for the others."""
    second = replace(delivery, identity="presswatch-00", digest=replace(delivery.digest, moments=2))
    mails = [received(each, threaded=True) for each in (delivery, second)]
    (root,) = {str(mail["References"]) for mail in mails}
    assert {str(mail["In-Reply-To"]) for mail in mails} == {root}
    assert root not in {str(mail["Message-ID"]) for mail in mails}
    assert root.startswith("<presswatch-thread-")
    assert root.endswith("@example.org>")


def test_subscriptions_have_threads_of_their_own(delivery: Delivery) -> None:
    """Also where their names differ only in what may not stand in an identifier."""
    roots = {
        str(received(replace(delivery, subscription=name), threaded=True)["References"])
        for name in ("morning", "evening", "a.b", "a-b")
    }
    assert len(roots) == 4


def test_a_mail_outside_of_threads_refers_to_nothing(delivery: Delivery) -> None:
    """Neither header is there."""
    mail = received(delivery)
    assert (mail["References"], mail["In-Reply-To"]) == (None, None)


@pytest.mark.parametrize(
    ("ways", "header", "by_post"),
    [
        (("mailto:leave@example.org",), "<mailto:leave@example.org>", None),
        (
            ("mailto:leave@example.org?subject={subscription}", "https://example.org/leave?who={recipient}"),
            "<mailto:leave@example.org?subject=morning>, <https://example.org/leave?who=ana%40example.org>",
            "List-Unsubscribe=One-Click",
        ),
        (("https://example.org/leave",), "<https://example.org/leave>", "List-Unsubscribe=One-Click"),
    ],
)
def test_a_mail_says_how_to_leave_the_list(
    delivery: Delivery, ways: tuple[str, ...], header: str, by_post: str | None
) -> None:
    """In the order given (RFC 2369), and by one click where there is a web address (RFC 8058)."""
    mail = received(delivery, unsubscribe=ways)
    assert mail["List-Unsubscribe"] == header
    assert mail["List-Unsubscribe-Post"] == by_post


def test_no_way_to_leave_is_made_up(delivery: Delivery) -> None:
    """Where none is configured there is no header."""
    mail = received(delivery)
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (None, None)


def test_who_leaves_can_smuggle_nothing_in(delivery: Delivery) -> None:
    """What is filled in is percent-encoded."""
    odd = replace(delivery, recipient="a>,<https://evil.example/\r\nBcc: b@example.org", subscription="ü & >")
    mail = received(odd, unsubscribe=("https://example.org/{subscription}/{recipient}",))
    way = str(mail["List-Unsubscribe"])
    assert way.startswith(
        "<https://example.org/%C3%BC%20%26%20%3E/a%3E%2C%3Chttps%3A%2F%2Fevil.example%2F%0D%0A"
    )
    assert mail["Bcc"] is None


def test_long_identifiers_stay_whole(delivery: Delivery) -> None:
    """No mail reader decodes encoded words there (RFC 2047, section 5)."""
    domain = "mail.department-of-very-long-names.organisation-with-another-one.example.org"
    way = "https://example.org/leave/" + "x" * 200
    mail = received(
        replace(delivery, subscription="s" * 60),
        sender=Address("", "watch", domain),
        unsubscribe=("mailto:leave@example.org", way),
        threaded=True,
    )
    assert mail["List-Id"] == f"<{'s' * 60}.presswatch.{domain}>"
    assert mail["List-Unsubscribe"] == f"<mailto:leave@example.org>, <{way}>"
    assert str(mail["References"]).endswith(f"@{domain}>")
    assert mail["In-Reply-To"] == mail["References"]
    assert mail["Message-ID"] == f"<{delivery.identity}@{domain}>"
