"""What Datasette is told of the archive (https://docs.datasette.io/en/stable/metadata.html)."""

from __future__ import annotations

from typing import Any

from storage.browsing.charts import CHARTS
from storage.browsing.questions import QUESTIONS

DATABASE = "archive"
READER = "reader"
"""Who may read, where a password is asked for."""

_PLUMBING = (
    "sightings",
    "variants",
    "story_shingles",
    "settled",
    "_sqlite_migrations",
    "story_members",
    "digest_items",
    "listings",
)

_TABLES: dict[str, dict[str, Any]] = {
    # Row ids rise with the time first seen: newest first costs nothing.
    "releases": {"title": "Releases", "facets": ["publisher", "language"], "sort_desc": "id", "size": 30},
    "mentions": {
        "title": "Mentions",
        "description": (
            "Each place where a release names a program, also where that was taken out since. Those of the"
            " releases as they stand now are in “What was said about a program”."
        ),
        "facets": ["program_id", "part"],
        "sort_desc": "id",
        "label_column": "term",
    },
    "parts": {"title": "Parts of releases", "facets": ["kind"], "sort_desc": "id"},
    "programs": {"title": "Programs", "label_column": "name"},
    "feeds": {"title": "Feeds", "facets": ["health", "kind"], "label_column": "publisher"},
    "fetches": {"title": "Readings of feeds", "facets": ["outcome"], "sort_desc": "id"},
    "deliveries": {"facets": ["status", "channel"], "sort_desc": "id"},
    "digests": {"sort_desc": "id", "label_column": "subject"},
    "gaps": {"facets": ["status"], "sort_desc": "id"},
    "release_programs": {
        "title": "Releases and the programs they mention",
        "facets": ["program_id", "publisher"],
    },
}


def metadata(*, asks_password: bool = False) -> dict[str, Any]:
    """Titles, facets, saved questions and the dashboard, and who may read. The site shows all of it."""
    told: dict[str, Any] = {
        "title": "Presswatch",
        "databases": {
            DATABASE: {
                "tables": {**_TABLES, **{name: {"hidden": True} for name in _PLUMBING}},
                "queries": {name: {**question, "hide_sql": True} for name, question in QUESTIONS.items()},
            }
        },
        "plugins": {"datasette-dashboards": {"overview": _dashboard()}},
    }
    if asks_password:
        told["allow"] = {"id": READER}
    return told


def _dashboard() -> dict[str, Any]:
    # The renderer and the interpreter need no eval, and there is no menu that leads to another site.
    options = {"embedOptions": {"actions": False, "renderer": "svg", "ast": True}}
    return {
        "title": "Overview",
        "description": "What the archive holds, by the publishers' dates.",
        "layout": [["mentions", "publishers"], ["coverage", "coverage"]],
        "filters": {
            "program": {
                "name": "Program",
                "type": "select",
                "db": DATABASE,
                "query": "SELECT id FROM programs ORDER BY id",
            },
            "publisher": {"name": "Publisher", "type": "text", "default": ""},
            "since": {"name": "Since", "type": "date", "default": ""},
            "until": {"name": "Until", "type": "date", "default": ""},
        },
        "charts": {
            chart.name: {
                "title": chart.title,
                "db": DATABASE,
                "query": chart.sql,
                "library": "vega-lite",
                "display": {**chart.spec(), "usermeta": options},
            }
            for chart in CHARTS
        },
    }
