"""The archive's schema, as migrations. Append only: a released migration is never edited."""

from storage.migrations import (
    m001_spine,
    m002_newsrooms,
    m003_news,
    m004_deliveries,
    m005_forgotten,
    m006_questions,
    m007_sightings,
    m008_feeds,
    m009_variants,
    m010_limits,
    m011_outbox,
    m014_seals,
)
from storage.migrations.registry import migrations

__all__ = [
    "m001_spine",
    "m002_newsrooms",
    "m003_news",
    "m004_deliveries",
    "m005_forgotten",
    "m006_questions",
    "m007_sightings",
    "m008_feeds",
    "m009_variants",
    "m010_limits",
    "m011_outbox",
    "m014_seals",
    "migrations",
]
