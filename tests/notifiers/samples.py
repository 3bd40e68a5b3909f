"""Digests of all kinds to look at: few and many releases, long names, other scripts, nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from notifiers.looks.render import fits_a_mail
from presswatch.digests.model import Coverage, Digest, Section
from presswatch.digests.parts import in_parts
from tests.notifiers.conftest import SINCE, UNTIL, digest_of, edited_digest, item, ordinary_digest, passage

Case = Callable[[], Digest]

WEEKS = (0, 2, 1, 0, 4, 3, 0, 1, 2, 6, 1, 3)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def few() -> Digest:
    """Five releases for two programs, with charts."""
    more = item(
        "Statement on the vote of the county board 👩‍👧🎉",
        release_id=9,
        kind="again",
        passages=(passage("The board voted on S-Comm last night.", "S-Comm", before=False, after=False),),
    )
    base = ordinary_digest()
    first, second = base.sections
    first = replace(first, items=(*first.items, more), weeks=WEEKS)
    return replace(base, sections=(first, replace(second, weeks=(0, 1, 1))))


def many(releases: int = 200) -> Digest:
    """That many releases for three programs."""
    names = ("Secure Communities", "287(g)", "Deferred Action for Childhood Arrivals")
    sections = []
    for place, name in enumerate(names):
        items = tuple(
            item(
                f"Release {number}: a county’s agreement on “{name}” is put to the vote",
                release_id=number,
                url=f"https://newsroom.example/2026/11/{number}-agreement-put-to-the-vote",
                publishers=("Harbour House", "River Clinic") if number % 2 else ("Orchard Alliance",),
                published=UNTIL - timedelta(minutes=number),
                passages=(passage(f"the board of county {number} will vote on {name} next week", name),),
            )
            for number in range(place, releases, len(names))
        )
        sections.append(Section(f"program-{place}", name, items, weeks=WEEKS))
    return Digest("morning", UNTIL, SINCE, UNTIL, tuple(sections), Coverage(40, 40))


def first_part() -> Digest:
    """As much of many releases as a mail holds."""
    return in_parts(many(), lambda part: fits_a_mail(None, part))[0]


def long() -> Digest:
    """Names, titles, words and links that are longer than any line, and thirty publishers."""
    title = (
        "Statement of the Interfaith Coalition for Families on the Announcement that Each County of a State "
        "Will Be Required to Take Part in the Program from the First of January, and on What This Means for "
        "Survivors of Domestic Violence, for Day Laborers, for Children and for the Police of the Valley"
    )
    link = f"https://example.org/{'a-very-long-path-without-any-break/' * 8}"
    return digest_of(
        item(
            title,
            url=link,
            kind="updated",
            publishers=(
                f"The {LONG_WORD} of the Three Rivers Valley",
                *(f"Member {number} of the Coalition" for number in range(30)),
            ),
            passages=(
                passage(f"See {link} for what S-Comm does", "S-Comm", why=f"{LONG_WORD} stands near by."),
            ),
        ),
        item(LONG_WORD * 2, release_id=2),
        name=f"The Program for {LONG_WORD} and Enhanced Cooperation with the Sheriffs of the Border Counties",
    )


def right_to_left() -> Digest:
    """Releases in Persian, Arabic and Hebrew, one of them by a publisher in English, and one with emoji."""
    return digest_of(
        item(
            "خبر تازه: برنامهٔ «Secure Communities» دوباره برپا می‌شود",
            publishers=("کانون همسایگان",),
            passages=(
                passage("در نامه آمده است که Secure Communities باید پایان یابد.", "Secure Communities"),
            ),
        ),
        item(
            "رسالة مفتوحة عن اتفاق 287(g) في المقاطعة",
            release_id=2,
            kind="updated",
            publishers=("بيت الميناء", "River Clinic"),
            passages=(passage("قال الجيران إن اتفاق 287(g) يضر بالثقة.", "287(g)"),),
        ),
        item("מכתב לשריף: 287(g) פוגע באמון", release_id=3, publishers=("בית הנמל",), published=None),
        item("🚨 Alerta: el condado firma un acuerdo 287(g) 🏳️‍🌈", release_id=4),
    )


def quiet() -> Digest:
    """Nothing new."""
    return digest_of()


def feeds_only() -> Digest:
    """Nothing but what became of feeds."""
    return replace(edited_digest(), sections=(), also=())


ALL: dict[str, Case] = {
    "few": few,
    "first part": first_part,
    "long": long,
    "right to left": right_to_left,
    "edited": edited_digest,
    "quiet": quiet,
    "feeds only": feeds_only,
}
