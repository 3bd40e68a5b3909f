"""A subscription chooses by publisher, tag of a feed, and language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.press import ALIAS, Press


@pytest.fixture
def tagged(press: Press) -> Press:
    """Four publishers, of whom two are of the coast and one of both."""
    tags = {"Harbour": ("coast",), "River": ("coast", "inland"), "Orchard": ("inland",), "Mill": ()}
    press.watch = replace(
        press.watch, feeds=tuple(replace(feed, tags=tags[feed.publisher]) for feed in press.watch.feeds)
    )
    press.archive.adopt(press.watch, press.now)
    return press


def show_all(press: Press, **languages: str) -> None:
    """Each publisher releases something that mentions a program, in the language given, or in English."""
    for publisher in ("Harbour", "River", "Orchard", "Mill"):
        shown = press.entry(publisher.lower(), f"{ALIAS} {publisher} says so.")
        language = languages.get(publisher, "en")
        reading = press.reading(publisher, replace(shown, entry=replace(shown.entry, language=language)))
        press.archive.record([reading], press.now)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "harbour mill orchard river"),
        ({"publishers": ("Mill", "River")}, "mill river"),
        ({"tags": ("coast",)}, "harbour river"),
        ({"tags": ("coast", "inland")}, "harbour orchard river"),
        ({"tags": ("coast",), "publishers": ("River", "Mill")}, "river"),
        ({"languages": ("es",)}, "mill orchard river"),
        ({"languages": ("es", "en")}, "harbour mill orchard river"),
        ({"languages": ("fr",)}, "mill"),
    ],
)
def test_a_subscription_is_told_what_it_chose(tagged: Press, chosen: dict[str, object], told: str) -> None:
    """A region's language counts as the language; a release whose language nobody says is of all."""
    desk = tagged.subscribe("desk", **chosen)
    show_all(tagged, River="es", Orchard="es-mx", Mill="")
    assert sorted(title for _, _, title in tagged.told(desk)) == [f"Release {name}" for name in told.split()]
    assert tagged.told(desk) == []


def test_what_another_feed_shows_too_is_of_both(tagged: Press) -> None:
    """A release that a feed of the coast shows is chosen, wherever it was seen first."""
    desk = tagged.subscribe("desk", tags=("coast",))
    tagged.show("Orchard", "both", ALIAS)
    tagged.show("Harbour", "both", ALIAS)
    assert len(tagged.told(desk)) == 1
