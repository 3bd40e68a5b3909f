"""What nobody should type or publish, by the hundred: hand-written, and mixed by a rule with a fixed seed."""

from __future__ import annotations

import random
from pathlib import Path

from config.loader import load
from presswatch.wellformed import well_formed
from storage.archive import Archive
from tests.support.press import Press
from tests.support.setup import write_config

QUERIES = [
    *(
        '"',
        "'",
        "''",
        '""',
        '"""',
        "(",
        ")",
        "()",
        ")(",
        "((((",
        "))))",
        "*",
        "**",
        "^",
        "-",
        "--",
        ":",
        "::",
        ";",
    ),
    *(
        "AND",
        "OR",
        "NOT",
        "AND OR NOT",
        "NOT NOT",
        "OR OR",
        "NEAR",
        "NEAR(a b, 5)",
        "NEAR/3",
        "a NEAR b",
        "^a",
    ),
    *("title:", "title:*", "title:(", "title:()", 'title:"', "title:title:a", "publisher:", 'publisher:""'),
    *(
        "program:",
        "program:nobody",
        "program:287g*",
        'program:"287(g)"',
        "publisher:%",
        "publisher:_",
        "rank:a",
    ),
    *(
        "rowid:1",
        "releases_fts:a",
        "{title text} : a",
        "- title : a",
        "+a",
        "a + b",
        "-a",
        "--json x",
        "a*b*",
    ),
    *("'; DROP TABLE releases; --", "1 OR 1=1", '" OR 1=1 --', "a' OR 'a'='a", "%", "_", "\\", "\\\\", "a\\"),
    *("?", "?1", ":expression", "@x", "$x", "char(2)", "a\x00b", "\x00", "\x1b[2J", "\x9b31m", "\x02a\x03"),
    *(
        "\ud800",
        "a\udfffb",
        "\ufeff",
        "\u200b",
        "\u202e",
        "e\u0301",
        "İ",
        "ß",
        "ﬁ",
        "Ⅷ",
        "½",
        "💥",
        "中文",
        "עברית",
    ),
    *(
        "S-Comm",
        "S\u2011Comm",
        "287(g)",
        "(287(g))",
        "287(g",
        "287 (g)",
        "287(g) OR (S-Comm",
        "a(b(c(d)e)f)g",
    ),
    *("“", "”", "“a", "a”", "«a»", "„a“", "a AND", "OR a", "NOT a", "a NOT", "a NOT NOT b", "a AND AND b"),
    *("a OR (NOT b)", "NOT(a)", "AND(a)", "a:b:c", "http://a.example/?q=1&b=2#c", "a@b.example", "x" * 5000),
    *(
        "a " * 101,
        "(" * 30 + "a" + ")" * 30,
        "a*" * 50,
        '"a b c"*',
        '"a"*"b"*',
        "\n\t\r",
        "a\nb",
        "\u2028",
        "а",
    ),
]
"""Searches; with the rule's they are 500."""

TEXTS = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "＠a",
        "－1",
        "\u200b=1",
        "\ufeff+1",
    ),
    *(
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("https://evil.example","x")',
        '"=1"',
        "'=1",
        ";=1",
        ",=1",
        '",=1,"',
        "|=1",
    ),
    *(
        "\x1b[2J",
        "\x1b]0;owned\x07",
        "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
        "\x9b31m",
        "\x90q\x9c",
        "\x07\x08\x7f",
    ),
    *(
        "[bold]x[/bold]",
        "[/]",
        "[link=https://evil.example]x[/link]",
        "[red",
        ":smile:",
        "{{ 7 * 7 }}",
        "%s %d",
        "{0}",
    ),
    *(
        "}",
        "{",
        "\\",
        "\\input{/etc/passwd}",
        "$x$",
        "%",
        "}, evil = {x",
        "}}\n@misc{evil,",
        "#",
        "&",
        "_",
        "~^",
        '"',
        "@",
    ),
    *(
        "<script>alert(1)</script>",
        "&lt;b&gt;",
        "'; DROP TABLE releases; --",
        "\u202egnp.exe",
        "\u2066a\u2069",
        "\u2028\u2029",
    ),
    *(
        "a\nb\r\nc",
        "\x85",
        "\x0b\x0c",
        "\x1c\x1d\x1e\x1f",
        "\x02S-Comm\x03",
        "\x00",
        "\ud800",
        "💥" * 50,
        "x" * 9000,
        " ",
        "",
    ),
]
"""Titles and texts; with the rule's they are 200."""


def mixed(parts: list[str], count: int, seed: int) -> list[str]:
    """The parts, and as many mixtures of them as make ``count`` in all."""
    chance = random.Random(seed)
    made = list(parts)
    while len(made) < count:
        made.append(
            chance.choice(("", " ", " ", "S-Comm ")).join(chance.choices(parts, k=chance.randint(2, 6)))
        )
    return made


def hostile_queries() -> list[str]:
    """500 searches."""
    return mixed(QUERIES, 500, 6)


def hostile_texts() -> list[str]:
    """200 texts, as readers of feeds hand them on."""
    return [well_formed(text) for text in mixed(TEXTS, 200, 7)]


def hostile_archive(folder: Path) -> Path:
    """An archive of one release for each hostile text, as its title and in its text; the configuration."""
    config = write_config(folder, ["https://newsroom.example/feed"])
    watch = load(config)
    with Archive(watch.archive) as archive:
        press = Press(archive, watch)
        shown = [
            press.entry(str(n), f"{text} S-Comm {n} {text}", text) for n, text in enumerate(hostile_texts())
        ]
        archive.record([press.reading("Organisation A", *shown)], press.now)
    return config
