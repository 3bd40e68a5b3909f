"""The archive as a site: what Datasette shows of it, and how. Needs the extra ``web``."""
