"""Texts that would do something if a page took them for more than text."""

from __future__ import annotations

from itertools import cycle, islice

_CORES = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "<svg/onload=alert(4)>",
    "<style>* { display: none }</style>",
    "</style><style>@import url(https://elsewhere.invalid/x.css);</style>",
    "<link rel=stylesheet href=https://elsewhere.invalid/y.css>",
    "<iframe src=https://elsewhere.invalid/></iframe>",
    "<base href=https://elsewhere.invalid/>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.invalid/'>",
    "<form action=https://elsewhere.invalid/><button>go</button></form>",
    "<table><tr><td><div><p>never closed",
    "</main></body></html><h1>another page",
    "<!-- a comment that never ends",
    "<plaintext>",
    "<textarea><title>",
    '"><script>alert(5)</script>',
    "' onmouseover='alert(6)",
    "{{ 7 * 7 }} {% raw %} {{ config }}",
    "${alert(7)} `alert(8)`",
    "javascript:alert(9)",
    '=HYPERLINK("https://elsewhere.invalid/","x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\u202egnp.exe \u202d turned \u2066 round",
    "\u2067\u202e never closed isolates",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306algo",
    "&lt;script&gt;alert(10)&lt;/script&gt; &amp;&#x3c;b&#x3e;",
    "'; DROP TABLE releases; --",
    "[link](javascript:alert(11)) **bold** ![x](https://elsewhere.invalid/z.png)",
    "A" * 5_000,
    "\u200b\u200c\u200d\ufeff",
    "مرحبا S-Comm שלום",
)
_FRAMES = (
    "{}",
    "S-Comm {}",
    "{} 287(g)",
    "Before {} S-Comm after",
    "{0} S-Comm {0}",
    "“S-Comm”: {}",
    "{} {}",
)


def hostile_texts(count: int = 200) -> list[str]:
    """So many different texts."""
    texts = [frame.replace("{0}", core).replace("{}", core) for frame in _FRAMES for core in _CORES]
    assert len(set(texts)) >= count
    return list(islice(cycle(texts), count))
