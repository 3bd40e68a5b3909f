"""Feeds for tests: plain ones of each format, ones that can't be split, and odd ones made by chance."""

from __future__ import annotations

from hypothesis import strategies as st

_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:a="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:x="urn:odd" '
    'xmlns:h="http://www.w3.org/1999/xhtml"'
)
_FORMATS = {
    "RSS": ('<rss version="2.0" {spaces} {base}><channel>{head}', "{items}</channel></rss>", "item"),
    "RSS in capitals": (
        '<RSS version="2.0" {spaces} {base}><Channel>{head}',
        "{items}</Channel></RSS>",
        "Item",
    ),
    "RSS without a version": ("<rss {spaces} {base}><channel>{head}", "{items}</channel></rss>", "item"),
    "Atom": ('<feed xmlns="http://www.w3.org/2005/Atom" {spaces} {base}>{head}', "{items}</feed>", "entry"),
    "Atom with a prefix": ("<a:feed {spaces} {base}>{head}", "{items}</a:feed>", "a:entry"),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#" {spaces} {base}>{head}',
        "{items}</feed>",
        "entry",
    ),
    "RDF": (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        " {spaces} {base}><channel>{head}</channel>",
        "{items}</rdf:RDF>",
        "item",
    ),
    "a prefix for everything": (
        "<x:rss {spaces} {base}><x:channel>{head}",
        "{items}</x:channel></x:rss>",
        "x:item",
    ),
}


def _plain(name: str, fields: str) -> str:
    start, end, item = _FORMATS[name]
    items = "".join(f"<{item}>{fields.replace('9', str(number))}</{item}>" for number in range(4))
    return (start + end).format(spaces=_SPACES, base="", head="<title>T</title>", items=items)


_RSS = (
    "<title>Release 9</title><link>https://h.example/9</link><guid>https://h.example/9</guid>"
    "<description><![CDATA[<p>Text 9</p>]]></description><dc:creator>Someone</dc:creator>"
)
_ATOM = (
    "<title>Release 9</title><link href='/9'/><id>urn:9</id><author><name>Someone</name></author>"
    "<content type='html'>&lt;p&gt;Text 9&lt;/p&gt;</content>"
)
PLAIN = {"RSS": _plain("RSS", _RSS), "Atom": _plain("Atom", _ATOM), "RDF": _plain("RDF", _RSS)}

WHOLE = {
    "an item in an item": "<rss><channel><item><title>a</title><item/></item></channel></rss>",
    "a document type": "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + PLAIN["RSS"],
    "an item that is not closed": PLAIN["RSS"].replace("</item>", "", 1),
    "an entity of HTML": PLAIN["RSS"].replace("Release 0", "Release&nbsp;0"),
    "a prefix that is not declared": PLAIN["RSS"].replace("<title>Release 0", "<y:a/><title>Release 0"),
    "UTF-7": '<?xml version="1.0" encoding="utf-7"?>' + PLAIN["RSS"],
    "an encoding that there isn't": '<?xml version="1.0" encoding="nobody"?>' + PLAIN["RSS"],
}

_WORDS = st.sampled_from(
    [
        *(
            "",
            " ",
            "Noon",
            "Secure Communities",
            "Liberación",
            "a &amp;lt;b&amp;gt; c",
            "&#8217;",
            "&#x1F600;",
        ),
        *(
            "<![CDATA[<p>One</p>]]>",
            "<![CDATA[</item><item>]]>",
            "<![CDATA[<!-- ]]>",
            "&lt;p&gt;Two&lt;/p&gt;",
        ),
        *(
            "<!-- </item> -->",
            "<!-- <![CDATA[ -->",
            "<?php echo '</item>' ?>",
            "]]&gt;",
            "<b>bold</b>",
            "\r\n\t",
        ),
        *(
            "&lt;a href='x'&gt;y&lt;/a&gt;",
            "<h:p>in <h:b>XHTML</h:b></h:p>",
            "<x:item>not one</x:item>",
            "“q”",
        ),
        *("http://h.example/1", "/2", "2?a=b&amp;c", "urn:3", "Wed, 25 Nov 2026 08:00:00 GMT", "2026-11-25"),
    ]
)
_NAMES = st.sampled_from(
    """title link guid description pubDate content:encoded dc:date dc:creator dc:title author category
    comments a:link a:title a:content a:author a:updated id updated published summary content media:title
    media:content media:description slash:comments enclosure source x:odd Title GUID pubdate contributor
    name""".split()
)
_ATTRIBUTES = st.sampled_from(
    [
        *("", "", "", "", ' xml:base="http://other.example/a/"', ' xml:base="b/"', ' xml:lang="es"'),
        *(
            ' type="html"',
            ' type="xhtml"',
            ' type="text"',
            ' href="/l"',
            ' rel="alternate" href="m?a=1&amp;b"',
        ),
        *(
            ' isPermaLink="false"',
            ' rel="self" href="n"',
            ' mode="escaped"',
            ' xmlns="urn:other"',
            ' src="/s"',
        ),
        *(' xmlns="http://www.w3.org/1999/xhtml"', " type='text/html' xml:space='preserve'", ' url="/u"'),
    ]
)
_BETWEEN = st.sampled_from(
    [
        "",
        "",
        "",
        "\n  ",
        "<!-- a comment -->",
        "<!-- <item> -->",
        "<?xml-stylesheet href='a'?>",
        "words",
        "<x:odd/>",
    ]
)
_HEAD = st.sampled_from(
    [
        *(
            "<title>T</title>",
            "<link>http://h.example/</link>",
            "<language>es</language>",
            "<ttl>60</ttl>",
            "",
        ),
        *(
            "<id>urn:f</id>",
            '<a:link rel="self" href="http://self.example/b/"/>',
            "<image><title>I</title></image>",
        ),
        *("<textInput><title>S</title><link>/s</link></textInput>", "<author><name>N</name></author>"),
        *(
            "<category>c</category>",
            '<link href="/" rel="alternate"/>',
            "<description><![CDATA[a <b>]]></description>",
        ),
    ]
)
_ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8", "utf-8", "iso-8859-1", "windows-1252", "ascii", "gb18030", "utf-16-le"]
)


@st.composite
def _field(draw: st.DrawFn) -> str:
    name, attributes = draw(_NAMES), draw(_ATTRIBUTES)
    inside = "".join(draw(st.lists(_WORDS, max_size=3)))
    if not inside and draw(st.booleans()):
        return f"<{name}{attributes}/>"
    return f"<{name}{attributes}>{inside}</{name}{draw(st.sampled_from(['', '', ' ']))}>"


@st.composite
def _item(draw: st.DrawFn, name: str) -> str:
    if draw(st.integers(0, 19)) == 0:
        return f"<{name}/>"
    attributes = draw(
        st.sampled_from(["", "", ' xml:base="c/"', ' xml:lang="fr"', ' x:about="a"', ' xmlns:x="urn:o"'])
    )
    fields = "".join(draw(st.lists(st.one_of(_field(), _field(), _BETWEEN), max_size=7)))
    return f"<{name}{attributes}>{fields}</{name}>"


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str]:
    """A document, and the encoding that it is to be sent in (and mostly declares)."""
    start, end, item = _FORMATS[draw(st.sampled_from(sorted(_FORMATS)))]
    encoding = draw(_ENCODINGS)
    declared = draw(st.sampled_from([encoding, encoding, encoding, "", "utf-8", "iso-8859-1"]))
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    items = draw(st.lists(_item(item), min_size=1, max_size=6))
    if draw(st.booleans()):
        items.append(draw(st.sampled_from(items)))  # one that is listed twice
    between = [draw(_BETWEEN) for _ in range(3)]
    text = (start + end).format(
        spaces=_SPACES,
        base=draw(st.sampled_from(["", "", 'xml:base="http://base.example/d/"', 'xml:lang="de"'])),
        head="".join(draw(st.lists(_HEAD, max_size=4))),
        items=between[0].join(items),
    )
    return declaration + text + draw(st.sampled_from(["", "\n", "<!-- end -->"])), encoding
