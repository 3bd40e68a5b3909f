"""All tables of combinations, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.identity.case import Table
from tests.identity.tables.affiliates import affiliates
from tests.identity.tables.chapters import chapters
from tests.identity.tables.feeds import first_readings, two_feeds
from tests.identity.tables.headlines import headlines, resembling, rewritten
from tests.identity.tables.keys import forged, passed_on
from tests.identity.tables.recurring import (
    bulletins,
    bulletins_with_pages,
    monthly_bulletins,
    nodes,
    recurring,
    recurring_lists,
    teasers,
    yearly,
)
from tests.identity.tables.redesigns import redesigned_lists, redesigned_with_pages, redesigns

TABLES: tuple[Callable[[], Table], ...] = (
    chapters,
    headlines,
    resembling,
    rewritten,
    redesigns,
    redesigned_lists,
    redesigned_with_pages,
    recurring,
    recurring_lists,
    yearly,
    bulletins,
    monthly_bulletins,
    bulletins_with_pages,
    teasers,
    nodes,
    affiliates,
    forged,
    passed_on,
    two_feeds,
    first_readings,
)
