"""The site: Datasette on the archive, read-only."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from datasette.app import Datasette
from datasette.plugins import pm
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from storage.browsing import plugin
from storage.browsing.bounds import BoundedDatabase, Bounds, bound_memory
from storage.browsing.downloads import AT_ONCE
from storage.browsing.gate import Gate
from storage.browsing.headers import Headers
from storage.browsing.login import Login
from storage.browsing.metadata import DATABASE, metadata
from storage.browsing.spreadsheets import Cell, Spreadsheets
from storage.connection import open_for_reading

_OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

_SETTINGS = {
    "allow_download": False,  # of the file as a whole: it may be gigabytes, and is being written
    "default_facet_size": 10,
    "default_page_size": 50,
    "facet_time_limit_ms": 150,  # on a big archive a page must not wait for its facets
    "max_csv_mb": 0,  # without end: a download is whole
    "max_returned_rows": 5_000,  # of the coverage by publisher and month
    "sql_time_limit_ms": 5_000,
    "suggest_facets": False,  # those that help are chosen; looking for others costs more than the page
    "truncate_cells_html": 400,
}


def make_site(archive: Path, password: str = "", *, cell: Cell) -> ASGIApp:
    """The application that shows an archive. Each cell of a CSV passes through ``cell``, which makes it safe.

    With a password, every page asks for it. Without, only requests that name this machine as ``localhost`` or
    by its loopback address are answered: a page elsewhere whose name was made to lead here (DNS rebinding) is
    not. Raises :class:`presswatch.errors.ArchiveError` where there is no archive of this version.
    """
    open_for_reading(archive).close()
    if not pm.is_registered(plugin):
        pm.register(plugin, name="presswatch")
    folder = files("storage.browsing")
    with as_file(folder) as path:
        datasette = Datasette(
            template_dir=str(path / "templates"),
            static_mounts=[("presswatch", str(path / "static"))],
            metadata=metadata(asks_password=bool(password)),
            settings=_SETTINGS,
        )
    datasette.presswatch_login = Login.with_password(password) if password else None
    datasette.remove_database("_memory")
    bound_memory()
    database = BoundedDatabase(datasette, path=str(archive), is_mutable=True, downloads=AT_ONCE)
    datasette.add_database(database, name=DATABASE)
    app = Headers(Gate(Bounds(Spreadsheets(datasette.app(), cell))))
    return app if password else TrustedHostMiddleware(app, allowed_hosts=_OWN_HOSTS, www_redirect=False)
