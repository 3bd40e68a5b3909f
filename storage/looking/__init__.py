"""Looking into the archive: the query language, search, what is known of a release, tables for others."""
