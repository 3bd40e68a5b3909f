"""Finding the newsroom behind an address: its feed, its sitemap, or the page that lists its releases."""

from presswatch.discovery.guess import guess_selectors
from presswatch.discovery.search import discover
from presswatch.discovery.values import Candidate, Discovery

__all__ = ["Candidate", "Discovery", "discover", "guess_selectors"]
