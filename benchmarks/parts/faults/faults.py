"""The faults that receivers are ordered to have."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from benchmarks.parts.faults.arrivals import Asked, Orders, as_usual

PEOPLE = ("ana@example.org", "bo@example.org", "cy@example.org")
ANA, BO, CY = PEOPLE
ANO = "año@example.org"
HOUR = 3600

Tls = Literal["good", "bad", "none"]


@dataclass(frozen=True)
class Fault:
    """How a receiver misbehaves: its orders, and for a server with ``security`` its TLS in each cycle.

    ``refused`` are the recipients whom it will never take, so that their deliveries must fail and say so;
    ``least_pause`` is what it asks to be left alone for, in seconds. ``login`` says whether the sender logs
    in, ``offers`` what the mail server offers, ``releases`` how many are published, one a cycle.
    """

    name: str
    channel: Literal["mail", "hook"]
    orders: Orders = as_usual
    security: Literal["none", "starttls", "https"] = "none"
    tls: Mapping[int, Tls] = field(default_factory=dict)
    people: Sequence[str] = PEOPLE
    refused: frozenset[str] = frozenset()
    least_pause: float = 0
    login: bool = False
    offers: tuple[str, ...] = ("SIZE 10000000",)
    releases: int = 3


def at(step: str, order: str, *, cycles: int = 10**6, only: str = "", times: int = 10**6) -> Orders:
    """An order at one step: in the first so many cycles, for one recipient or all, so many times for each."""

    def obey(asked: Asked) -> str:
        meant = asked.step == step and asked.recipient in {only or asked.recipient}
        return order if meant and asked.cycle < cycles and asked.nth <= times else ""

    return obey


def on_a_used_connection(step: str, order: str) -> Orders:
    """An order at one step, on a connection that has carried a mail before."""
    return lambda asked: order if asked.step == step and asked.carried else ""


def storm(kind: str, seed: int) -> Orders:
    """For twelve cycles, anything may happen at any step."""
    chance = random.Random(seed)
    breaks = ["drop", "hang", "slow"]
    of_mail = {
        "greet": ["421 Busy", *breaks],
        "mail": ["421 Busy", "450 Later", *breaks],
        "rcpt": ["421 Busy", "450 Greylisted", "452 Full", *breaks],
        "data": ["421 Busy", "451 Later", *breaks],
        "content": ["421 Busy", "451 Later", "keep and drop", "keep and hang", *breaks],
    }
    of_hooks = {
        "post": ["500", "429 Retry-After: 90", "503", "302", "keep and drop", "keep and hang", *breaks]
    }
    orders = of_mail if kind == "mail" else of_hooks

    def obey(asked: Asked) -> str:
        if asked.cycle >= 12 or chance.random() > 0.25:
            return ""
        return chance.choice(orders[asked.step])

    return obey


def _refused_and_gone(asked: Asked) -> str:
    if asked.step == "rcpt" and asked.recipient == BO:
        return "550 No such user"
    return "drop" if asked.step == "rset" else ""


def _later_by_date(asked: Asked) -> str:
    if asked.nth > 2:
        return ""
    return "429 Retry-After: " + format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)


MAIL: Sequence[Fault] = (
    Fault("nothing", "mail"),
    Fault("550 for one of three", "mail", at("rcpt", "550 No such user", only=BO), refused=frozenset({BO})),
    Fault("550 to every sender, 2 cycles", "mail", at("mail", "550 Not you", cycles=2)),
    Fault("502 to every recipient, 2 cycles", "mail", at("rcpt", "502 What?", cycles=2)),
    Fault("552 too large", "mail", at("content", "552 Too large"), refused=frozenset(PEOPLE)),
    Fault("450 greylisted twice each", "mail", at("rcpt", "450 Greylisted", times=2)),
    Fault(
        "450 for one, for ever", "mail", at("rcpt", "450 Later", only=BO), refused=frozenset({BO}), releases=1
    ),
    Fault("451 after the content, twice each", "mail", at("content", "451 Later", times=2)),
    Fault("421 greeting, 2 cycles", "mail", at("greet", "421 Busy", cycles=2)),
    Fault("554 greeting, 2 cycles", "mail", at("greet", "554 No service", cycles=2)),
    Fault("421 to each second mail", "mail", on_a_used_connection("mail", "421 Enough")),
    Fault("421 after each second content", "mail", on_a_used_connection("content", "421 Enough")),
    Fault("hangs up on each second mail", "mail", on_a_used_connection("rcpt", "drop")),
    Fault("hangs up on one of three, 3 times", "mail", at("rcpt", "drop", only=BO, times=3)),
    Fault("drops the content, 2 cycles", "mail", at("content", "drop", cycles=2)),
    Fault("takes the content, hangs up, once each", "mail", at("content", "keep and drop", times=1)),
    Fault("takes the content, says nothing, once each", "mail", at("content", "keep and hang", times=1)),
    Fault("never greets, 2 cycles", "mail", at("greet", "hang", cycles=2)),
    Fault("never answers DATA, 2 cycles", "mail", at("data", "hang", cycles=2)),
    Fault("bad certificate, 2 cycles", "mail", security="starttls", tls={0: "bad", 1: "bad"}),
    Fault("no STARTTLS, 2 cycles", "mail", security="starttls", tls={0: "none", 1: "none"}),
    Fault(
        "535 login refused, 2 cycles",
        "mail",
        at("auth", "535 Not you", cycles=2),
        security="starttls",
        login=True,
        offers=("AUTH PLAIN",),
    ),
    Fault("no SMTPUTF8", "mail", people=(ANA, ANO, CY), refused=frozenset({ANO})),
    Fault("SIZE too small", "mail", refused=frozenset(PEOPLE), offers=("SIZE 1000",)),
    Fault("hangs up at RSET after 550", "mail", _refused_and_gone, refused=frozenset({BO})),
    Fault("slow", "mail", at("content", "slow")),
    *(Fault(f"storm {seed}", "mail", storm("mail", seed)) for seed in range(1, 5)),
)

HOOKS: Sequence[Fault] = (
    Fault("nothing", "hook"),
    Fault("500, 3 cycles", "hook", at("post", "500", cycles=3)),
    Fault("404, 2 cycles", "hook", at("post", "404", cycles=2)),
    Fault("413, 2 cycles", "hook", at("post", "413", cycles=2)),
    Fault(
        "429, Retry-After 2 hours, twice",
        "hook",
        at("post", f"429 Retry-After: {2 * HOUR}", times=2),
        least_pause=2 * HOUR,
    ),
    Fault("429, Retry-After a date, twice", "hook", _later_by_date, least_pause=HOUR),
    Fault("503, Retry-After a year, once", "hook", at("post", "503 Retry-After: 31536000", times=1)),
    Fault("410", "hook", at("post", "410"), refused=frozenset({"hook"})),
    Fault("500 for ever", "hook", at("post", "500"), refused=frozenset({"hook"}), releases=1),
    Fault("redirect, 2 cycles", "hook", at("post", "302 Location: https://elsewhere.example/", cycles=2)),
    Fault("reset, 2 cycles", "hook", at("post", "drop", cycles=2)),
    Fault("takes it, resets, twice", "hook", at("post", "keep and drop", times=2)),
    Fault("takes it, says nothing, once", "hook", at("post", "keep and hang", times=1)),
    Fault("never answers, 2 cycles", "hook", at("post", "hang", cycles=2)),
    Fault("bad certificate, 2 cycles", "hook", security="https", tls={0: "bad", 1: "bad"}),
    Fault("slow", "hook", at("post", "slow")),
    *(Fault(f"storm {seed}", "hook", storm("hook", seed)) for seed in range(1, 5)),
)

FAULTS = (*MAIL, *HOOKS)
