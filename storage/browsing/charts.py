"""The charts: each is a question to the archive and a Vega-Lite specification of its picture.

The dashboard shows them in a browser, ``presswatch chart`` writes them to files; both from what stands here
(https://vega.github.io/vega-lite/docs/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The version's name; nothing is loaded from there."""

# Okabe and Ito's palette, told apart by colour-blind readers (https://jfly.uni-koeln.de/color/); its black
# is grey here, for what is left over, and its yellow is left out: too pale on white.
_COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#6e6e6e"]
_INK, _QUIET, _LINE = "#1f2328", "#5d656e", "#e4e2dd"

FOLDED = "presswatch_folded"
"""The function of SQL by which names are compared: :func:`storage.looking.choosing.folded`, of one value."""

_NAMED = f"instr({FOLDED}(publisher), {FOLDED}(:publisher))"
_FILTERS = f"""
    (:program = '' OR {{program}})
    AND (:publisher = '' OR {_NAMED})
    AND substr(date, 1, 10) BETWEEN :since AND coalesce(nullif(:until, ''), '9999')
"""
_MENTIONING = _FILTERS.format(program="program_id = :program")

_MENTIONS = f"""
WITH found AS MATERIALIZED (
    SELECT substr(date, 1, 7) AS month, program_id FROM release_programs WHERE {_MENTIONING}
), often AS (
    SELECT program_id, row_number() OVER (ORDER BY count(*) DESC, program_id) AS place
    FROM found GROUP BY program_id ORDER BY place LIMIT 6
)
SELECT f.month, CASE WHEN o.program_id IS NULL THEN 'Other programs' ELSE p.name END AS program,
       coalesce(o.place, 7) AS place, count(*) AS releases
FROM found f JOIN programs p ON p.id = f.program_id LEFT JOIN often o ON o.program_id = f.program_id
GROUP BY f.month, place, program ORDER BY f.month, place
"""

_PUBLISHERS = f"""
SELECT publisher, count(DISTINCT release_id) AS releases FROM release_programs
WHERE {_MENTIONING} GROUP BY publisher ORDER BY releases DESC, publisher LIMIT 25
"""

_IN_RELEASE = """EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id AND m.revision = r.revision
                        AND m.program_id = :program)"""
_COVERAGE = f"""
SELECT publisher, substr(date, 1, 7) AS month, count(*) AS releases
FROM (SELECT id, revision, publisher, coalesce(published, first_seen) AS date FROM releases) r
WHERE {_FILTERS.format(program=_IN_RELEASE)} GROUP BY 1, 2 ORDER BY 2 DESC, 1
"""

_MONTH: Spec = {
    "field": "month",
    "type": "temporal",
    "timeUnit": "utcyearmonth",
    "title": "Month",
    "axis": {
        "format": "%b %Y",
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelSeparation": 12,
        "tickCount": "month",
    },
}
_ROOM: Spec = {"padding": {"left": 5, "top": 5, "right": 20, "bottom": 5}}  # the last month's name is wide
_COUNT: Spec = {"field": "releases", "type": "quantitative", "title": "Releases"}
_WHOLE: Spec = {"tickMinStep": 1, "format": "d", "labelExpr": "datum.value % 1 ? '' : datum.label"}
_PUBLISHER: Spec = {
    "field": "publisher",
    "type": "nominal",
    "title": "Publisher",
    "axis": {"labelLimit": 190},
}


@dataclass(frozen=True, slots=True)
class Chart:
    """``sql`` takes the parameters ``program`` (an id), ``publisher`` (a part of a name), ``since`` and
    ``until`` (days, inclusive; of the publisher's date, else of when it was first seen), each empty for all.
    It needs the function :data:`FOLDED`. ``parts`` are the mark, the encoding and the height of the
    specification. ``of_program`` is the title where a program is chosen, if that is another.
    """

    name: str
    title: str
    sql: str
    parts: Spec
    of_program: str = ""

    def spec(self) -> Spec:
        """The Vega-Lite specification without data, width and title."""
        return {"$schema": SCHEMA, "description": self.title, "config": _config(), **_ROOM, **self.parts}


def _config() -> Spec:
    axis = {"labelColor": _INK, "titleColor": _QUIET, "gridColor": _LINE, "domainColor": _QUIET}
    return {
        "font": "Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif",
        "background": "#ffffff",
        "view": {"stroke": None},
        "axis": {**axis, "tickColor": _LINE, "labelFontSize": 12, "titleFontSize": 12},
        "title": {"color": _INK, "anchor": "start", "fontSize": 16, "offset": 14},
        "legend": {
            "orient": "bottom",
            "columns": 2,
            "labelColor": _INK,
            "labelLimit": 230,
            "labelFontSize": 12,
        },
        "range": {"category": _COLOURS},
    }


CHARTS = (
    Chart(
        "mentions",
        "Releases that mention a program, by month (one that mentions two counts for each)",
        _MENTIONS,
        {
            "height": 260,
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "x": _MONTH,
                "y": {**_COUNT, "axis": _WHOLE},
                "color": {
                    "field": "program",
                    "type": "nominal",
                    "title": "Program",
                    "sort": {"field": "place"},
                },
                "order": {"field": "place"},
            },
        },
        of_program="Releases that mention a program, by month",
    ),
    Chart(
        "publishers",
        "Publishers with the most releases that mention a program",
        _PUBLISHERS,
        {
            "height": {"step": 20},
            "mark": {"type": "bar", "color": _COLOURS[0], "tooltip": True},
            "encoding": {
                "y": {**_PUBLISHER, "sort": "-x"},
                "x": {**_COUNT, "axis": _WHOLE},
            },
        },
    ),
    Chart(
        "coverage",
        "Coverage: releases by publisher and month",
        _COVERAGE,
        {
            "height": {"step": 20},
            "mark": {"type": "rect", "tooltip": True},
            "encoding": {
                "x": _MONTH,
                "y": _PUBLISHER,
                # One hue that darkens: read without telling hues apart. A cell without colour is a month
                # without a release that passes the filters.
                "color": {**_COUNT, "scale": {"range": ["#cfe3f1", "#08306b"]}, "legend": _WHOLE},
            },
        },
        of_program="Releases that mention a program, by publisher and month",
    ),
)
"""In the order of the dashboard."""


def chart(name: str) -> Chart:
    """The chart of that name; ``KeyError`` where there is none."""
    for one in CHARTS:
        if one.name == name:
            return one
    raise KeyError(name)
