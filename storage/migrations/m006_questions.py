"""Views for more of the questions that people ask, and indices for those that read every release."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

# The indices hold all columns that a question about every release or mention needs, so that no text is read
# (https://sqlite.org/queryplanner.html#covidx). Those of releases by one column stay: with them the newest of
# a publisher or a feed are found without sorting.
_INDICES = """
CREATE INDEX releases_coverage ON releases(publisher, published, first_seen, revision);
CREATE INDEX releases_feed_seen ON releases(feed_id, first_seen, published);
DROP INDEX mentions_program;
CREATE INDEX mentions_program ON mentions(program_id, release_id, revision);
"""

_VIEWS = """
CREATE VIEW mentions_by_program AS
WITH named AS (
    SELECT g.program_id, g.release_id, g.publisher, g.date, g.mentions,
           coalesce(-s.story_id, g.release_id) AS statement,
           first_value(g.release_id) OVER (PARTITION BY g.program_id ORDER BY g.date, g.release_id) AS first,
           first_value(g.release_id) OVER (PARTITION BY g.program_id ORDER BY g.date DESC, g.release_id DESC)
               AS latest
    FROM release_programs g LEFT JOIN story_members s ON s.release_id = g.release_id
)
SELECT p.id AS program_id, p.name, count(DISTINCT n.publisher) AS publishers,
       count(DISTINCT n.statement) AS statements, count(n.release_id) AS releases,
       coalesce(sum(n.mentions), 0) AS mentions, min(n.date) AS first_date, max(n.first) AS first_release_id,
       max(n.date) AS latest_date, max(n.latest) AS latest_release_id
FROM programs p LEFT JOIN named n ON n.program_id = p.id GROUP BY p.id;

CREATE VIEW mentions_by_publisher AS
WITH named AS (
    SELECT publisher, program_id, date, mentions,
           first_value(release_id) OVER (PARTITION BY publisher, program_id
               ORDER BY date, release_id) AS first,
           first_value(release_id) OVER (PARTITION BY publisher, program_id
               ORDER BY date DESC, release_id DESC) AS latest
    FROM release_programs
)
SELECT publisher, program_id, count(*) AS releases, sum(mentions) AS mentions, min(date) AS first_date,
       max(first) AS first_release_id, max(date) AS latest_date, max(latest) AS latest_release_id
FROM named GROUP BY publisher, program_id;

CREATE VIEW program_pairs AS
WITH named AS MATERIALIZED (
    SELECT g.release_id, g.program_id, g.date, coalesce(-s.story_id, g.release_id) AS statement
    FROM release_programs g LEFT JOIN story_members s ON s.release_id = g.release_id
)
SELECT a.program_id, b.program_id AS other_program_id, count(DISTINCT a.statement) AS statements,
       count(*) AS releases, min(a.date) AS first_date, max(a.date) AS latest_date
FROM named a JOIN named b ON b.release_id = a.release_id AND b.program_id <> a.program_id
GROUP BY a.program_id, b.program_id;

CREATE VIEW signatory_pairs AS
WITH signed AS MATERIALIZED (
    SELECT DISTINCT g.release_id, g.name, coalesce(r.published, r.first_seen) AS date,
           coalesce(-s.story_id, g.release_id) AS statement
    FROM signatories g JOIN releases r ON r.id = g.release_id
    LEFT JOIN story_members s ON s.release_id = g.release_id
)
SELECT a.name, b.name AS other_name, count(DISTINCT a.statement) AS statements, count(*) AS releases,
       min(a.date) AS first_date, max(a.date) AS latest_date
FROM signed a JOIN signed b ON b.release_id = a.release_id AND b.name <> a.name
GROUP BY a.name, b.name;
"""


@migrations()
def m006_questions(db: Database) -> None:
    """First and latest mentions, pairs of programs and of signatories; indices."""
    run_script(db, _INDICES + _VIEWS)
