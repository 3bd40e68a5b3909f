"""The archive: one SQLite file that holds what was read, what it mentions, and what was told to whom.

Any SQLite tool opens it: ``sqlite3``, ``sqlite-utils``, Datasette, pandas. Times are UTC, ISO 8601.
"""
