"""Pages of other sites can link to the site's pages, and do nothing else with it."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from urllib.parse import quote

import pytest
import requests

from storage.browsing.gate import refusal
from tests.browse.visitor import Visitor
from tests.support.site import serve_site

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
IMAGE = {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
FRAME = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
CROSS, SAME, OWN, NONE = ({"sec-fetch-site": s} for s in ("cross-site", "same-site", "same-origin", "none"))
HERE = {"host": "localhost:8001"}


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        pytest.param("GET", "/archive.csv?sql=select+1", {}, None, id="a program says nothing"),
        pytest.param("GET", "/archive.csv?sql=select+1", NONE | LINK, None, id="typed into the address bar"),
        pytest.param("GET", "/archive.csv?sql=select+1", OWN | LINK, None, id="a link of the site's own"),
        pytest.param("GET", "/archive/releases/7", CROSS | LINK, None, id="a link in a mail to a release"),
        pytest.param("GET", "/archive/releases?_search=jail", CROSS | LINK, None, id="a link to a search"),
        pytest.param("GET", "/archive/quotations?program=a", SAME | LINK, None, id="a link to a question"),
        pytest.param("GET", "/archive/releases/7", CROSS | IMAGE, 403, id="an image"),
        pytest.param("GET", "/archive/releases/7", CROSS | FRAME, 403, id="a frame"),
        pytest.param("GET", "/archive/releases/7", CROSS, 403, id="whatever doesn't say where to"),
        pytest.param("GET", "/", SAME | IMAGE, 403, id="an image on another port of this machine"),
        pytest.param("GET", "/archive?sql=select+1", CROSS | LINK, 403, id="a link to SQL"),
        pytest.param("GET", "/archive/releases?_where=1", CROSS | LINK, 403, id="a link to SQL in a table"),
        pytest.param("GET", "/archive/releases?a=&%73ql=", CROSS | LINK, 403, id="SQL in disguise"),
        pytest.param("GET", "/archive/releases.csv", CROSS | LINK, 403, id="a link to data"),
        pytest.param("GET", "/archive/releases?_format=csv", CROSS | LINK, 403, id="data in disguise"),
        pytest.param("POST", "/-/login", OWN | LINK, None, id="the login"),
        pytest.param("POST", "/-/login", CROSS | LINK, 403, id="a form of another site"),
        pytest.param("POST", "/-/logout", HERE | {"origin": "null"}, 403, id="a form of nowhere"),
        pytest.param(
            "POST", "/-/login", HERE | {"origin": "http://localhost:8001"}, None, id="an old browser"
        ),
        pytest.param(
            "GET",
            "/archive?sql=select+1",
            HERE | {"referer": "http://evil.example/"},
            403,
            id="and elsewhere",
        ),
        pytest.param("POST", "/archive/releases", OWN | LINK, 405, id="a form where none is"),
        pytest.param("PUT", "/archive/releases", {}, 405, id="what would write"),
        pytest.param("OPTIONS", "/archive", {}, 405, id="a question before it"),
    ],
)
def test_what_is_answered(method: str, address: str, headers: dict[str, str], status: int | None) -> None:
    """By method, address and from where it is asked."""
    path, _, query = address.partition("?")
    refused = refusal(method, path, query, headers)
    assert (refused.status if refused else None) == status


def test_going_on_leads_nowhere_else(site: str) -> None:
    """Neither by the address nor by what stands in it."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    asked = requests.Request("GET", site, headers=headers).prepare()
    asked.url = f"{site}//evil.example/x.csv?sql=<script>alert(1)</script>&a=%22onclick=x"
    with requests.Session() as session:
        answer = session.send(asked, timeout=60)
    assert answer.status_code == 403
    assert 'href="/evil.example/x.csv?sql=' in answer.text
    assert "<script>" not in answer.text and '"onclick' not in answer.text


def test_what_does_not_read_is_answered_405(site: str) -> None:
    """On every page, with what may be done instead; nothing is an error of the server's."""
    for path in (
        "/",
        "/archive",
        "/archive/releases",
        "/archive/releases/1",
        "/archive.csv",
        "/archive/search",
    ):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = requests.request(method, site + path, timeout=60)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD"), (method, path)


@pytest.mark.parametrize(
    "asked",
    ["_sort=x", "_sort_desc=x", "_sort=id&_sort_desc=id", "_through=x", "id__in=%5B", "_where=x", "_size=-1"],
)
def test_a_mistake_in_an_address_is_answered_400(site: str, asked: str) -> None:
    """On the page and in data."""
    for path in ("/archive/releases", "/archive/releases.json"):
        assert requests.get(f"{site}{path}?{asked}", timeout=60).status_code == 400, path


_FOREIGN = """<!DOCTYPE html><title>elsewhere</title>
<a id=release href="SITE/archive/releases/1">a release</a> <a id=sql href="SITE/archive?sql=ONE">SQL</a>
<script>
const tried = ["img", "script", "iframe"].map(name => new Promise(done => {
  const one = document.createElement(name);
  one.onload = () => done(name === "iframe" ? "nothing" : "shown");
  one.onerror = () => done("nothing");
  one.src = "SITE/archive.csv?sql=ENDLESS&from=" + name;
  document.documentElement.append(one);
}));
const read = (path, options) => fetch("SITE/archive" + path + "?sql=ENDLESS", options)
  .then(() => "shown").catch(() => "nothing");
tried.push(read(".json"), read(".csv", {mode: "no-cors"}));
window.outcome = Promise.all(tried).then(all => all.join(" "));
</script>"""


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_pages_of_others_get_links_and_nothing_else(site: str, visitor: Visitor, host: str) -> None:
    """By images, scripts, frames and requests they have nothing done, from another port as from another site.
    A link leads to a release; one to SQL leads to a page that shows it, and does it when told to.
    """
    with serve_site() as other:
        page = _FOREIGN.replace("SITE", site).replace("ENDLESS", quote(ENDLESS))
        page = page.replace("ONE", quote("select 40 + 2 as answer"))
        other.publish("/page", page.encode(), content_type="text/html", validators=False)
        foreign = other.base.replace("127.0.0.1", host) + "/page"
        visitor.page.requests.clear()
        visitor.go(foreign)
        assert visitor.look("outcome") == "nothing nothing nothing nothing nothing"
        asked = [url for url in visitor.page.requests if url.startswith(f"{site}/archive")]
        assert len(asked) == 5, "each was sent, and refused"

        clicked_through(visitor, "#release", f"{site}/archive/releases/1")
        assert visitor.look("!!document.querySelector('main .text')")
        visitor.go(foreign)
        clicked_through(visitor, "#sql", f"{site}/archive?sql=")
        shown = str(visitor.look("document.body.innerText"))
        assert "select 40 + 2 as answer" in shown and "42" not in shown
        clicked_through(visitor, "main a", f"{site}/archive?sql=")
        assert "42" in str(visitor.look("document.querySelector('table').innerText"))


def clicked_through(visitor: Visitor, link: str, address: str) -> None:
    """Click a link, and wait for the page that it leads to."""
    visitor.look("window.here = true")
    visitor.look(f"document.querySelector({json.dumps(link)}).click()")
    for _ in range(100):
        time.sleep(0.05)
        with suppress(AssertionError):  # what is asked just when the page goes gets no answer
            if not visitor.look("window.here || document.readyState !== 'complete'"):
                break
    assert str(visitor.look("location.href")).startswith(address)
