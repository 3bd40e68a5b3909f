"""What a long digest costs as a mail, beside a bare template with the same releases.

    python benchmarks/digest.py [--releases 500] [--runs 20]

Ours: render HTML and text, cut to what mail readers show, styles inlined, and build the message as bytes.
The floor: Jinja renders a title, a link, a publisher and a passage of every release into HTML, escaped, and
nothing else. Both by turns, A B A B; prints the mean CPU milliseconds of each, and the ratio of the means.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from pathlib import Path
from statistics import fmean

from jinja2 import Environment

sys.path.insert(0, str(Path(__file__).parents[1]))

from notifiers.looks.render import render
from notifiers.mail.message import as_bytes, message
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Coverage, Digest, DigestItem, Passage, Section

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
PROGRAMS = ("Secure Communities", "287(g)", "Deferred Action", "Fingerprint checks", "Detainers")
SAYS = (
    "the board of county number {} will vote on {} in its meeting of next week, after forty people asked for "
    "it, and a study found that most of those who were held on its account had never been charged"
)
BARE = """
{%- for section in digest.sections %}<h2>{{ section.name }}</h2>
{% for item in section.items %}<h3><a href="{{ item.url }}">{{ item.title }}</a></h3>
<p>{{ item.publishers[0] }}, {{ item.published }}</p>
{% for passage in item.passages %}<blockquote>{{ passage.text }}</blockquote>
{% endfor %}{% endfor %}{% endfor %}"""


def release(number: int, program: str) -> DigestItem:
    """A release as they are: a passage with a highlight, and every third by two publishers."""
    text = SAYS.format(number, program)
    start = text.index(program)
    passage = Passage(
        text, ((start, start + len(program)),), True, True, f"“{program}” always means the program"
    )
    return DigestItem(
        release_id=number,
        title=f"Statement {number}: what the county’s vote on “{program}” means for those who live there",
        url=f"https://newsroom.example/press/2026/11/{number}-statement-on-the-vote",
        publishers=("Harbour House", "River Clinic") if number % 3 == 0 else ("Orchard Alliance",),
        published=NOW - timedelta(minutes=number),
        first_seen=NOW,
        kind="new",
        passages=(passage,),
    )


def digest_of(releases: int) -> Digest:
    """A digest of so many releases, shared by the programs."""
    sections = [
        Section(
            f"program-{place}",
            name,
            tuple(release(number, name) for number in range(place, releases, len(PROGRAMS))),
            weeks=(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8),
        )
        for place, name in enumerate(PROGRAMS)
    ]
    return Digest("morning", NOW, NOW - timedelta(days=1), NOW, tuple(sections), Coverage(55, 55))


def cost(work: Callable[[], object]) -> float:
    """CPU milliseconds."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--releases", type=int, default=500)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    digest = digest_of(options.releases)
    delivery = Delivery(1, "0" * 32, "morning", "mail", "ana@example.org", digest)
    sender, to = Address("Presswatch", "watch", "example.org"), Address("", "ana", "example.org")
    bare = Environment(autoescape=True).from_string(BARE)

    def mail() -> bytes:
        return as_bytes(message(delivery, render(digest, delivery.identity), sender=sender, to=to))

    print(f"{options.releases} releases: a mail of {len(mail()):,} bytes; bare HTML of", end=" ")
    print(f"{len(bare.render(digest=digest).encode()):,}")  # both have been run once, templates are compiled
    pairs = [(cost(mail), cost(lambda: bare.render(digest=digest))) for _ in range(options.runs)]
    ours, floor = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
    print(f"mail {ours:.1f} ms, bare template {floor:.1f} ms, ratio {ours / floor:.1f}")


if __name__ == "__main__":
    main()
