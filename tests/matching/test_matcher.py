"""Which words count as a mention of which program, by kinds of cases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.matching.mention import Mention
from presswatch.matching.normalise import normalise
from presswatch.matching.program import Program

SECURE = Program(
    id="secure-communities",
    name="Secure Communities",
    terms=("S-Comm", "SComm", "Comunidades Seguras"),
    ambiguous_terms=("Secure Communities",),
    context=("ICE", "deport*", "fingerprints"),
    never=("safe and secure communities", "Secure Communities Network"),
)
G287 = Program(id="287g", name="287(g)", terms=("287(g)",))
CAP = Program(
    id="cap",
    name="Criminal Alien Program",
    terms=("Criminal Alien Program",),
    ambiguous_terms=("CAP",),
    context=("ICE", "jail*"),
)
HOLDS = Program(id="holds", name="Detainers", terms=("ICE hold*", "immigration detainer*"))
VISAS = Program(id="visas", name="H-2A", terms=("H-2A",))
TRUST = Program(id="trust", name="TRUST Act", terms=("TRUST Act", "TRUST Act of California"))
LOCAL = Program(id="local", name="Local agreements", terms=("287(g) agreements", "S-Comm"))
ALL = (SECURE, G287, CAP, HOLDS, VISAS, TRUST)

FILLER = "The hall was full and the coffee was warm. "
CLOSE = FILLER * 3
FAR = FILLER * 40


@dataclass(frozen=True)
class Case:
    """A release, and what is named in it, in order, as (program, the words as they stand)."""

    text: str
    named: tuple[tuple[str, str], ...] = ()
    title: str = ""
    programs: tuple[Program, ...] = ALL


def one(text: str, words: str, program: str = "secure-communities", **more: object) -> Case:
    """A case with one mention."""
    return Case(text, ((program, words),), **more)  # type: ignore[arg-type]


CASES = {
    # typography
    "as it is written": one("We fought S-Comm for years.", "S-Comm"),
    "a no-break hyphen": one("We fought S\u2011Comm.", "S\u2011Comm"),
    "a typographic hyphen": one("We fought S\u2010Comm.", "S\u2010Comm"),
    "an en dash": one("We fought S–Comm.", "S–Comm"),
    "an em dash": one("We fought S—Comm.", "S—Comm"),
    "a minus sign": one("We fought S\u2212Comm.", "S\u2212Comm"),
    "a soft hyphen": one("We fought S-Co\u00admm.", "S-Co\u00admm"),
    "a zero-width space": one("We fought S-\u200bComm.", "S-\u200bComm"),
    "a word joiner": one("We fought S\u2060-\u2060Comm.", "S\u2060-\u2060Comm"),
    "a byte order mark inside": one("We fought S-\ufeffComm.", "S-\ufeffComm"),
    "a change of direction": one("We fought \u202aS-Comm\u202c.", "S-Comm"),
    "a no-break space": one("Comunidades\u00a0Seguras", "Comunidades\u00a0Seguras"),
    "a thin space": one("Comunidades\u2009Seguras", "Comunidades\u2009Seguras"),
    "two spaces": one("Comunidades  Seguras", "Comunidades  Seguras"),
    "a line break": one("Comunidades\nSeguras", "Comunidades\nSeguras"),
    "a line break of another system": one("Comunidades\r\n\tSeguras", "Comunidades\r\n\tSeguras"),
    "curly quotes around": one("The “S-Comm” program", "S-Comm"),
    "straight quotes around": one('The "S-Comm" program', "S-Comm"),
    "angle quotes around": one("El programa «Comunidades Seguras»", "Comunidades Seguras"),
    "quotes around one word": one("“Comunidades” Seguras", "Comunidades” Seguras"),
    "an accent": one("Comunidádes Seguras", "Comunidádes Seguras"),
    "an accent of its own": one("Comunida\u0301des Seguras", "Comunida\u0301des Seguras"),
    "an accent at the end": one("Comunidades Segurás\u0301!", "Comunidades Segurás\u0301"),
    "wide letters": one("We fought Ｓ－Ｃｏｍｍ.", "Ｓ－Ｃｏｍｍ"),
    "a ligature": one("At the ofﬁce: S-Comm", "S-Comm"),
    "letters that grow": one("ẞ İ ½ … S-Comm", "S-Comm"),
    "an emoji before it": one("👩\u200d👧 S-Comm", "S-Comm"),
    # any case
    "capitals": one("STOP S-COMM NOW", "S-COMM"),
    "lower case": one("we said no to s-comm", "s-comm"),
    "mixed": one("sCoMm", "sCoMm"),
    # possessive
    "a possessive": one("S-Comm's end", "S-Comm"),
    "a curly possessive": one("S-Comm’s end", "S-Comm"),
    "a possessive of a plural": one("Comunidades Seguras’ end", "Comunidades Seguras"),
    # boundaries
    "the whole text": one("S-Comm", "S-Comm"),
    "a full stop": one("That was S-Comm.", "S-Comm"),
    "brackets": one("The program (S-Comm) ended", "S-Comm"),
    "a slash": one("ICE/S-Comm/DHS", "S-Comm"),
    "a hashtag": one("#SComm must go", "SComm"),
    "an address": one("see https://h.example/s-comm/", "s-comm"),
    "a hyphen after": one("an S-Comm-like program", "S-Comm"),
    "a longer word": Case("The S-Commander spoke"),
    "a word before it": Case("The BoatsS-Comm"),
    "a digit after it": Case("SComm2"),
    "a letter of another script after it": Case("SCommи"),
    "a mark at its end": one("287(g)", "287(g)", "287g"),
    "a mark at its end and a letter": one("the 287(g)s of three counties", "287(g)", "287g"),
    "a digit before a digit": Case("Section 1287(g)"),
    "another section": Case("Sections 287(h) and 286(g)"),
    "a section sign": one("§287(g)", "287(g)", "287g"),
    "two words apart": Case("Comunidades muy Seguras"),
    "a sentence between": Case("Comunidades. Seguras"),
    # acronyms in capitals
    "an acronym": one("They came into the jail with CAP.", "CAP", "cap"),
    "an acronym's letters as a word": Case("He wore a cap in jail."),
    "an acronym's letters at a sentence's start": Case("Cap in hand, he left the jail."),
    "an acronym in a longer one": Case("CAPTCHA in the jail"),
    "an acronym with a digit": one("Farms use H-2A.", "H-2A", "visas"),
    "an acronym with a digit, in lower case": Case("file h-2a.pdf"),
    "an acronym that is context, in lower case": Case("Secure Communities on ice"),
    "capitals beside small letters are no acronym": one("the trust act", "trust act", "trust"),
    # open-ended
    "an open end, closed": one("an ICE hold", "ICE hold", "holds"),
    "an open end": one("two ICE holds", "ICE holds", "holds"),
    "an open end, long": one("an ICE holding cell", "ICE holding", "holds"),
    "an open end before a mark": one("the “immigration detainers”", "immigration detainers", "holds"),
    "an open end and a possessive": one("an immigration detainer’s form", "immigration detainer", "holds"),
    "an open end opens no start": Case("a NICE hold"),
    "an open end takes one word only": one("ICE hold requests", "ICE hold", "holds"),
    # ambiguous, with evidence
    "a name alone": Case("Secure communities are a goal for all of us."),
    "context near": one("ICE expands Secure Communities", "Secure Communities"),
    "context after": one("Secure Communities sends fingerprints to the capital", "Secure Communities"),
    "context with an open end": one("Secure Communities led to deportations", "Secure Communities"),
    "context within reach": one(f"ICE came. {CLOSE}Secure communities ended.", "Secure communities"),
    "context out of reach": Case(f"ICE came. {FAR}Secure communities ended."),
    "context out of reach, after": Case(f"Secure communities ended. {FAR}ICE came."),
    "context in the title": one(
        f"{FAR}Secure communities ended.", "Secure communities", title="ICE retreats"
    ),
    "the name in the title, context in the text": one(
        f"{FAR}ICE left.", "Secure communities", title="Secure communities no more"
    ),
    "the name in the title, no context": Case("All are welcome.", title="Secure communities for all"),
    "context that is part of a word": Case("Secure communities serve justice and police."),
    "context of another program": Case("Secure communities need no jail."),
    "context inside the name": Case(
        "Secure Communities",
        programs=(replace(SECURE, context=("communities",)),),
    ),
    "context inside the name, and again": one(
        "Secure Communities for communities",
        "Secure Communities",
        programs=(replace(SECURE, context=("communities",)),),
    ),
    "no context is given": Case("Secure communities, says ICE.", programs=(replace(SECURE, context=()),)),
    # plain English
    "plain English beside context": Case("ICE says it wants secure communities."),
    "plain English at a sentence's start": one(
        "Secure communities, says ICE, are the aim.", "Secure communities"
    ),
    "a heading in capitals": one("ICE AND SECURE COMMUNITIES", "SECURE COMMUNITIES"),
    # beside a plain term
    "beside a plain term": Case(
        "Secure Communities (S-Comm)",
        (("secure-communities", "Secure Communities"), ("secure-communities", "S-Comm")),
    ),
    "far from a plain term": Case(
        f"Secure Communities ended. {FAR}S-Comm is gone.",
        (("secure-communities", "Secure Communities"), ("secure-communities", "S-Comm")),
    ),
    "plain English beside a plain term": Case(
        "S-Comm made nobody's “secure communities”",
        (("secure-communities", "S-Comm"), ("secure-communities", "secure communities")),
    ),
    "beside another program's plain term": Case("Secure communities and 287(g)", (("287g", "287(g)"),)),
    "an acronym beside its name": Case(
        "The Criminal Alien Program (CAP)", (("cap", "Criminal Alien Program"), ("cap", "CAP"))
    ),
    # never
    "a phrase that never counts": Case("ICE wants safe and Secure Communities."),
    "a phrase that never counts, typeset": Case("ICE wants “safe and\u00a0Secure\nCommunities.”"),
    "a longer name that never counts": Case("ICE met the Secure Communities Network."),
    "a phrase that never counts, and the name": Case(
        "For safe and Secure Communities, end Secure Communities and deportations.",
        (("secure-communities", "Secure Communities"),),
    ),
    "a phrase that begins in the name": one(
        "ICE runs Secure Communities programs badly",
        "Secure Communities",
        programs=(replace(SECURE, never=("communities programs",)),),
    ),
    "a plain term in a phrase that never counts": Case(
        "The S-Comm Quartet plays", programs=(replace(SECURE, never=("S-Comm Quartet",)),)
    ),
    "a term in a phrase that never counts is no evidence": Case(
        "The S-Comm Quartet plays. Secure communities cheer.",
        programs=(replace(SECURE, never=("S-Comm Quartet",)),),
    ),
    "one program's never is not another's": Case(
        "The S-Comm Quartet plays",
        (("local", "S-Comm"),),
        programs=(replace(SECURE, never=("S-Comm Quartet",)), LOCAL),
    ),
    # several
    "the longest wins": one("the TRUST Act of California", "TRUST Act of California", "trust"),
    "the longest wins where it stands": Case(
        "the TRUST Act of California, or TRUST Act",
        (("trust", "TRUST Act of California"), ("trust", "TRUST Act")),
    ),
    "two programs on the same words": Case(
        "S-Comm ended",
        (("local", "S-Comm"), ("secure-communities", "S-Comm")),
        programs=(SECURE, LOCAL),
    ),
    "two programs that overlap": Case(
        "three 287(g) agreements",
        (("287g", "287(g)"), ("local", "287(g) agreements")),
        programs=(G287, LOCAL),
    ),
    "every time": Case("S-Comm, S-Comm, S-Comm", (("secure-communities", "S-Comm"),) * 3),
    "title first": Case(
        "No to 287(g)!",
        (("secure-communities", "S-Comm"), ("287g", "287(g)")),
        title="The end of S-Comm",
    ),
    "across title and text": Case("Seguras", title="Comunidades"),
    "nothing": Case(""),
    "blanks": Case(" \n\u200b\u00a0", title="\u00ad"),
    "no programs": Case("S-Comm", programs=()),
}


def named(mentions: tuple[Mention, ...], title: str, text: str) -> tuple[tuple[str, str], ...]:
    """What the mentions name, as it stands in the original."""
    fields = {"title": title, "text": text}
    return tuple((m.program, fields[m.field][m.start : m.end]) for m in mentions)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_named(case: Case) -> None:
    """A release names these programs with exactly these characters of the original, and no others."""
    mentions = Matcher(case.programs).find(case.title, case.text)
    assert named(mentions, case.title, case.text) == case.named


@pytest.mark.parametrize(
    "case", [c for c in CASES.values() if c.named], ids=[n for n in CASES if CASES[n].named]
)
def test_a_mention_says_where_and_why(case: Case) -> None:
    """Each mention carries its passage, a term and rule of its program, and a reason on one line."""
    fields = {"title": case.title, "text": case.text}
    rules = {program.id: program for program in case.programs}
    for mention in Matcher(case.programs).find(case.title, case.text):
        field, program = fields[mention.field], rules[mention.program]
        end = mention.snippet_start + len(mention.snippet)
        assert field[mention.snippet_start : end] == mention.snippet
        assert mention.snippet_start <= mention.start < mention.end <= end
        assert mention.term in program.terms + program.ambiguous_terms
        assert mention.rule == program.version
        assert mention.why == " ".join(mention.why.split()) != ""


def test_the_reason_names_the_evidence() -> None:
    """The word that made an ambiguous name count is told, as it stands in the release."""
    (mention,) = Matcher(ALL).find("", "Secure\nCommunities ended in deportations")
    assert "Secure Communities" in mention.why
    assert "deportations" in mention.why
    _, beside = Matcher(ALL).find("", "S-Comm, or Secure Communities")
    assert "S-Comm" in beside.why


def test_a_term_is_told_as_it_was_configured() -> None:
    """An open-ended term keeps its star, so that it can be found in the configuration."""
    (mention,) = Matcher(ALL).find("", "two ICE holds")
    assert mention.term == "ICE hold*"


def test_the_order_of_programs_changes_nothing() -> None:
    """The same mentions come out, in the same order, however the watchlist is sorted."""
    text = "S-Comm, 287(g) agreements and ICE holds; the CAP and Secure Communities."
    programs = (*ALL, LOCAL)
    assert Matcher(programs).find("S-Comm", text) == Matcher(programs[::-1]).find("S-Comm", text)


PIECES = [
    *("S-Comm", "S\u2011Comm", "SComm's", "Secure Communities", "secure\u00a0communities", "safe and"),
    *("ICE", "deported", "287(g)", "287(g) agreements", "CAP", "cap", "TRUST Act", "of California"),
    *("“", "”", "\u200b", "\u00ad", "\n\n", "\n", ".", "’s", "a", "½", "ﬁ", "İ", "\u0301", "ẞ", "…", "-"),
]
releases = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda space: space.join(pieces))
)
EVERYTHING = Matcher((*ALL, LOCAL))


def letters(words: str) -> str:
    """The words as the matcher reads them, however they are spaced and hyphenated."""
    return normalise(words).replace(" ", "").replace("-", "")


@given(releases, releases)
def test_offsets_are_exact(title: str, text: str) -> None:
    """What stands between a mention's offsets reads as its term, and the passage is a slice around it."""
    fields = {"title": title, "text": text}
    for mention in EVERYTHING.find(title, text):
        field = fields[mention.field]
        words = letters(field[mention.start : mention.end])
        term = letters(mention.term.removesuffix("*"))
        assert words.startswith(term) if mention.term.endswith("*") else words == term
        end = mention.snippet_start + len(mention.snippet)
        assert field[mention.snippet_start : end] == mention.snippet
        assert mention.snippet_start <= mention.start < mention.end <= end


@given(releases, releases)
def test_mentions_of_one_program_do_not_lie_in_each_other(title: str, text: str) -> None:
    """No place is told twice to one program, and mentions come title first, in reading order."""
    mentions = EVERYTHING.find(title, text)
    places = [(m.field != "title", m.start, m.end, m.program) for m in mentions]
    assert places == sorted(places)
    for m in mentions:
        inside = [
            n
            for n in mentions
            if n is not m
            and (n.program, n.field) == (m.program, m.field)
            and m.start <= n.start
            and n.end <= m.end
        ]
        assert inside == []


@given(releases, releases)
def test_programs_do_not_disturb_each_other(title: str, text: str) -> None:
    """What is found for a program is the same whether it is looked for alone or among others."""
    together = EVERYTHING.find(title, text)
    for program in (*ALL, LOCAL):
        alone = matcher_for((program,)).find(title, text)
        assert alone == tuple(m for m in together if m.program == program.id)


def test_a_matcher_is_built_once() -> None:
    """The same programs, made again, get the matcher that there is."""
    assert matcher_for(tuple(replace(p) for p in ALL)) is matcher_for(ALL)


@pytest.mark.parametrize("field", ["terms", "ambiguous_terms", "context", "never"])
def test_a_version_changes_with_the_rule(field: str) -> None:
    """Whatever the rule says is in its version."""
    changed = replace(SECURE, **{field: (*getattr(SECURE, field), "one more")})
    assert changed.version != SECURE.version
    assert len(changed.version) == 12


def test_a_version_does_not_change_with_the_words_about_a_rule() -> None:
    """A better name or description asks for nothing to be matched again."""
    assert replace(SECURE, name="S-Comm", description="A program that ended.").version == SECURE.version


def test_a_word_in_another_list_is_another_rule() -> None:
    """The same words in another role make another version."""
    moved = Program("x", "X", terms=("a",), context=("b",)), Program("x", "X", terms=("a", "b"))
    assert moved[0].version != moved[1].version
