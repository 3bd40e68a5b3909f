"""Publishing: at odd times, in bursts, with weeks of silence, alone and together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from tests.simulation.newsroom import Act, Newsroom
from tests.simulation.release import PROGRAMS, TERMS, Release, Version
from tests.simulation.words import Writer

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_IDS = [program.id for program in PROGRAMS]
_SERIES: dict[str, tuple[float | str, ...]] = {
    "this week": (0.3, "This week at our office"),
    "recurring": (0.6, "Press Release", "Media Advisory", "Statement"),
    "landing": (1.0, "Our Bulletin"),
    "report": (0.35, "Detention in Numbers"),
}
"""What share of a newsroom's releases is called how."""


class Press:
    """Writes releases, and puts their publication and their edits on newsrooms' agendas."""

    def __init__(
        self, writer: Writer, random: Random, happened: Counter[str], newsrooms: Sequence[Newsroom]
    ) -> None:
        self.writer = writer
        self.newsrooms = newsrooms
        self.random = random
        self.happened = happened
        self.releases: list[Release] = []
        self._openings: dict[int, str] = {}

    def fill(self, newsroom: Newsroom, start: datetime, end: datetime) -> None:
        """Give a newsroom its past, and plan what it publishes from ``start`` to ``end``."""
        pause = timedelta(days=365 / newsroom.profile.a_year)
        for number in range(newsroom.profile.shown + 8, 0, -1):
            at = start - pause * (number - self.random.random())
            newsroom.publish(self._release(newsroom, _whole(at)))
        silent = [start + self.random.random() * (end - start) for _ in range(3)]
        at = start
        while (at := at + pause * self.random.expovariate(1)) < end:
            if any(week <= at < week + 7 * DAY for week in silent):
                continue
            moment = _whole(at)
            if self.random.random() < 0.6:
                moment = moment.replace(hour=self.random.choice((13, 14, 15, 16, 17, 18, 19, 20)))
            for release in self._batch(newsroom, moment):
                self.plan(newsroom, release, end)

    def _batch(self, newsroom: Newsroom, at: datetime) -> list[Release]:
        count, most = 1, newsroom.profile.shown
        lot = self.random.random()
        if lot < 0.012 and most <= 20:
            count = self.random.randint(most + 1, 2 * most)
            self.happened["burst: more at once than the list shows"] += 1
        elif lot < 0.08:
            count = self.random.randint(2, 5)
            self.happened["burst: several at once"] += 1
        step = timedelta(seconds=0 if self.random.random() < 0.2 else self.random.randint(20, 900))
        return [self._release(newsroom, at + step * number) for number in range(count)]

    def plan(self, newsroom: Newsroom, release: Release, end: datetime) -> None:
        """Plan a release's publication, and perhaps an edit of it."""
        newsroom.plan(release.published, lambda room, at: self._publish(room, release))
        lot = self.random.random()
        if lot > 0.16 or (release.story is not None and lot > 0.05):
            return
        at = release.published + self.random.choice((HOUR, 8 * HOUR, DAY, 4 * DAY)) * self.random.random()
        if at >= end:
            return
        kind = self._kind_of_edit(release, lot)
        newsroom.plan(at, lambda room, when: self._edit(room, release, kind))
        if kind == "removed" and self.random.random() < 0.4:
            newsroom.plan(at + 3 * DAY, lambda room, when: self._edit(room, release, "restored"))

    def _publish(self, newsroom: Newsroom, release: Release) -> None:
        newsroom.publish(release)
        if newsroom.profile.part == "forges" and self.random.random() < 0.4:
            victim = self.random.choice([other for other in self.newsrooms if not other.profile.part])
            theirs = victim.listed()
            if victim is not newsroom and theirs:
                what = self.random.choice(("guid", "link", "guid and link"))
                release.claimed_link = victim.link(theirs[0]) if "link" in what else ""
                release.claimed_guid = victim.guid(theirs[0]) if "guid" in what else ""
                release.kind = "forged"
                self.happened[f"forged: {what}"] += 1

    def _kind_of_edit(self, release: Release, lot: float) -> str:
        if lot < 0.05:
            return "typo"
        if lot < 0.09:
            return "title"
        if lot < 0.13:
            return "added"
        return "removed" if release.version.programs else "typo"

    def _edit(self, room: Newsroom, release: Release, kind: str) -> None:
        edited = getattr(self, f"_{kind}")(release)
        if edited is None:
            return
        release.versions.append(edited)
        release.edits.append(kind)
        self.happened[f"edit: {kind}"] += 1
        if kind == "title" and room.profile.slugs == "follows":
            self.happened["edit: title, and the address follows"] += 1
            room.name_address(release)
            room.note_address(release)
            if room.profile.lists_titles and room.profile.dates not in ("full", "no-zone"):
                room.undecidable.add(release.number)

    def _typo(self, release: Release) -> Version:
        paragraphs = list(release.version.paragraphs)
        place = self.random.randrange(len(paragraphs))
        words = paragraphs[place].split(" ")
        words[self.random.randrange(1, min(5, len(words)))] = self.writer.rare_words(1)[0]
        if release.name not in words and release.name in paragraphs[place]:
            return release.version
        changed = " ".join(words)
        if any(
            term in paragraphs[place] and term not in changed for terms in TERMS.values() for term in terms
        ):
            return release.version
        paragraphs[place] = changed
        return replace(release.version, paragraphs=tuple(paragraphs))

    def _title(self, release: Release) -> Version | None:
        if release.version.in_title or release.kind in _SERIES:  # little is left of a title of two words
            return None
        words = release.version.title.split(" ")
        words[-1] = self.writer.rare_words(1)[0].capitalize()
        return replace(release.version, title=" ".join(words))

    def _added(self, release: Release) -> Version | None:
        missing = [program for program in _IDS if program not in release.version.programs]
        if not missing or release.story is not None:
            return None
        program = self.random.choice(missing)
        paragraphs = list(release.version.paragraphs)
        place = self.random.randrange(len(paragraphs))
        paragraphs[place] += " " + self.writer.sentence(self.random.choice(TERMS[program]))
        programs = release.version.programs | {program}
        return replace(release.version, paragraphs=tuple(paragraphs), programs=programs)

    def _removed(self, release: Release) -> Version | None:
        in_text = sorted(release.version.programs - release.version.in_title)
        if not in_text or release.story is not None:
            return None
        program = self.random.choice(in_text)
        paragraphs = list(release.version.paragraphs)
        for term in TERMS[program]:
            paragraphs = [paragraph.replace(term, "the measure") for paragraph in paragraphs]
        programs = release.version.programs - {program}
        return replace(release.version, paragraphs=tuple(paragraphs), programs=programs)

    def _restored(self, release: Release) -> Version | None:
        if release.edits[-1:] != ["removed"]:
            return None
        return replace(release.versions[-2], title=release.version.title)

    def _release(self, newsroom: Newsroom, at: datetime) -> Release:
        programs: list[str] = []
        if self.random.random() < 0.45:
            programs = self.random.sample(_IDS, 2 if self.random.random() < 0.2 else 1)
        in_title = set(programs[:1]) if self.random.random() < 0.2 else set()
        title = self.writer.title(*(TERMS[program][0] for program in in_title))
        if series := self._series(newsroom):
            title, in_title = series[1], set()
        name = self.writer.name()
        body = self._body([program for program in programs if program not in in_title])
        opening = [f"{self.writer.sentence(name)} {self.writer.sentence()}"]
        if series and series[0] == "report":
            opening = [self._first_lines(newsroom), *opening]
        paragraphs = (*opening, *body, *self._closing(newsroom))
        version = Version(title, paragraphs, frozenset(programs), frozenset(in_title))
        release = self._made(newsroom, at, name, version, None)
        release.kind = series[0] if series else ""
        return release

    def _series(self, newsroom: Newsroom) -> tuple[str, str] | None:
        """Of which series the next release is, and how all of that are called."""
        share, *titles = _SERIES.get(newsroom.profile.titles, (0.0,))
        if self.random.random() >= float(share):
            return None
        self.happened[f"release of a series: {newsroom.profile.titles}"] += 1
        return newsroom.profile.titles, str(self.random.choice(titles))

    def _first_lines(self, newsroom: Newsroom) -> str:
        if newsroom.number not in self._openings:
            self._openings[newsroom.number] = self.writer.paragraph(2)
        return self._openings[newsroom.number]

    def _body(self, programs: Sequence[str], least: int = 2) -> list[str]:
        count = self.random.randint(least, 6)
        places = {program: self.random.randrange(count) for program in programs}
        return [
            self.writer.paragraph(
                self.random.randint(2, 3),
                *(self.random.choice(TERMS[program]) for program in programs if places[program] == number),
            )
            for number in range(count)
        ]

    def _closing(self, newsroom: Newsroom) -> list[str]:
        lot = self.random.random()
        contact = f"Contact: {self.writer.name()} {self.writer.name()}, 202-555-{newsroom.number:04}"
        about = f"About {newsroom.publisher}: {newsroom.publisher} is {self.writer.sentence().lower()}"
        return [contact, about] if lot < 0.2 else [about] if lot < 0.4 else []

    def _made(
        self, newsroom: Newsroom, at: datetime, name: str, version: Version, story: int | None
    ) -> Release:
        release = Release(len(self.releases), newsroom.number, name, at, [version], story)
        if newsroom.profile.dates == "day":
            release.claimed = at.replace(hour=0, minute=0, second=0)
        elif newsroom.profile.dates in ("full", "no-zone") and self.random.random() < 0.008:
            release.claimed = at + self.random.randint(20, 400) * DAY
            self.happened["date in the future"] += 1
        self.releases.append(release)
        return release

    def statement(self, story: int, newsrooms: Sequence[Newsroom], at: datetime, end: datetime) -> None:
        """A joint statement: each publishes the same text, with words of its own around it."""
        program = self.random.choice(_IDS)
        title = self.writer.title(*(TERMS[program][:1] if self.random.random() < 0.4 else ()))
        in_title = frozenset({program} if TERMS[program][0] in title else ())
        body = self._body([program], least=5)
        within = 6 * HOUR if self.random.random() < 0.5 else 7 * DAY
        for newsroom in newsrooms:
            name = self.writer.name()
            own = f"{self.writer.sentence(name)}"
            signed = (f"Contact: {self.writer.name()}, 202-555-{newsroom.number:04}",)
            about = f"About {newsroom.publisher}: {newsroom.publisher} is {self.writer.sentence().lower()}"
            version = Version(title, (own, *body, *signed, about), frozenset({program}), in_title)
            moment = _whole(at + within * self.random.random())
            if moment < end:
                self.plan(newsroom, self._made(newsroom, moment, name, version, story), end)
        self.happened["joint statement"] += 1

    def template(self, newsrooms: Sequence[Newsroom], at: datetime, end: datetime) -> None:
        """A text of a network's that each fills with its own place and figures: as many stories."""
        program = self.random.choice(_IDS)
        term = TERMS[program][0]
        title = self.random.choice(
            (f"{{0}} County Leaves {term}", f"County Commission Votes to Leave {term}")
        )
        said = [self.writer.sentence() for _ in range(9)]
        for newsroom in newsrooms:
            name, figures = self.writer.name(), [self.random.randint(20, 2_000) for _ in range(2)]
            text = (
                f"{name} County — The {name} County Commission voted on Tuesday to leave {term}. {said[0]}",
                f"“{said[1]} {said[2]}” said {self.writer.name()} of the {name} Rights Network. {said[3]}",
                f"{figures[0]} people were handed over, {figures[1]} cases are open. {said[4]} {said[5]}",
                f"{said[6]} {said[7]} {said[8]}",
            )
            in_title = frozenset({program})
            version = Version(title.format(name), text, frozenset({program}), in_title)
            moment = _whole(at + 2 * DAY * self.random.random())
            if moment < end:
                release = self._made(newsroom, moment, name, version, None)
                release.kind = "template"
                self.plan(newsroom, release, end)
        self.happened["template text"] += 1

    def pass_on(self, newsroom: Newsroom, start: datetime, end: datetime) -> None:
        """Show what others publish, mostly soon, at times long after, under their links."""
        others = [release for release in self.releases if not self.newsrooms[release.newsroom].profile.part]
        count = round(newsroom.profile.a_year * ((end - start) / timedelta(days=365)))
        for release in self.random.sample(others, min(count, len(others))):
            late = self.random.uniform(20, 200) * DAY if self.random.random() < 0.3 else 3 * DAY
            at = _whole(release.published + late * self.random.random())
            if start < at < end and release.kind != "landing":
                newsroom.plan(at, self._show_copy(release))

    def _show_copy(self, release: Release) -> Act:
        def act(room: Newsroom, now: datetime) -> None:
            origin = self.newsrooms[release.newsroom]
            if release.withdrawn or release not in origin.releases:
                return
            copy = replace(release, number=len(self.releases), newsroom=room.number, copy_of=release)
            copy.served, copy.glimpsed = {}, set()
            copy.published = copy.order = now
            copy.claimed_link = origin.link(release)
            self.releases.append(copy)
            room.publish(copy)
            copy.claimed_guid = origin.guid(release) if room.number % 2 else ""
            self.happened["passed on by another newsroom"] += 1

        return act


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
