"""Places as datelines name them."""

from __future__ import annotations

ALONE = frozenset(
    "atlanta|baltimore|boston|chicago|cincinnati|cleveland|dallas|denver|detroit|honolulu|houston|"
    "indianapolis|las vegas|los angeles|miami|milwaukee|minneapolis|new orleans|new york|new york city|"
    "oklahoma city|philadelphia|phoenix|pittsburgh|st. louis|salt lake city|san antonio|san diego|"
    "san francisco|seattle|washington|beijing|berlin|brussels|geneva|guatemala city|havana|hong kong|"
    "jerusalem|london|madrid|mexico city|montreal|moscow|ottawa|paris|quebec city|rome|san marino|"
    "singapore|tokyo|toronto|vatican city|ciudad de méxico|ciudad de guatemala|nueva york|los ángeles|"
    "filadelfia|chicago|san salvador|tegucigalpa|managua|bogotá|buenos aires|ginebra|bruselas|la habana|"
    "san juan|tucson|el paso|sacramento|tijuana|ciudad juárez|monterrey|guadalajara|lima|quito|reno"
    "|mesa".split("|")
)
"""Cities that stand in a dateline without a state or country (Associated Press Stylebook, "datelines"),
with their Spanish names and the cities of the border; in lower case."""

_POSTAL = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND "
    "OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY DC DF CDMX EU UK USA EEUU"
)
_SHORTENED = (
    "Ala Ariz Ark Calif Cal Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr "
    "Nev Okla Ore Pa Penn Tenn Tex Vt Va Wash Wis Wyo"
)
_INITIALS = ("D.C.", "D. C.", "N.H.", "N.J.", "N.M.", "N.Y.", "N.C.", "N.D.", "R.I.", "S.C.", "S.D.", "W.Va.")
_MORE_INITIALS = ("P.R.", "D.F.", "D.F", "D.C", "EE.UU.", "U.S.", "U.K.", "N. M.", "N. Y.", "B.C.")
_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|"
    "North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|"
    "South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|"
    "Nuevo México|Nueva York|Nueva Jersey|Carolina del Norte|Carolina del Sur|Luisiana|Pensilvania|"
    "Mexico|México|Guatemala|Honduras|El Salvador|Nicaragua|Costa Rica|Colombia|Canada|Canadá|Spain|España|"
    "Switzerland|Suiza|Belgium|Bélgica|France|Germany|England|Estados Unidos|Sonora|Chihuahua|Oaxaca|Chiapas|"
    "Baja California|Jalisco|Nuevo León|Zacatecas|Michoacán|Puebla|Veracruz|Ontario|Quebec"
)


def _either(names: list[str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(name.replace(".", r"\.") for name in ordered)


REGION = (
    "(?:"
    + _either([*_INITIALS, *_MORE_INITIALS])
    + "|(?:"
    + _either(_NAMES.split("|") + _NAMES.upper().split("|"))
    + r")\b|(?:"
    + _either(_SHORTENED.split() + _SHORTENED.upper().split())
    + r")\.|(?:"
    + _either(_POSTAL.split())
    + r")\b)"
)
"""Source of a regular expression for a state, district or country, as it follows a city's name: in full,
shortened as the Associated Press does, or by its postal code."""

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"(?:(?:St|Ste|Ft|Mt|ST|FT|MT)\.|{_UPPER}[^\W\d_]{{0,24}}(?:[’'-][^\W\d_]{{1,24}}){{0,2}})"
CITY = rf"{_WORD}(?: (?:(?:de|del|de la|de los|de las|la|los|las|of) )?{_WORD}){{0,3}}"
"""Source of a regular expression for what can be a city's name, in capitals or not."""

NO_CITY = frozenset(
    "for immediate release media advisory update updated breaking news statement statements contact contacts "
    "press alert note what who when where why how rsvp fact facts background video photo photos watch myth "
    "truth sheet the this that posted published today yesterday date dated release released embargo "
    "embargoed "
    "exclusive editor editors corrected correction urgent action opinion summary question answer key "
    "findings case report reports read more about related issued original effective monday tuesday wednesday "
    "thursday friday saturday sunday lunes martes miércoles jueves viernes domingo publicado publicada "
    "actualizado comunicado boletín prensa nota urgente fecha hoy rep sen reps sens senator congressman "
    "congresswoman mayor governor president act bill law program resources speaker speakers location time "
    "place event source tags share print download by on in at a an is are we you it our".split()
)
"""Words, in lower case, that begin a line and are in no city's name."""
