"""Addresses that must not be asked, and documents that must not be obeyed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from presswatch.web import addresses
from tests.hostile.desk import DAY, Desk
from tests.hostile.documents import feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, lead, open_newsroom, reply

PUBLIC = "127.0.0.5"
"""An address of this machine that stands for one of the internet."""

PRIVATE = {
    "this machine": "http://127.0.0.1:{port}/secret",
    "this machine, by name": "http://localhost:{port}/secret",
    "this machine, by TLS": "https://127.0.0.1:{port}/secret",
    "this machine, as a number": "http://2130706433:{port}/secret",
    "this machine, in hexadecimal": "http://0x7f000001:{port}/secret",
    "this machine, in octal": "http://0177.0.0.1:{port}/secret",
    "this machine, shortened": "http://127.1:{port}/secret",
    "any address": "http://0.0.0.0:{port}/secret",
    "this machine, in IPv6": "http://[::1]:{port}/secret",
    "IPv4 mapped into IPv6": "http://[::ffff:127.0.0.1]:{port}/secret",
    "IPv4 translated into IPv6": "http://[64:ff9b::7f00:1]:{port}/secret",
    "a tunnel's address": "http://[2002:7f00:1::]:{port}/secret",
    "a cloud's metadata": "http://169.254.169.254/latest/meta-data/",
    "a cloud's metadata, mapped into IPv6": "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "a cloud's metadata, in IPv6": "http://[fd00:ec2::254]/latest/meta-data/",
    "a home's router": "http://192.168.1.1/",
    "an office": "http://10.0.0.1/",
    "a carrier's customer": "http://100.64.0.1/",
    "this link, in IPv6": "http://[fe80::1]/",
    "a name for this machine": "http://inside.example:{port}/secret",
}
REDIRECTS = {**PRIVATE, "behind a name that looks public": "http://feeds.example@127.0.0.1:{port}/secret"}


class Names:
    """A name service that is not to be trusted: each look-up of a name takes the next of its addresses."""

    def __init__(self) -> None:
        self.answers: dict[str, list[str]] = {}
        self._real = socket.getaddrinfo
        self._lock = threading.Lock()

    def look_up(self, host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
        """In place of ``socket.getaddrinfo``."""
        with self._lock:
            found = self.answers.get(host)
            if found is None:
                return self._real(host, port, *rest, **options)
            address = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """A newsroom on the internet, as far as the reader can tell."""
    is_public = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda address: address == PUBLIC or is_public(address))
    with open_newsroom(PUBLIC) as opened:
        yield opened


@pytest.fixture
def name_service(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Knows a name for this machine."""
    service = Names()
    service.answers["inside.example"] = ["127.0.0.1"]
    monkeypatch.setattr(socket, "getaddrinfo", service.look_up)
    return service


def private_url(kind: str, newsroom: Newsroom) -> str:
    """The address, of a feed that would be read gladly if it were asked for."""
    newsroom.show("/secret", releases(9))
    return REDIRECTS[kind].format(port=newsroom.base.rsplit(":", 1)[1])


@pytest.mark.parametrize("kind", PRIVATE)
@pytest.mark.usefixtures("name_service")
def test_a_private_address_is_not_asked(desk: Desk, newsroom: Newsroom, public: Newsroom, kind: str) -> None:
    """The feed fails for a reason that says why; another one is read."""
    desk.follow(private_url(kind, newsroom), public.show("/feed", releases(1)), private=False)
    desk.cycle()
    assert "is private" in desk.reason()
    assert (newsroom.asked, desk.archived(), desk.announced("Organisation B")) == ([], [], names(1))


@pytest.mark.parametrize("kind", REDIRECTS)
@pytest.mark.usefixtures("name_service")
def test_a_redirect_to_a_private_address_is_not_followed(
    desk: Desk, newsroom: Newsroom, public: Newsroom, kind: str
) -> None:
    """A feed that was good turns on the reader: nothing is asked there, nothing archived, and it can mend."""
    desk.follow(public.show("/feed", releases(1)), private=False)
    desk.cycle()
    public.show("/feed", lead("/once-more"))
    public.show("/once-more", lead(private_url(kind, newsroom), "308 Permanent Redirect"))
    report = desk.cycle()
    assert [("is private" in failure.reason) for failure in report.failures] == [True]
    assert (newsroom.asked, desk.archived(), desk.feed()["moved_to"]) == ([], names(1), "")
    public.show("/feed", releases(2, 1))
    desk.cycle()
    assert (desk.reason(), desk.announced()) == ("", names(1, 2))


def test_a_name_that_changes_its_address_leads_nowhere(
    desk: Desk, newsroom: Newsroom, public: Newsroom, name_service: Names
) -> None:
    """DNS rebinding: the address that was judged is the one that is connected to, at each fetch anew."""
    port = public.base.rsplit(":", 1)[1]
    name_service.answers["rebinding.example"] = [PUBLIC, "127.0.0.1"]
    public.show("/feed", releases(1))
    desk.follow(f"http://rebinding.example:{port}/feed", private=False)
    desk.cycle()
    assert (desk.reason(), desk.announced()) == ("", names(1))
    desk.cycle()
    assert "is private" in desk.reason()
    assert (newsroom.asked, public.times("/feed")) == ([], 1)


@pytest.mark.parametrize("port", [22, 25, 110, 2375, 3306, 5432, 6379, 9200, 11211, 27017])
def test_a_port_of_another_service_is_not_asked(desk: Desk, public: Newsroom, port: int) -> None:
    """Neither as a feed's address nor after a redirect does a feed make the reader speak to it."""
    url = f"http://{PUBLIC}:{port}/"
    desk.follow(url, public.show("/feed", lead(url)), private=False)
    desk.cycle()
    for letter in "AB":
        assert f"port {port} is not one that feeds are served on" in desk.reason(f"Organisation {letter}")


@pytest.mark.parametrize("kind", ["this machine", "a cloud's metadata", "a name for this machine"])
@pytest.mark.usefixtures("name_service")
def test_a_page_on_a_private_address_is_not_read(
    desk: Desk, newsroom: Newsroom, public: Newsroom, kind: str
) -> None:
    """An item may link anywhere: what stands there is not read, and the item is told as it is."""
    items = feed(piece(1, link=private_url(kind, newsroom)))
    desk.follow(public.show("/feed", items), private=False, extra='fulltext = "always"\n')
    report = desk.cycle()
    assert [("is private" in failure.reason) for failure in report.page_failures] == [True]
    assert (newsroom.asked, desk.announced()) == ([], names(1))


# Entities


def laughs(depth: int) -> str:
    """A few lines that become ten to the power of ``depth`` words."""
    lines = ['<!ENTITY l0 "ha">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth + 1)]
    return f"<!DOCTYPE rss [{''.join(lines)}]>"


def test_entities_do_not_multiply(desk: Desk, newsroom: Newsroom) -> None:
    """A billion laughs: what else the feed shows is read, and nothing of them is archived."""
    bad = feed(piece(2, text="S-Comm ends &l9;."), piece(1), start=laughs(9) + '<rss version="2.0">')
    desk.follow(newsroom.show("/feed", bad))
    desk.cycle()
    assert (sorted(desk.archived()), sorted(desk.announced())) == (names(1, 2), names(1, 2))
    assert len(desk.release("Release 2")["text"]) < 1_000


def test_a_long_entity_does_not_multiply(desk: Desk, newsroom: Newsroom) -> None:
    """One entity of 100,000 letters, ten thousand times over, would be a gigabyte."""
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'
    bad = feed(piece(2, text="S-Comm " + "&a;" * 10_000), piece(1), start=doctype + '<rss version="2.0">')
    desk.follow(newsroom.show("/feed", bad))
    desk.cycle()
    assert (sorted(desk.archived()), sorted(desk.announced())) == (names(1, 2), names(1, 2))
    assert len(desk.release("Release 2")["text"]) < 200_000


OUTSIDE = {
    "a file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "{file}">]>',
    "a file, by PUBLIC": '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//x" "{file}">]>',
    "an address": '<!DOCTYPE rss [<!ENTITY x SYSTEM "{url}">]>',
    "a definition elsewhere": '<!DOCTYPE rss SYSTEM "{url}">',
    "an entity of parameters": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "{url}"> %x;]>',
}


@pytest.mark.parametrize("doctype", OUTSIDE.values(), ids=OUTSIDE)
def test_nothing_outside_the_document_is_fetched(
    desk: Desk, newsroom: Newsroom, tmp_path: Path, doctype: str
) -> None:
    """External entities (XXE): neither a file of this machine nor another address is read for the feed."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the password is swordfish", encoding="utf-8")
    url = newsroom.show("/secret", b"the password is swordfish")
    start = doctype.replace("{file}", secret.as_uri()).replace("{url}", url) + '<rss version="2.0">'
    desk.follow(newsroom.show("/feed", feed(piece(2, text="S-Comm ends &x;."), piece(1), start=start)))
    for _ in range(2):
        desk.cycle(DAY)
    assert sorted(desk.archived()) == names(1, 2)
    assert newsroom.times("/secret") == 0
    kept = [*desk.rows("SELECT * FROM releases"), *desk.rows("SELECT * FROM digests")]
    assert "swordfish" not in str(kept)


def test_an_inclusion_is_not_obeyed(desk: Desk, newsroom: Newsroom) -> None:
    """Neither XInclude nor a style sheet is."""
    url = newsroom.show("/secret", b"swordfish")
    before = f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{url}"?>'
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}" parse="text"/>'
    body = feed(piece(1).replace("</item>", include + "</item>"), before=before)
    desk.follow(newsroom.show("/feed", reply(body, content_type="text/xml")))
    desk.cycle()
    assert (newsroom.times("/secret"), desk.announced()) == (0, names(1))
