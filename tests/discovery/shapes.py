"""Listing pages as newsrooms build them, written for these tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

TITLES = (
    "County board ends its detention contract",
    "Coalition asks the sheriff for an open hearing",
    "New report counts the cost of cooperation",
    "Statement on the governor's budget for legal aid",
    "Court orders the release of arrest records",
    "Families gather at the capitol for a vigil",
)
DAYS = (
    "November 25, 2026",
    "November 19, 2026",
    "October 30, 2026",
    "October 2, 2026",
    "September 14, 2026",
    "May 7, 2026",
)
ISO = ("2026-11-25", "2026-11-19", "2026-10-30", "2026-10-02", "2026-09-14", "2026-05-07")
SLASHED = ("11/25/2026", "11/19/2026", "10/30/2026", "10/02/2026", "09/14/2026", "05/07/2026")
MENU = "".join(
    f'<li class="menu-item menu-item-{n}"><a href="/{path}/">{words}</a></li>'
    for n, (path, words) in enumerate(
        {
            "about": "About us",
            "our-work/know-your-rights": "Know your rights materials",
            "press": "Press and media room",
            "take-action/write-a-letter-today": "Write a letter to your county",
            "donate": "Donate",
        }.items()
    )
)
SUMMARY = "The decision follows two years of work by families, teachers and faith leaders in the county."


def slug(title: str) -> str:
    """The title as a part of an address."""
    return "-".join("".join(c for c in title.lower() if c.isalnum() or c == " ").split())


@dataclass(frozen=True)
class Shape:
    """A page, where it stands, and where its releases are."""

    html: str
    url: str = "https://rights.example/press/"
    links: list[str] = field(default_factory=list)
    dated: bool = True
    item: str = ""


def page(main: str, *, menu: str = MENU, head: str = "") -> str:
    """A page around what is listed: a menu before it, a side bar, a footer with many links."""
    footer = "".join(f'<li><a href="/p/{n}">Office number {n} of the state</a></li>' for n in range(8))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Press room</title>
{head}</head><body class="page has-sidebar"><header id="top"><a href="/">Home</a>
<nav class="main-nav"><ul>{menu}</ul></nav></header>
<main id="content"><h1>Press room</h1>{main}</main>
<aside class="sidebar"><h2>Campaigns</h2><ul><li><a href="/campaigns/a">Bring our neighbors home</a></li>
<li><a href="/campaigns/b">Schools without fear now</a></li>
<li><a href="/campaigns/c">A budget for people</a></li></ul></aside>
<footer><ul>{footer}</ul></footer></body></html>"""


def _listed(
    box: Callable[[int, str, str], str], before: str = "", after: str = "", base: str = "/press/"
) -> tuple[str, list[str]]:
    links = [f"https://rights.example{base}{slug(title)}/" for title in TITLES]
    rows = [box(n, title, f"{base}{slug(title)}/") for n, title in enumerate(TITLES)]
    return before + "".join(rows) + after, links


def _shape(
    box: Callable[[int, str, str], str], before: str = "", after: str = "", **options: object
) -> Shape:
    main, links = _listed(box, before, after)
    return Shape(page(main), links=links, **options)  # type: ignore[arg-type]


def _wordpress(n: int, title: str, link: str) -> str:
    return f"""<article id="post-{410 + n}" class="post-{410 + n} post type-post status-publish
category-c{n % 2}">
<header class="entry-header"><h2 class="entry-title"><a href="{link}" rel="bookmark">{title}</a></h2>
<div class="entry-meta"><time class="entry-date published" datetime="{ISO[n]}T09:30:00-05:00">{DAYS[n]}</time>
by <a href="/author/press/">The press office of ours</a></div></header>
<div class="entry-summary"><p>{SUMMARY}</p></div><a class="more-link" href="{link}">Read more</a></article>"""


def _drupal(n: int, title: str, link: str) -> str:
    return f"""<div class="views-row views-row-{n + 1} {"views-row-odd" if n % 2 else "views-row-even"}">
<div class="views-field views-field-created"><span class="field-content">{SLASHED[n]}</span></div>
<div class="views-field views-field-title"><span class="field-content">
<a href="{link}">{title}</a></span></div></div>"""


def _card(n: int, title: str, link: str) -> str:
    return f"""<a class="card card-{n}" href="{link}"><img src="/i/{n}.jpg" alt=""><div class="card-body">
<span class="tag">Press release</span><h3 class="card-title">{title}</h3><p class="card-date">{DAYS[n]}</p>
<p class="card-text">{SUMMARY}</p></div></a>"""


def _squarespace(n: int, title: str, link: str) -> str:
    return f"""<div class="summary-item summary-item-record-type-text">
<div class="summary-thumbnail-outer-container">
<a href="{link}" class="summary-thumbnail-container" aria-hidden="true">
<img src="/i/{n}.jpg" alt="a hall"></a></div>
<div class="summary-content"><div class="summary-metadata-container"><div class="summary-metadata">
<time class="summary-metadata-item summary-metadata-item--date" datetime="{ISO[n]}">
{DAYS[n][:3]} {n}</time></div></div>
<div class="summary-title"><a href="{link}" class="summary-title-link">{title}</a></div>
<div class="summary-excerpt"><p>{SUMMARY}</p></div>
<a class="summary-read-more-link" href="{link}">Read More</a></div></div>"""


def _government(n: int, title: str, link: str) -> str:
    return f"""<li class="usa-collection__item"><div class="usa-collection__body">
<h4 class="usa-collection__heading"><a class="usa-link" href="{link}">{title}</a></h4>
<ul class="usa-collection__meta"><li class="usa-collection__meta-item">
<time datetime="{ISO[n]}T00:00:00Z">{DAYS[n]}</time></li>
<li class="usa-collection__meta-item">Office of the secretary of state</li></ul></div></li>"""


SHAPES = {
    "WordPress posts": _shape(_wordpress, '<div class="posts">', "</div>", item="article.post"),
    "Drupal views": _shape(_drupal, '<div class="view-content">', "</div>", item="div.views-row"),
    "a table": _shape(
        lambda n, title, link: (
            f"<tr><td>{DAYS[n]}</td><td><a href='{link}'>{title}</a></td><td>Albany</td></tr>"
        ),
        '<table class="releases"><thead><tr><th>Date</th><th>Title</th><th>Where</th></tr></thead><tbody>',
        "</tbody></table>",
    ),
    "a table with the date last": _shape(
        lambda n, title, link: (
            f"<tr><td>No. {n + 1}</td><td><a href='{link}'>{title}</a></td><td>{SLASHED[n]}</td></tr>"
        ),
        "<table><tbody>",
        "</tbody></table>",
    ),
    "a list with dates as text": _shape(
        lambda n, title, link: f"<li>{DAYS[n]} &ndash; <a href='{link}'>{title}</a></li>",
        '<ul class="archive">',
        "</ul>",
    ),
    "a list by months": _shape(
        lambda n, title, link: (
            f"{'' if n % 2 else '</ul><h3>Month</h3><ul class=month>'}"
            f"<li><span class='d'>{SLASHED[n]}</span> <a href='{link}'>{title}</a></li>"
        ),
        '<ul class="month">',
        "</ul>",
    ),
    "cards that are links": _shape(_card, '<div class="grid">', "</div>", item="a.card"),
    "definitions, date first": _shape(
        lambda n, title, link: f"<dt>{DAYS[n]}</dt><dd><a href='{link}'>{title}</a></dd>", "<dl>", "</dl>"
    ),
    "definitions, title first": _shape(
        lambda n, title, link: f"<dt><a href='{link}'>{title}</a></dt><dd>{DAYS[n]}</dd>", "<dl>", "</dl>"
    ),
    "Squarespace summaries": _shape(
        _squarespace, '<div class="summary-item-list">', "</div>", item="div.summary-item"
    ),
    "a government site": _shape(
        _government, '<ul class="usa-collection">', "</ul>", item="li.usa-collection__item"
    ),
    "paragraphs of old": _shape(
        lambda n, title, link: (
            f'<p><b>{DAYS[n]}</b><br><a href="{link}"><font size="2">{title}</font></a></p>'
        )
    ),
    "headings and dates side by side": _shape(
        lambda n, title, link: (
            f'<p class="stamp">{DAYS[n]}</p><h3 class="hed"><a href="{link}">{title}</a></h3><p>{SUMMARY}</p>'
        ),
        '<div class="listing">',
        "</div>",
    ),
    "read more links": _shape(
        lambda n, title, link: (
            f'<div class="news-item"><h3>{title}</h3><span class="when">{DAYS[n]}</span>'
            f'<p>{SUMMARY}</p><a class="btn" href="{link}">Read more</a></div>'
        )
    ),
    "no dates at all": _shape(
        lambda n, title, link: f'<div class="teaser"><h3><a href="{link}">{title}</a></h3></div>', dated=False
    ),
    "utility classes": _shape(
        lambda n, title, link: (
            f'<div class="md:w-1/2 p-4 flex"><a class="text-lg hover:underline" href="{link}">{title}</a>'
            f'<time datetime="{ISO[n]}">{DAYS[n]}</time></div>'
        ),
        '<div class="grid md:grid-cols-2">',
        "</div>",
    ),
    "Spanish": _shape(
        lambda n, title, link: (
            f'<div class="noticia"><span class="fecha">{n + 1} de noviembre de 2026</span>'
            f'<h3><a href="{link}">{title}</a></h3></div>'
        )
    ),
}

NONE = {
    "an essay": page(
        "".join(
            f'<p>{SUMMARY} See <a href="/reports/{n}">what we wrote in an earlier report</a>, and then '
            f"{SUMMARY.lower()}</p>"
            for n in range(6)
        )
    ),
    "a menu only": page("<p>We will be back soon.</p>"),
    "nothing": "<html></html>",
    "two releases": page(
        "".join(f'<li><a href="/press/{slug(t)}">{t}</a> {DAYS[n]}</li>' for n, t in enumerate(TITLES[:2]))
    ),
    "links to other sites": page(
        "".join(
            f'<li><a href="https://paper.test/{slug(t)}">{t}</a> {DAYS[n]}</li>' for n, t in enumerate(TITLES)
        )
    ),
    "one link over and over": page(
        "".join(f'<li>{DAYS[n]} <a href="/press/all">{t}</a></li>' for n, t in enumerate(TITLES))
    ),
    "a page that needs a script": page('<div id="app"></div><script>load()</script>'),
    "a gallery of pictures": page(
        "".join(f'<div class="pic"><a href="/g/{n}"><img src="/{n}.jpg"></a></div>' for n in range(9))
    ),
}
