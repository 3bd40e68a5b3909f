"""Logging in to the site: how often it may be tried, and what goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from storage.browsing.tries import FREE, LONGEST_WAIT, Failures, Tries, network
from tests.browse.served import served

PASSWORD = "open the harbour"


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[str]:
    """A site that asks for a password."""
    with served(folder, password=PASSWORD) as address:
        yield address


def tried(site: str, session: requests.Session, password: str, name: str = "reader") -> requests.Response:
    """The answer to the login form, as filled in."""
    form = session.get(f"{site}/-/login", timeout=60).text
    token = re.search(r'name="csrftoken" value="([^"]+)"', form)
    assert token
    fields = {"username": name, "password": password, "csrftoken": token[1]}
    return session.post(f"{site}/-/login", data=fields, allow_redirects=False, timeout=60)


@pytest.mark.parametrize(
    ("count", "since", "wait"),
    [
        pytest.param(0, 0, 0, id="none yet"),
        pytest.param(FREE - 1, 0, 0, id="people mistype"),
        pytest.param(FREE, 0, 1, id="then a second"),
        pytest.param(FREE + 3, 0, 8, id="ever longer"),
        pytest.param(FREE + 3, 5, 3, id="of which five seconds have passed"),
        pytest.param(FREE + 3, 60, 0, id="all of it"),
        pytest.param(10_000, 0, LONGEST_WAIT, id="not for ever"),
    ],
)
def test_guessing_takes_ever_longer(count: int, since: float, wait: float) -> None:
    """By how many passwords were wrong, and how long ago the last was."""
    assert Failures(count, 100.0).wait(100.0 + since) == wait


def test_each_address_has_tries_of_its_own_and_failures_are_forgotten() -> None:
    """A right password, or an hour, wipes them out."""
    tries = Tries()
    for _ in range(FREE):
        tries.failed("192.0.2.1", 100.0)
    assert tries.wait("192.0.2.1", 100.0) > 0
    assert tries.wait("192.0.2.2", 100.0) == 0
    assert tries.wait("192.0.2.1", 100.0 + 3600) == 0
    tries.succeeded("192.0.2.1")
    assert tries.wait("192.0.2.1", 100.0) == 0


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_who_has_many_addresses_is_known_by_what_they_share(address: str, known_as: str) -> None:
    """All of IPv4, half of IPv6."""
    assert network(address) == known_as


def test_the_cookie_is_for_this_site_alone(guarded: str) -> None:
    """No script reads it, and no form or image of another site brings it; over TLS, it goes nowhere else."""
    with requests.Session() as session:
        came = tried(guarded, session, PASSWORD)
        assert came.status_code == 302
        cookie = came.headers["Set-Cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
        assert session.get(f"{guarded}/archive/releases/1", timeout=60).status_code == 200
    with requests.Session() as session:
        session.headers["X-Forwarded-Proto"] = "https"  # as a web server with TLS on this machine says
        session.cookies.set_policy(_SendAnyway())
        assert "secure" in tried(guarded, session, PASSWORD).headers["Set-Cookie"].lower()


class _SendAnyway(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[misc, name-defined]
    """Sends cookies for TLS over plain HTTP, as the web server in front does."""

    def return_ok_secure(self, cookie: object, request: object) -> bool:
        return True


def test_nothing_that_the_site_says_of_itself_helps_to_guess(guarded: str) -> None:
    """Without the login it says nothing; with it, neither the password nor a hash of it."""
    pages = ("metadata", "plugins", "settings", "databases", "versions", "threads", "actor", "permissions")
    paths = [f"/-/{page}{form}" for page in pages for form in (".json", "")] + [
        "/-/config.json",
        "/-/messages",
    ]
    with requests.Session() as session:
        for path in paths:
            answer = session.get(guarded + path, allow_redirects=False, timeout=60)
            assert answer.status_code != 200 or answer.text.strip() == '{"actor": null}', path
        tried(guarded, session, PASSWORD)
        for path in paths:
            said = session.get(guarded + path, timeout=60).text
            assert PASSWORD not in said and "pbkdf2" not in said and "_hash" not in said, path
        assert session.get(f"{guarded}/-/metadata.json", timeout=60).status_code == 200


def test_after_some_wrong_passwords_even_the_right_one_waits(guarded: str) -> None:
    """With status 429, and for how long; meanwhile the site answers others, who are logged in."""
    with requests.Session() as inside, requests.Session() as session:
        tried(guarded, inside, PASSWORD)
        for name, password in (
            ("reader", "x"),
            ("admin", PASSWORD),
            ("", ""),
            ("reader", "é"),
            ("reader", "y"),
        ):
            wrong = tried(guarded, session, password, name)
            assert (wrong.status_code, "is wrong" in wrong.text) == (401, True)
        late = tried(guarded, session, PASSWORD)
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) >= 1
        assert "Set-Cookie" not in late.headers or "ds_actor" not in late.headers["Set-Cookie"]
        assert inside.get(f"{guarded}/archive/releases/1", timeout=60).status_code == 200


def test_without_a_password_there_is_no_login(site: str) -> None:
    """Its page leads to the first."""
    assert requests.get(f"{site}/-/login", allow_redirects=False, timeout=60).headers["Location"] == "/"
    assert "Log in" not in requests.get(site, timeout=60).text
