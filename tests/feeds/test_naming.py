"""The manner in which a site's software makes guids and addresses."""

from __future__ import annotations

import pytest

from presswatch.feeds.entry import make_entry
from presswatch.feeds.identity import Candidate
from presswatch.feeds.naming import is_of_another_manner

HOST = "https://harbour.example"
CASES = {
    "another folder": (f"{HOST}/news/a-march", f"{HOST}/press/a-march", "", "", True),
    "another kind of file": (f"{HOST}/news/a-march", f"{HOST}/news/a-march.html", "", "", True),
    "numbers instead of titles": (f"{HOST}/news/a-march", f"{HOST}/news/17", "", "", True),
    "a query instead of a path": (f"{HOST}/news/17", f"{HOST}/?id=17", "", "", True),
    "the next number": (f"{HOST}/node/41", f"{HOST}/node/42", "", "", False),
    "the next month": (f"{HOST}/2026/10/a-march", f"{HOST}/2026/11/a-march-2", "", "", False),
    "the next in a query": (f"{HOST}/?p=41", f"{HOST}/?p=42", "", "", False),
    "another host": (f"{HOST}/news/1", "https://press.harbour.example/news/1", "", "", False),
    "another address, the next guid": (f"{HOST}/news/1", f"{HOST}/press/1", "41", "42", False),
    "another address, another guid": (f"{HOST}/news/1", f"{HOST}/press/1", "41", "urn:press:41", True),
    "the next UUID": (
        f"{HOST}/news/1",
        f"{HOST}/press/1",
        "0b5ad3a4-8a2f-4c2e-9a53-000000000001",
        "9c1e0b7c-33d1-4f0e-8f11-0000000000aa",
        False,
    ),
    "a guid that wasn't there": (f"{HOST}/news/1", f"{HOST}/press/1", "", "urn:press:41", True),
    "no address": ("", f"{HOST}/press/1", "41", "urn:press:41", False),
}


@pytest.mark.parametrize(("before", "now", "guid", "guid_now", "another"), CASES.values(), ids=CASES)
def test_names_of_another_manner(before: str, now: str, guid: str, guid_now: str, another: bool) -> None:
    """Other software makes other names; the next release's go on as they were."""
    entry = make_entry(publisher="Harbour", guid=guid_now, link=now, title="A march", text="", published=None)
    known = Candidate(1, frozenset(), "A march", before, None, "", guid=guid)
    assert is_of_another_manner(entry, known) is another
