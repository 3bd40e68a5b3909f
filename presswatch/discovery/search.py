"""What newsroom stands at an address."""

from __future__ import annotations

from dataclasses import dataclass, replace

import requests
from selectolax.lexbor import LexborHTMLParser

from presswatch.discovery.asking import Asker, is_page, read_feed
from presswatch.discovery.guess import guess_selectors
from presswatch.discovery.links import ON_A_PAGE, FeedLink, feed_links, newsroom_link
from presswatch.discovery.places import is_wordpress, section_feed, usual_places
from presswatch.discovery.ranking import rank
from presswatch.discovery.sitemaps import find_in_sitemap, read_at
from presswatch.discovery.values import Candidate, Discovery
from presswatch.errors import FetchError
from presswatch.feeds.addresses import path_of
from presswatch.feeds.markup import read_markup
from presswatch.feeds.page import parse_page
from presswatch.watch import FetchRules
from presswatch.web.answer import Answer
from presswatch.web.wall import BotWall, is_bot_wall

_ITSELF = "the address itself"
_MOST_LINKS = 4
_FOR_THE_SITEMAP = 3  # requests: robots.txt, an index, a sitemap


def discover(session: requests.Session, url: str, rules: FetchRules) -> Discovery:
    """What can be read at an address, or behind it: best first, each candidate read with success.

    ``url`` may be a feed, a sitemap, a page that lists releases, or a site's front page; without a scheme it
    is taken for https. Looked at are, until something is found: the address itself; the feeds that the
    page names, or links to; those that the page does which its menu calls press or news; the usual places;
    the sitemap. The page's own list is offered besides, if it has one. At most twelve requests are made,
    0.3 seconds apart, and no more once the site says that there are too many.

    Never raises for what a site does: ``problems`` says in words why nothing was found, or what was named
    but doesn't work.
    """
    url = url.strip()
    search = _Search(Asker(session, rules), [], [])
    search.run(url if "://" in url else f"https://{url}")
    return Discovery(tuple(search.found), search.asker.asked, tuple(search.problems), search.itself)


@dataclass(slots=True)
class _Search:
    """A search as it goes on."""

    asker: Asker
    found: list[Candidate]
    problems: list[str]
    itself: str = ""

    def run(self, url: str) -> None:
        """Look at the address, then behind it."""
        try:
            answer = self.asker.ask(url)
        except FetchError as error:
            self.problems.append(str(error))
            self.itself = error.reason
            if error.status is not None:  # somebody is there; walls often leave the feeds alone
                self._try([FeedLink(place, "", "a usual place") for place in usual_places(b"", url)])
            return
        if is_page(answer):
            self._behind(answer)
        else:
            self._at(answer)

    def _at(self, answer: Answer) -> None:
        """The address itself is a feed or a sitemap, or nothing that can be read."""
        try:
            feed = read_feed(answer)
            self.found.append(Candidate("feed", answer.url, feed.title, None, feed.entries, _ITSELF))
            return
        except FetchError as error:
            reason = error.reason
        try:
            self.found.append(replace(read_at(self.asker, answer.url, ""), how=_ITSELF))
        except FetchError:
            self.problems.append(f"{answer.url}: it is no web page, feed or sitemap: {reason}")

    def _behind(self, answer: Answer) -> None:
        try:
            page = read_markup(answer.body, answer.content_type, answer.url)
        except FetchError as error:
            self.problems.append(str(error))
            return
        if is_bot_wall(answer.body):
            self.problems.append(str(BotWall(answer.url, "a bot wall answered instead of the page")))
        pages = [(answer, page)]
        self._named(answer, page)
        if not self.found and not path_of(answer.url).strip("/"):
            pages += self._newsroom(answer, page)
        newest = pages[-1][0]
        if not self.found:
            self._try([FeedLink(p, "", "a usual place") for p in usual_places(newest.body, newest.url)])
        self.found = rank(self.found, answer.url, page)
        lists = [candidate for each, _ in pages if (candidate := _list_of(each))][-1:]
        maps = [] if self.found else self._sitemap(newest.url)
        sure = bool(lists) and path_of(newest.url).strip("/") and any(e.published for e in lists[0].entries)
        self.found += lists + maps if sure else maps + lists
        if not self.found:
            self.problems.append(
                f"{answer.url}: no feed, no sitemap of news and no list of releases was found "
                f"in {self.asker.asked} requests"
            )

    def _named(self, answer: Answer, page: LexborHTMLParser) -> None:
        """The feeds that a page names, and WordPress' own for its section."""
        links = feed_links(page, answer.url)[:_MOST_LINKS]
        if is_wordpress(answer.body) and path_of(answer.url).strip("/"):
            links.insert(0, FeedLink(section_feed(answer.url), "", "the feed of this section"))
        self._try(links, stop=False)

    def _newsroom(self, answer: Answer, page: LexborHTMLParser) -> list[tuple[Answer, LexborHTMLParser]]:
        """The page that the menu calls press or news, if there is one, and the feeds that it names."""
        address = newsroom_link(page, answer.url)
        if not address or self.asker.left <= _FOR_THE_SITEMAP:
            return []
        try:
            newsroom = self.asker.ask(address)
            inner = read_markup(newsroom.body, newsroom.content_type, newsroom.url)
        except FetchError:
            return []
        if not is_page(newsroom):
            return []
        self._named(newsroom, inner)
        return [(newsroom, inner)]

    def _try(self, links: list[FeedLink], *, stop: bool = True) -> None:
        """Ask for each; with ``stop`` until one is a feed."""
        for link in links:
            if self.asker.left <= _FOR_THE_SITEMAP or (stop and self.found):
                return
            try:
                answer = self.asker.ask(link.url)
                feed = read_feed(answer)
            except FetchError as error:
                if link.how.startswith("the page"):
                    self.problems.append(f"{link.url}: {link.how}, but: {error.reason}")
                continue
            if not ON_A_PAGE.match(feed.title):
                title = feed.title or link.title
                self.found.append(Candidate("feed", answer.url, title, None, feed.entries, link.how))

    def _sitemap(self, url: str) -> list[Candidate]:
        try:
            candidate = find_in_sitemap(self.asker, url)
        except FetchError:
            return []
        return [candidate] if candidate is not None else []


def _list_of(answer: Answer) -> Candidate | None:
    """The page as a list of releases, if it looks like one."""
    selectors = guess_selectors(answer.body, answer.url, answer.content_type)
    if selectors is None:
        return None
    parsed = parse_page(
        answer.body, url=answer.url, publisher="", content_type=answer.content_type, selectors=selectors
    )
    how = "guessed from what repeats on the page"
    return Candidate("page", answer.url, parsed.title, selectors, parsed.entries, how)
