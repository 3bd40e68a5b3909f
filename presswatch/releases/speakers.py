"""Who says what is quoted, from the words beside the quotation."""

from __future__ import annotations

import re

from presswatch.releases.names import NAME, name_at, trimmed_name

WINDOW = 280
"""How far from a quotation, in characters, its speaker is looked for."""

_SAID = (
    r"(?:said|says|stated|states|added|adds|explained|explains|noted|notes|commented|continued|declared"
    r"|concluded|"
    r"remarked|argued|told|asked|warned|wrote|writes|charged|asserted|emphasized|clarified|testified"
    r"|observed|recalled|"
    r"responded|insisted|replied|stressed|announced|reflected|shared|"
    r"dijo|dice|señaló|afirmó|añadió|agregó|expresó|declaró|explicó|indicó|comentó|aseguró|sostuvo"
    r"|manifestó|apuntó|"
    r"subrayó|destacó|aseveró|puntualizó|advirtió|concluyó|precisó|expuso|enfatizó|recalcó|reiteró"
    r"|denunció|escribió|"
    r"preguntó|respondió|ratificó|comentaron|"
    r"dijeron|señalaron|afirmaron)"
)
_ADVERBS = r"(?:(?:also|then|further|later|today|recently|además|también|hoy) )?"
_PRONOUN = r"(?:he|she|they|él|ella|ellos|ellas)"
_ASIDE = r"(?: ?\([^()\n]{1,40}\))?"
_SAID_NAME = re.compile(rf"[\s,.;!?…]{{0,3}}(?:{_SAID}|according to|según) (?=\S)", re.I)
_PRONOUN_SAID = re.compile(
    rf"[\s,.;!?…]{{0,3}}(?:{_PRONOUN} {_ADVERBS}{_SAID}|{_SAID} {_PRONOUN})\b"
    r"|\s{0,2},?\s{1,2}(?:dijo|señaló|afirmó|añadió|agregó|expresó|declaró|explicó|indicó|comentó|aseguró"
    r"|sostuvo|manifestó|"
    r"apuntó|subrayó|destacó|aseveró|puntualizó|advirtió|concluyó|precisó)\s?(?:[.,;]|$)",
    re.I,
)
_NAME_SAID = re.compile(
    rf"[\s,.!?…]{{0,3}}(?P<name>{NAME}){_ASIDE}(?:,\s[^.;:“”\"«»\n]{{1,160}}?,)?"
    rf"\s{_ADVERBS}{_SAID}\b(?! by\b)"
    rf""
)
_DASHED = re.compile(rf"\s{{0,3}}(?:[–—―-]{{1,3}})\s{{0,2}}(?P<name>{NAME}){_ASIDE}(?=\s{{0,2}}(?:,|$|\n))")
_LAST_SENTENCE = re.compile(
    r"(?:[a-zà-ÿ0-9)”\"»][.!?…][”\"»)]?|\s[–—]|\s--|\s-|\n)\s{0,3}(?=[^\W\d_a-zß-öø-ÿ“])"
)
_VERB = re.compile(
    rf"\b(?:{_SAID})\b|\b(?:issued|released|made|gave|offered|delivered|provided|emitió|publicó)\b"
    r"(?= (?:[a-zà-ÿ]{1,12} ){0,2}(?:the|this|a|an|el|la|una|su) [^\n]{0,30}?(?:statement|comments?|remarks|"
    r"declaración|comunicado))",
    re.I,
)
_ACCORDING = re.compile(
    r"(?:^|[,;] )(?:according to|según|de acuerdo (?:con|a)|en palabras de|in the words of) ", re.I
)
_SUBJECT_AT_END = re.compile(rf"(?:^|(?<=[\s(]))(?P<name>{NAME}){_ASIDE}$")
_SUBJECT_WITH_TITLE = re.compile(
    rf"(?:[A-Z][^,;:]{{2,50}}, (?=[A-Z]))?(?P<name>{NAME}){_ASIDE},\s[^\n]{{2,}},$"
)
_PLAIN_SUBJECT = re.compile(rf"(?P<name>{NAME}){_ASIDE},\s[^\n]{{2,}},$")
_BELONGS = re.compile(
    r"(?:\b(?:of|for|at|in|from|with|by|to|than|that|de|del|con|para|por|y|and|la|el|los|las)|,) $"
)
_TRAILING_ADVERB = re.compile(r" (?:also|then|further|later|today|recently|have|has|además|también|hoy)$")
_COLON = re.compile(rf"(?P<name>{NAME}){_ASIDE}(?:, [^.:;“”\"\n]{{2,120}})?:\s{{0,3}}$")
_LEADS_IN = re.compile(r"(?:[:,]|\bthat|\bque)\s{0,3}$")
_FOLLOWING = re.compile(
    r"(?i)\bfollowing (?:joint )?(?:statement|comments?|remarks)\b|\b(?:this|a) statement\b"
    r"|siguiente (?:declaración|comunicado)"
)

INHERITS = "\0"
"""What :func:`speaker_after` gives where the speaker is only "she": whoever spoke before."""


def speaker_after(after: str) -> str:
    """Who speaks, by the words that follow a quotation; empty where they don't say."""
    said = _SAID_NAME.match(after)
    name = name_at(after[said.end() : said.end() + 160]) if said else ""
    if name:
        return name
    if _PRONOUN_SAID.match(after):
        return INHERITS
    found = _NAME_SAID.match(after) or _DASHED.match(after)
    return trimmed_name(found["name"]) if found else ""


def speaker_before(before: str) -> str:
    """Who speaks, by the words of the same paragraph before a quotation; empty where they don't say."""
    sentence = _last_sentence(before)
    if not _LEADS_IN.search(sentence):
        return ""
    colon = _COLON.match(sentence)
    name = trimmed_name(colon["name"]) if colon else ""
    if colon and name and " " in colon["name"] and not _VERB.search(sentence):
        return name
    according = list(_ACCORDING.finditer(sentence))
    if according:
        return name_at(sentence[according[-1].end() :])
    return _subject(sentence, 90)


def speaker_announced(paragraph: str) -> str:
    """Who speaks, by a paragraph that ends with announcing a statement or a colon; empty where none does."""
    end = paragraph.rstrip()
    sentence = _last_sentence(end[-2 * WINDOW :])
    if end.endswith(":") or _FOLLOWING.search(sentence):
        return _subject(sentence, WINDOW)
    return ""


def _last_sentence(text: str) -> str:
    start = 0
    for end in _LAST_SENTENCE.finditer(text):
        start = end.end()
    return text[start:].lstrip()


def _subject(sentence: str, reach: int) -> str:
    """The subject of the last verb of saying that leads on to the sentence's end."""
    verbs = list(_VERB.finditer(sentence))
    if not verbs or len(sentence) - verbs[-1].end() > reach:
        return ""
    subject = sentence[: verbs[-1].start()].rstrip()
    subject = _TRAILING_ADVERB.sub("", subject)
    titled = _PLAIN_SUBJECT.match(subject) or _SUBJECT_WITH_TITLE.match(subject)
    if titled:
        return trimmed_name(titled["name"])
    found = _SUBJECT_AT_END.search(subject)
    if found is None or _BELONGS.search(subject[: found.start()]):
        return ""
    return trimmed_name(found["name"])
