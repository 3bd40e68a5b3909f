"""Saved questions: queries that are offered by name. A word in them that begins with a colon is asked for."""

from __future__ import annotations

ROWS_SHOWN = 200
"""How many rows of an answer stand on its page, which says so; a download holds all of them."""

_PROGRAM = """(:program = '' OR m.program_id IN (
    SELECT id FROM programs
    WHERE presswatch_folded(:program) IN (presswatch_folded(id), presswatch_folded(name))))"""
_SINCE = "(:since = '' OR coalesce(r.published, r.first_seen) >= :since)"
_SPEAKER = "instr(presswatch_folded(q.value), presswatch_folded(:speaker))"

QUESTIONS: dict[str, dict[str, str]] = {
    "latest-mentions": {
        "title": "What was said about a program",
        "description": "Each place that names it, newest first; every program where none is named.",
        "sql": f"""
SELECT r.id AS release, r.title, r.publisher, m.program_id AS program, m.term, m.snippet, m.why, r.url
FROM mentions m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision
WHERE {_PROGRAM} AND {_SINCE} ORDER BY m.id DESC""",
    },
    "quotations": {
        "title": "Who is quoted in releases that mention a program",
        "description": "Speakers and their words; part of a speaker's name will do.",
        "sql": f"""
SELECT DISTINCT r.id AS release, r.publisher, q.value AS speaker,
       substr(r.text, q.start_offset + 1, q.end_offset - q.start_offset) AS words
FROM mentions m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision
JOIN parts q ON q.release_id = r.id AND q.revision = r.revision AND q.kind = 'quotation'
WHERE {_PROGRAM} AND (:speaker = '' OR {_SPEAKER}) ORDER BY r.id DESC""",
    },
    "shared-texts": {
        "title": "Texts that several organisations published",
        "description": "Each with its publishers, newest first.",
        "sql": """
SELECT story_id AS story, min(release_id) AS release, max(title) AS title, count(*) AS publishers,
       group_concat(publisher, ' · ') AS who, min(first_seen) AS first_seen
FROM story_publishers GROUP BY story_id ORDER BY story_id DESC""",
    },
    "edits": {
        "title": "Edits that took a mention out or put it back",
        "description": "What publishers changed after they had published.",
        "sql": """
SELECT r.id AS release, r.title, r.publisher, c.program_id AS program, c.kind, c.found, r.url
FROM mention_changes c JOIN releases r ON r.id = c.release_id ORDER BY c.id DESC""",
    },
    "feeds-in-trouble": {
        "title": "Feeds in trouble",
        "description": "Failing, gone or silent, since when, and why.",
        "sql": """
SELECT publisher, health, health_since, last_success, last_error, open_gaps, url
FROM feed_health WHERE health IN ('failing', 'gone', 'silent') OR open_gaps ORDER BY publisher""",
    },
    "open-gaps": {
        "title": "Where releases may be missing",
        "description": "Times in which a feed rolled on faster than it was read, without recovery.",
        "sql": """
SELECT f.publisher, g.seen_before, g.found, g.oldest_shown, g.recovered, g.how, f.url
FROM gaps g JOIN feeds f ON f.id = g.feed_id WHERE g.status = 'open' ORDER BY g.id DESC""",
    },
    "not-delivered": {
        "title": "Deliveries that are owed or have failed",
        "description": "And what the other side said last.",
        "sql": """
SELECT subscription_id AS subscription, subject, created, channel, status, attempts, next_attempt, last_said
FROM delivery_log WHERE status <> 'sent' ORDER BY id DESC""",
    },
}
"""By the name in their address; each with title, description and SQL."""
