"""Names of those who speak: where one begins and ends, and what isn't part of it."""

from __future__ import annotations

import re

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_TOKEN = (
    r"(?:(?:[A-Z]\.){1,4}|(?:Jr|Sr|Sra|St|Sta|Dr|Dra|Mr|Mrs|Ms|Rep|Reps|Sen|Sens|Gov|Lt|Sgt|Capt|Col|Gen"
    r"|Rev|Fr|"
    rf"Hon|Prof|Lic|Ing|Atty|Msgr)\.|{_UPPER}[\w’'&-]{{0,30}})"
)
_LINK = (
    r"(?:of|for|and|in|on|at|to|the|&|de|del|la|las|los|el|y|e|para|por|con|van|der|von|bin|al|da|do|du|di)"
)
NAME = rf"{_TOKEN}(?: (?:{_LINK} ){{0,3}}{_TOKEN}){{0,11}}"
"""Source of a regular expression for a name, of a person or an organisation, with what stands before it."""

_CUTS = frozenset("of for in on at to para por con en".split())
_BODIES = frozenset(
    "center centre coalition union alliance council department office institute project committee "
    "association "
    "bureau conference diocese league national american federation fund network campaign society ministry "
    "commission board city county state university college school church workers lawyers mothers voices "
    "physicians immigration secretary consulate embassy partnership movement foundation organization "
    "services "
    "citizens families students people house community communities action asylum support justice rights "
    "centro coalición alianza consejo departamento oficina instituto proyecto comité asociación red liga "
    "federación unión fundación movimiento organización secretaría comisión ministerio universidad diócesis "
    "consulado embajada ciudad iglesia servicio servicios casa colectivo frente congreso grupo "
    "agencia".split()
)
_TITLES = frozenset(
    "rep reps representative sen sens senator senators congressman congresswoman congressmember "
    "congresswomen u.s us "
    "mayor governor gov sheriff chief attorney general secretary president vice chairman chairwoman chair "
    "chairperson "
    "advocate da imam district ranking member speaker judge justice councilmember councilman councilwoman "
    "councilor commissioner supervisor "
    "assemblymember assemblyman assemblywoman delegate director executive deputy bishop archbishop cardinal "
    "father "
    "sister pastor reverend rev rabbi dr mr ms mrs prof professor state police public house senate "
    "democratic "
    "republican leader majority minority whip acting lt lieutenant capt captain sgt sergeant col colonel "
    "gen hon fr "
    "msgr senador senadora representante congresista alcalde alcaldesa gobernador gobernadora presidente "
    "presidenta "
    "directora sr sra dra lic ing secretario secretaria obispo arzobispo padre fiscal ceo former".split()
)
_JOBS = frozenset(
    "attorney director spokeswoman spokesman spokesperson coordinator president secretary professor "
    "columnist "
    "organizer counsel advocate chairman chairwoman chair co-chair co-director co-founder founder manager "
    "officer "
    "general mayor governor senator representative congressman congresswoman sheriff chief commissioner "
    "leader "
    "councilman councilwoman councilmember speaker analyst researcher fellow rep sen directora presidenta "
    "portavoz vocero vocera coordinadora".split()
)
_LEADS = frozenset(
    "the a an on in at after as while today yesterday when for and but however meanwhile monday tuesday "
    "wednesday "
    "thursday friday saturday sunday january february march april may june july august september october "
    "november "
    "december by el la los las en al por y pero según lunes martes miércoles jueves viernes sábado domingo "
    "image "
    "from since with to hoy ayer".split()
)
_NOBODY = frozenset(
    "i we he she they it this that these those who what there one both others many some all yo ella ellos "
    "ellas "
    "nosotros nosotras esto eso quien él congress statement background washington here".split()
)


def trimmed_name(found: str) -> str:
    """A name without the titles before it and the place or body after it; empty where none is left.

    "Rep. Ana Ruiz" gives "Ana Ruiz", "Ana Ruiz of Casa Norte" too, while "Center for Fair Law" is one name.
    """
    words = found.split()
    while words and words[0].lower().rstrip(".,") in _LEADS and len(words) > 1:
        words.pop(0)
    whole = words
    while words and words[0].lower().rstrip(".,") in _TITLES:
        words = words[1:]
    if not words or words[0] in _CUTS or words[0] in ("and", "the", "de", "del", "y"):
        words = [] if len(whole) < 3 or not _is_body(whole) else whole
    for index in range(len(words) - 2, 0, -1):
        if words[index].lower().rstrip(".") in _JOBS and words[index + 1][0].isupper():
            words = words[index + 1 :]
            break
    for index, word in enumerate(words):
        if word in _CUTS and not _is_body(words[:index]):
            words = words[:index]
            break
    while words and words[-1] in ("and", "the", "y", "e"):
        words = words[:-1]
    name = " ".join(words).removesuffix("’s").removesuffix("'s").rstrip("’'-&")
    return "" if not name or name.lower() in _NOBODY or name.lower() in _LEADS else name


def _is_body(words: list[str]) -> bool:
    return any(word.lower().rstrip("s’'") in _BODIES or word.lower() in _BODIES for word in words)


_NAME = re.compile(NAME)
_NO_ROLE = (
    "(?:of|in|at|on|from|during|that|to|for|about|who|after|before|by|with|against|under|among|"
    "en|que|de|del|durante|por|como|ante|tras|sobre|al|a|hacia|entre|desde)"
)
_ROLE = re.compile(rf"(?:(?!{_NO_ROLE}\b)[a-zà-öø-ÿ][\w’'-]{{0,24}},? ){{0,5}}")
_MORE_ROLE = re.compile(rf" (?:(?!{_NO_ROLE}\b)[a-zà-öø-ÿ][\w’'-]{{2,24}} ){{1,4}}(?={_UPPER})")
_AFTER_NAME = re.compile(
    r"\s*(?:$|[,.;:—–(\[“”\"«»!?/-]|\n|\s\d|\s(?:of|in|at|on|from|during|after|before|who|whose|today"
    r"|yesterday|with|as|when|"
    r"while|to|for|about|last|this|late|earlier|through|via|upon|following|and|en|durante|este|esta|ayer"
    r"|hoy|tras|al|"
    r"ante|a|quien|sobre|por|para|de|del|y|el|la|luego|al|through|regarding|said|here|where|by)\b)"
)


def name_at(text: str) -> str:
    """The name that follows a verb of saying: "attorney Ana Ruiz, who …" gives "Ana Ruiz"; or nothing."""
    role = _ROLE.match(text)
    position = role.end() if role else 0
    for _ in range(2):
        found = _NAME.match(text, position)
        if found is None:
            return ""
        if _AFTER_NAME.match(text, found.end()):
            return trimmed_name(found.group())
        more = _MORE_ROLE.match(text, found.end())
        if more is None:
            return ""
        position = more.end()
    return ""
