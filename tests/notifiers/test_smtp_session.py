"""Several mails by one connection, and what becomes of the others when one of them goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from benchmarks.parts.faults.arrivals import Asked, Desk
from benchmarks.parts.faults.faults import at, on_a_used_connection
from benchmarks.parts.faults.mail_server import serve_mail
from notifiers.mail.options import SmtpOptions
from notifiers.mail.smtp import MOST_BY_A_CONNECTION, SmtpNotifier
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError

ANA, BO, CY = PEOPLE = ("ana@example.org", "bo@example.org", "cy@example.org")
Orders = Callable[[Asked], str]


@dataclass
class Talk:
    """What a server was asked, step by step, and how each delivery ended: None, or its error."""

    desk: Desk
    port: int
    steps: list[str] = field(default_factory=list)
    ends: list[DeliveryError | None] = field(default_factory=list)

    def mail(self, delivery: Delivery, people: Sequence[str] = PEOPLE) -> None:
        """Send to each of them in one session."""
        given = {"host": "127.0.0.1", "port": self.port, "security": "none", "sender": "watch@example.org"}
        notifier = SmtpNotifier.open(SmtpOptions.model_validate({**given, "timeout": 2}))
        with notifier.session() as send:
            for number, person in enumerate(people):
                try:
                    send(replace(delivery, recipient=person, identity=f"presswatch-{number}"))
                except DeliveryError as error:
                    self.ends.append(error)
                else:
                    self.ends.append(None)
        self.desk.wait_until_idle()

    @property
    def arrived(self) -> list[str]:
        """Who got a mail, in order."""
        return [arrival.recipient for arrival in self.desk.arrivals]


@contextmanager
def talking(orders: Orders = lambda asked: "") -> Iterator[Talk]:
    """A server with these orders."""

    def noted(asked: Asked) -> str:
        talk.steps.append(asked.step)
        return orders(asked)

    desk = Desk(orders=noted)
    with serve_mail(desk) as server:
        talk = Talk(desk, server.port)
        yield talk


def test_many_mails_go_by_one_connection(delivery: Delivery) -> None:
    """One greeting for all."""
    with talking() as talk:
        talk.mail(delivery)
    assert talk.ends == [None, None, None]
    assert talk.desk.connections == 1
    assert talk.steps == ["greet", *(["mail", "rcpt", "data", "content"] * 3)]


def test_no_connection_is_made_for_nothing(delivery: Delivery) -> None:
    """A session without mails calls on nobody."""
    with talking() as talk:
        talk.mail(delivery, [])
    assert talk.desk.connections == 0


@pytest.mark.parametrize(
    ("step", "reply", "permanent"),
    [
        ("mail", "550 Not from you", False),
        ("rcpt", "550 No such user", True),
        ("rcpt", "450 Greylisted", False),
        ("data", "554 No", True),
        ("content", "554 Spam", True),
        ("content", "451 Later", False),
    ],
)
def test_a_refusal_is_reset_and_leaves_the_others(
    delivery: Delivery, step: str, reply: str, permanent: bool
) -> None:
    """By the same connection, after RSET (RFC 5321, section 4.1.1.5)."""
    sent = 0

    def second(asked: Asked) -> str:
        nonlocal sent
        sent += asked.step == "mail"
        return reply if asked.step == step and sent == 2 else ""

    with talking(second) as talk:
        talk.mail(delivery)
    refused = talk.ends[1]
    assert refused is not None
    assert (refused.said, refused.permanent, refused.unreachable) == (reply, permanent, False)
    assert (talk.ends[0], talk.ends[2]) == (None, None)
    assert talk.arrived == [ANA, CY]
    assert talk.desk.connections == 1
    assert talk.steps.count("rset") == 1
    assert talk.steps[talk.steps.index("rset") + 1] == "mail"


@pytest.mark.parametrize("order", ["drop", "421 Enough"])
@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_that_breaks_is_made_anew(delivery: Delivery, step: str, order: str) -> None:
    """For the same mail, which nobody can have taken yet; nobody waits."""
    with talking(on_a_used_connection(step, order)) as talk:
        talk.mail(delivery)
    assert talk.ends == [None, None, None]
    assert talk.arrived == list(PEOPLE)
    assert talk.desk.connections == 3


def test_what_was_perhaps_taken_is_not_sent_again_at_once(delivery: Delivery) -> None:
    """It is owed, and repeated after a pause; the next goes by a new connection."""
    with talking(at("content", "keep and drop", only=BO)) as talk:
        talk.mail(delivery)
    lost = talk.ends[1]
    assert lost is not None
    assert (lost.permanent, lost.unreachable) == (False, False)
    assert (talk.ends[0], talk.ends[2]) == (None, None)
    assert talk.arrived == list(PEOPLE)
    assert talk.desk.connections == 2


def test_a_server_that_breaks_off_again_and_again_is_left_alone(delivery: Delivery) -> None:
    """After the second new connection in a row that was lost, nothing more is tried now."""
    with talking(at("rcpt", "drop")) as talk:
        talk.mail(delivery, [ANA, BO])
    assert [end and end.unreachable for end in talk.ends] == [False, True]


def test_mails_that_get_through_make_up_for_losses(delivery: Delivery) -> None:
    """Only losses in a row count."""
    with talking(at("content", "drop", only=BO)) as talk:
        talk.mail(delivery, [ANA, BO, CY, BO, CY])
    assert [end and end.unreachable for end in talk.ends] == [None, False, None, False, None]


def test_a_server_that_falls_silent_is_left_alone(delivery: Delivery) -> None:
    """One time-out is enough: each recipient would cost another."""
    with talking(at("rcpt", "hang", only=BO)) as talk:
        talk.mail(delivery, [ANA, BO])
    assert talk.ends[0] is None
    assert talk.ends[1] is not None
    assert talk.ends[1].unreachable
    assert "timed out" in talk.ends[1].said
    assert talk.desk.connections == 1


def test_a_server_that_hangs_up_at_rset_costs_nobody_anything(delivery: Delivery) -> None:
    """The refusal stands, and the next mail goes by a new connection."""

    def orders(asked: Asked) -> str:
        if asked.step == "rcpt" and asked.recipient == BO:
            return "550 No such user"
        return "drop" if asked.step == "rset" else ""

    with talking(orders) as talk:
        talk.mail(delivery)
    assert [end and end.said for end in talk.ends] == [None, "550 No such user", None]
    assert talk.arrived == [ANA, CY]
    assert talk.desk.connections == 2


def test_a_connection_carries_no_more_than_servers_like(delivery: Delivery) -> None:
    """The next hundred goes by the next."""
    with talking() as talk:
        talk.mail(delivery, [ANA] * (MOST_BY_A_CONNECTION + 1))
    assert talk.ends == [None] * (MOST_BY_A_CONNECTION + 1)
    assert talk.desk.connections == 2


def test_a_recipient_that_is_no_address_is_nobody_elses_trouble(delivery: Delivery) -> None:
    """It fails for good without a word to the server."""
    with talking() as talk:
        talk.mail(delivery, [ANA, "bo", CY])
    assert talk.ends[1] is not None
    assert talk.ends[1].permanent
    assert talk.arrived == [ANA, CY]
    assert "rset" not in talk.steps


@pytest.mark.parametrize("order", ["drop", "421 Busy"])
def test_nobody_is_told_a_number_of_the_operating_system(delivery: Delivery, order: str) -> None:
    """What is said is for people."""
    with talking(at("greet", order)) as talk:
        talk.mail(delivery, [ANA])
    assert talk.ends[0] is not None
    assert talk.ends[0].unreachable
    assert "[Errno" not in talk.ends[0].said
    assert talk.ends[0].said.startswith(f"127.0.0.1:{talk.port}: ")
