"""The watch that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loader import load, load_with_origins
from config.secrets import missing_secrets
from presswatch.matching.matcher import Matcher

CONFIG = Path(__file__).parents[1] / "config" / "watch.toml"
IDS = {
    "secure-communities",
    "287g",
    "ice-access",
    "criminal-alien-program",
    "priority-enforcement-program",
    "fugitive-operations",
    "detainers",
    "operation-streamline",
    "operation-stonegarden",
    "e-verify",
    "daca",
    "trust-act",
}


def test_it_is_real_and_works_as_it_stands() -> None:
    """Forty newsrooms and a dozen programs, told into a folder; no secret is needed."""
    watch, origins = load_with_origins(CONFIG)
    assert len(watch.feeds) >= 40
    assert len({feed.publisher for feed in watch.feeds}) >= 40
    assert {program.id for program in watch.programs} >= IDS
    assert all(program.description for program in watch.programs)
    assert [channel.type for channel in watch.channels] == ["file"]
    assert missing_secrets(watch, origins, {}) == []


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        (
            "The board voted to leave Secure Communities, which sends fingerprints to ICE.",
            {"secure-communities"},
        ),
        ("We build safe and secure communities for every family.", set()),
        ("El programa Comunidades Seguras envía las huellas a inmigración.", {"secure-communities"}),
        ("Deputies were trained under section 287(g).", {"287g"}),
        ("The landlord filed an unlawful detainer action against the tenants.", set()),
        ("Employers must use E-Verify by July.", {"e-verify"}),
    ],
)
def test_it_finds_what_it_is_for(text: str, programs: set[str]) -> None:
    """A few plain sentences and what they mean."""
    matcher = Matcher(load(CONFIG).programs)
    assert {mention.program for mention in matcher.find("", text)} == programs
