"""What makes an ambiguous term count, and what doesn't: a table by kind of evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from presswatch.matching.matcher import Matcher
from presswatch.matching.program import Program

SECURE = Program(
    id="secure",
    name="Secure Communities",
    terms=("S-Comm",),
    ambiguous_terms=("Secure Communities", "Comunidades Seguras"),
    context=("ICE", "fingerprint*", "huella*"),
    never=("safe and secure communities",),
    publishers=("Day Laborer Network",),
)
CAP = Program(
    id="cap",
    name="Criminal Alien Program",
    terms=("Criminal Alien Program",),
    ambiguous_terms=("CAP",),
    context=("jail*",),
)
DACA = Program(
    id="daca", name="DACA", terms=("DACA", "Deferred Action for Childhood Arrivals", "DACA recipient*")
)
TRUST = Program(
    id="trust",
    name="TRUST Act",
    terms=("California TRUST Act",),
    ambiguous_terms=("TRUST Act",),
    context=("sheriff*",),
    capitals_are_evidence=False,
)
ACCESS = Program(id="access", name="ICE ACCESS", terms=("ICE ACCESS",), context=("287(g)",))
VERIFY = Program(id="verify", name="E-Verify", terms=("E-Verify",))
G287 = Program(id="287g", name="287(g)", terms=("287(g)",))
ALL = (SECURE, CAP, DACA, TRUST, ACCESS, VERIFY, G287)

QUIET = "The council met on a rainy evening and heard from many people who had come a long way. "


@dataclass(frozen=True)
class Case:
    """A release, and the programs that it means."""

    text: str
    means: tuple[str, ...] = ()
    title: str = ""
    publisher: str = ""
    programs: tuple[Program, ...] = ALL


CASES = {
    # a name shows by its capitals
    "capitals amid ordinary text": Case(
        "The governor said that she would leave Secure Communities by spring.", ("secure",)
    ),
    "capitals at a sentence's start": Case(
        f"{QUIET}Secure Communities was on the agenda for the last hour.", ("secure",)
    ),
    "only the first word, at a sentence's start": Case(
        f"{QUIET}Secure communities were on the agenda that night."
    ),
    "small letters": Case(f"{QUIET}Everyone there wanted secure communities and open parks."),
    "a title proves nothing": Case(QUIET, title="Mayor Calls For Secure Communities And Open Parks"),
    "a headline in the text proves nothing": Case(
        "Mayor Calls For Secure Communities And Open Parks This Spring"
    ),
    "capitals throughout prove nothing": Case(
        "MAYOR CALLS FOR SECURE COMMUNITIES AND OPEN PARKS THIS SPRING"
    ),
    "in capitals amid ordinary text": Case(
        "The governor said that she would leave SECURE COMMUNITIES by spring.", ("secure",)
    ),
    "too little text around": Case("Secure Communities now."),
    "an organisation's name": Case(
        "She spoke for the Secure Communities Network, which advises temples and schools on locks."
    ),
    "a longer name after it": Case(
        "He won a Secure Communities Award for the lights that he had put up along the river."
    ),
    "a longer name before it": Case(
        "He chairs the Northern Secure Communities group, which puts up lights along the river."
    ),
    "what it is, after it": Case(
        "The governor said that the Secure Communities Program would end in her state by spring.", ("secure",)
    ),
    "whose it is, before it": Case(
        "They read the agency's Secure Communities files for a month before they wrote it up.", ("secure",)
    ),
    "an agency before it": Case(
        "They read the old DHS Secure Communities files for a month before they wrote it all up.", ("secure",)
    ),
    "a slogan": Case(
        "The march was part of the “Secure Communities Start at Home” week that the union holds each year."
    ),
    "Spanish capitals": Case(
        "El gobernador dijo que el estado dejaría Comunidades Seguras antes de la primavera.", ("secure",)
    ),
    "Spanish small letters": Case(
        "El gobernador dijo que quería comunidades seguras y parques abiertos para todos."
    ),
    "a name that others bear": Case(
        "The senator said that his TRUST Act would mend the pension funds within ten years."
    ),
    "a name that others bear, with context": Case(
        "The sheriff said that the TRUST Act would change how the office answers the phone.", ("trust",)
    ),
    # a context word near by
    "context before": Case("With fingerprints alone, Secure communities fail.", ("secure",)),
    "context in the title": Case(
        f"{QUIET}Secure Communities Fail Us All", ("secure",), title="ICE Leaves Town"
    ),
    "context in small letters is another word": Case(
        "They skated on ice. Secure Communities Cheer The Winter Games Again"
    ),
    "context with any ending": Case(
        "Fingerprinting went on; Secure Communities Stayed In Place For All", ("secure",)
    ),
    "context far away": Case(
        "ICE came. " + QUIET * 5 + "A Plan For Secure Communities And Open Parks Is Due"
    ),
    "context cannot make small letters a name": Case(
        "ICE came, and everyone still wanted secure communities."
    ),
    "small letters in quotes": Case("ICE calls it “secure communities”, as if it were that.", ("secure",)),
    "small letters in quotes, no context": Case(
        f"{QUIET}All want “secure communities”, and nobody says how."
    ),
    # one of the terms that always count
    "beside a plain term": Case("S-Comm is gone. No more secure communities, they said.", ("secure",)),
    "a plain term in the title": Case(
        "The end of secure communities is near.", ("secure",), title="S-Comm Is Over"
    ),
    # phrases that never count
    "inside a phrase that never counts": Case("ICE wants safe and secure communities, it says."),
    "in such a phrase with capitals": Case("ICE wants Safe and Secure Communities, it says."),
    "once inside, once outside": Case(
        "Safe and secure communities? ICE means Secure Communities.", ("secure",)
    ),
    # part of another word
    "a compound": Case("Food-secure communities fed ICE’s neighbors all winter."),
    "a compound with an acronym": Case("The jail hired CAP-exempt staff from three colleges nearby."),
    # who wrote it
    "by a publisher who writes of it": Case(
        "Secure Communities Must End", ("secure",), publisher="National Day Laborer Network"
    ),
    "by somebody else": Case("Secure Communities Must End", publisher="Rotary Club"),
    "by that publisher, in small letters": Case(
        "We want secure communities.", publisher="Day Laborer Network"
    ),
    # what an acronym stands for
    "introduced": Case(
        "The Criminal Alien Program (CAP) grew. CAP now has offices in most states.", ("cap",)
    ),
    "introduced in quotes": Case("The “Criminal Alien Program” (“CAP”) grew every year since.", ("cap",)),
    "introduced the other way round": Case("CAP (Criminal Alien Program) grew every year since.", ("cap",)),
    "introduced as something else": Case(
        "The Center for American Progress (CAP) visited a jail. CAP wrote it up."
    ),
    "introduced later as something else": Case(
        "CAP flew over the jail. The Civil Air Patrol (CAP) has two planes."
    ),
    "something else, the other way round": Case("CAP (the Civil Air Patrol) flew over the jail that day."),
    "nearly the name": Case("The Criminal Aliens Program (CAP) grew every year since.", ("cap",)),
    "not introduced, with context": Case("Officers of CAP sat in the jail from morning to night.", ("cap",)),
    "not introduced, without context": Case("Officers of CAP sat in the hall from morning to night."),
    "an acronym that always counts": Case("DACA turned ten on a rainy evening.", ("daca",)),
    "an acronym that always counts, but is another": Case(
        "The Digital Age Communications Act (DACA) failed. DACA was his."
    ),
    "its own long name": Case("Deferred Action for Childhood Arrivals (DACA) turned ten.", ("daca",)),
    "its long name, misquoted": Case("Deferred Action for Child Arrivals (DACA) turned ten.", ("daca",)),
    "a number in brackets is no acronym": Case(
        "The Criminal Alien Program (2008) grew every year since.", ("cap",)
    ),
    # several words in capitals
    "words in capitals": Case(
        "The agency put it under ICE ACCESS, its name for all of that work.", ("access",)
    ),
    "words in capitals amid capitals": Case("JUDGE DENIES ICE ACCESS TO COURTHOUSE"),
    "words in capitals amid capitals, with context": Case(
        "UNDER 287(g), ICE ACCESS GROWS IN COUNTIES", ("access", "287g")
    ),
    "the same words in small letters": Case("The judge gave ICE access to the files."),
    # how it is typeset
    "a word broken over a line": Case("ICE and Secure Commu-\nnities went hand in hand.", ("secure",)),
    "a hyphen at a line's end": Case("Every shop must use E-\nVerify by the first of July.", ("verify",)),
    "letter-spaced": Case(
        "I C E left. S E C U R E  C O M M U N I T I E S is over, fingerprints and all", ("secure",)
    ),
    "entities": Case("ICE &amp; &ldquo;Secure&nbsp;Communities&rdquo; went together.", ("secure",)),
    "entities escaped twice": Case("ICE &amp;amp; Secure&amp;nbsp;Communities went together.", ("secure",)),
    "a possessive": Case("ICE misses Secure Communities’ old funding.", ("secure",)),
    "a space before the bracket": Case("Deputies trained under 287 (g) left the force.", ("287g",)),
    "a space for the hyphen": Case("Every shop must use E Verify by July.", ("verify",)),
    "a slash between": Case("The 287(g)/S-Comm era ended.", ("287g", "secure")),
    "a hyphen for the space": Case(
        "In the Secure-Communities era ICE got every fingerprint in town.", ("secure",)
    ),
    "a hyphen for the space, in capitals": Case(
        "COUNTY SIGNED UP FOR ICE-ACCESS UNDER 287(g)", ("access", "287g")
    ),
    "an acronym's possessive": Case(
        "Under 287(g) and ICE’s ACCESS the county signed up early.", ("287g", "access")
    ),
    "an acronym's plural": Case("Two DACAs turned ten on a rainy evening.", ("daca",)),
    "an acronym's plural in capitals is another": Case("TWO DACAS TURNED TEN ON A RAINY EVENING"),
    "an acronym with points": Case("D.A.C.A. turned ten on a rainy evening.", ("daca",)),
    "an acronym explained by or": Case("CAP, or Civil Air Patrol, flew over the jail that day."),
    "small letters, called so": Case(
        "ICE got her fingerprints. They call it secure communities.", ("secure",)
    ),
    "letras pequeñas, llamado así": Case(
        "ICE tomó las huellas del llamado comunidades seguras.", ("secure",)
    ),
    "nothing at all": Case(""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_release_means(name: str) -> None:
    """The programs that an attentive reader would say it names, and no others."""
    case = CASES[name]
    mentions = Matcher(case.programs).find(case.title, case.text, case.publisher)
    assert {mention.program for mention in mentions} == set(case.means), [m.why for m in mentions]
    for mention in mentions:
        field = case.title if mention.field == "title" else case.text
        assert mention.why
        assert field[mention.snippet_start : mention.snippet_start + len(mention.snippet)] == mention.snippet
        assert mention.snippet_start <= mention.start < mention.end


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.means and case.text])
def test_what_does_not_count_says_why(name: str) -> None:
    """Where a program's words stand and mean something else, there is a reason to read."""
    case = CASES[name]
    for mention, counts in Matcher(case.programs).judge(case.title, case.text, case.publisher):
        assert not counts
        assert len(mention.why) > 10


@pytest.mark.parametrize("name", CASES)
def test_invisible_characters_change_no_answer(name: str) -> None:
    """A zero-width space or a soft hyphen between any two letters hides nothing and adds nothing."""
    case = CASES[name]
    hidden = "\u00ad".join(case.text) if "&" not in case.text else case.text
    hidden = hidden.replace("\u00ad\n", "\n")
    changed = replace(case, text=hidden)
    found = Matcher(case.programs).find(changed.title, changed.text, changed.publisher)
    assert {mention.program for mention in found} == set(case.means)
