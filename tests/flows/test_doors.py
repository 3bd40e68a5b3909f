"""The Prefect server that ``presswatch serve`` starts lets nobody in but who has its login."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from flows.serving.doors import OwnServer, own_server_in
from flows.serving.server_health import judged
from tests.browse.visitor import Visitor, visiting
from tests.flows.test_serving import said, serving
from tests.support.browser import find_browser
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.prefect_api import PrefectApi
from tests.support.processes import children_of, wait_for
from tests.support.setup import write_config
from tests.support.site import Site, serve_site


@dataclass
class Serving:
    """A ``presswatch serve`` that has read its feed once: its configuration, its process, its login."""

    config: Path
    process: psutil.Process
    dashboard: str
    login: str

    @property
    def home(self) -> Path:
        """The server's folder."""
        return self.config.parent / "prefect"

    @property
    def api(self) -> PrefectApi:
        """A client that has the login."""
        return PrefectApi({"PREFECT_API_URL": f"{self.dashboard}/api", "PREFECT_API_AUTH_STRING": self.login})

    def deployment(self) -> dict[str, Any]:
        """The deployment of the flow that reads the feeds, as its owner sees it."""
        found: list[dict[str, Any]] = self.api.post("deployments/filter", flows={"name": {"any_": ["watch"]}})
        return found[0]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A newsroom, and whoever else has a web server."""
    with serve_site() as served:
        yield served


@pytest.fixture(scope="module")
def running(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Served as a user does, with a umask that lets everybody read and write."""
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    port = free_port()
    rules = f'watch_every = "1h"\ndashboard_port = {port}'
    config = write_config(tmp_path_factory.mktemp("doors"), [feed], serve=rules)
    with serving(config, command=("sh", "-c", 'umask 0; exec "$@"', "sh")) as process:
        wait_for(lambda: "1 new release" in said(config), 120, "the first cycle")
        announced = re.search(r"dashboard: (\S+) \(.*: (.+)\)", said(config))
        assert announced
        assert announced[1] == f"http://127.0.0.1:{port}"
        login = Path(announced[2]).read_text(encoding="utf-8").strip()
        yield Serving(config, psutil.Process(process.pid), announced[1], login)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody with a browser on the machine."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with visiting(program, tmp_path_factory.mktemp("profile")) as somebody:
        yield somebody


def attack(deployment: dict[str, Any], trophy: Path) -> dict[str, Any]:
    """The deployment once more, with a step that runs a command before the flow."""
    script = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {trophy}"}}
    kept = ("name", "flow_id", "entrypoint", "path", "parameters")
    return {**{key: deployment[key] for key in kept}, "pull_steps": [script]}


@pytest.mark.prefect_server
def test_who_has_no_login_changes_nothing(running: Serving, tmp_path: Path) -> None:
    """A local user who posts the deployment with a command of his own, and starts a run, gets 401, whichever
    ``Host`` he names, and 403 already where a token that only the login gets is missing.
    """
    deployment = running.deployment()
    trophy = tmp_path / "executed"
    runs = running.api.post("flow_runs/count")
    tokens = running.api.csrf()
    asked = {
        "deployments/": attack(deployment, trophy),
        f"deployments/{deployment['id']}/create_flow_run": {"state": {"type": "SCHEDULED"}},
        "deployments/filter": {},
        "block_documents/filter": {"include_secrets": True},
    }
    for path, body in asked.items():
        for host in ({}, {"Host": "elsewhere.example"}):
            for headers, status in ({}, 403), (tokens, 401):
                answer = requests.post(
                    f"{running.dashboard}/api/{path}", json=body, headers=headers | host, timeout=30
                )
                assert answer.status_code == status, (path, answer.text)
    for path in ("csrf-token?client=x", "admin/settings"):
        assert requests.get(f"{running.dashboard}/api/{path}", timeout=30).status_code == 401
    wrong = requests.get(f"{running.dashboard}/api/admin/version", auth=("presswatch", "x"), timeout=30)
    assert wrong.status_code == 401
    assert running.deployment()["pull_steps"] == deployment["pull_steps"]
    assert running.api.post("flow_runs/count") == runs
    assert not trophy.exists()


@pytest.mark.prefect_server
def test_the_login_stands_where_only_its_owner_reads(running: Serving) -> None:
    """In no command line, no log, no file that others may open; whatever the umask, the server's files are
    its owner's alone. (In the folder of the dashboard's pages lie but copies of what everybody has.)
    """
    password = running.login.partition(":")[2]
    assert len(password) >= 32
    processes = [running.process, *children_of(running.process)]  # type: ignore[arg-type]
    assert len(processes) >= 4
    for process in processes:
        assert password not in " ".join(process.cmdline())
    assert password not in said(running.config)
    assert password not in (running.home / "server.log").read_text(encoding="utf-8")
    found = [running.home, *(path for path in running.home.rglob("*") if path.exists())]
    assert {"prefect.db", "server.log", "dashboard-login"} <= {path.name for path in found}
    pages = running.home / "ui"
    open_to_others = [
        path for path in found if pages not in path.parents and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


_FOREIGN = """
<script>
const api = "DASHBOARD/api";
const ask = (path, options) => fetch(api + path, options)
  .then(answer => answer.type === "opaque" ? "sent" : answer.text()).catch(() => "refused");
const json = {method: "POST", headers: {"Content-Type": "application/json"}};
const blind = {method: "POST", mode: "no-cors", credentials: "include"};
window.tried = Promise.all([
  ask("/deployments/filter", {...json, body: "{}"}),
  ask("/admin/settings", {credentials: "include"}),
  ask("/csrf-token?client=x", {credentials: "include"}),
  ask("/deployments/", {...json, body: BODY}),
  ask("/deployments/", {...blind, body: BODY}),
  ask("/deployments/ID/create_flow_run", {...blind, body: "{}"}),
]).then(all => all.join(" "));
</script>
"""


@pytest.mark.browser
@pytest.mark.prefect_server
def test_a_person_logs_in_and_a_foreign_page_gets_nowhere(
    running: Serving, site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    """In one browser: the announced dashboard asks for the login and then shows the runs; a page of another
    origin, even while that person is logged in, reads nothing and alters nothing.
    """
    visitor.go(running.dashboard)
    visitor.until("document.querySelector('input[type=password]')")
    assert "UTC:" not in visitor.look("document.body.innerText")
    visitor.look("document.querySelector('input[type=password]').focus()")
    visitor.page.call("Input.insertText", text=running.login)
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    visitor.page.call("Input.dispatchKeyEvent", type="keyDown", text="\r", **enter)
    visitor.until("location.pathname.endsWith('/dashboard')")
    visitor.go(f"{running.dashboard}/v2/runs")
    visitor.until("document.body.innerText.includes('1 new')")

    deployment, runs = running.deployment(), running.api.post("flow_runs/count")
    body = json.dumps(json.dumps(attack(deployment, tmp_path / "executed")))
    page = _FOREIGN.replace("DASHBOARD", running.dashboard).replace("ID", deployment["id"])
    visitor.go(site.publish("/page", page.replace("BODY", body).encode(), content_type="text/html"))
    assert visitor.look("tried") == "refused refused refused refused sent sent"
    assert running.deployment()["pull_steps"] == deployment["pull_steps"]
    assert running.api.post("flow_runs/count") == runs
    assert not (tmp_path / "executed").exists()


def test_the_address_stays_and_the_login_does_not(tmp_path: Path) -> None:
    """A port once chosen is had again at the next start, one that is named in any case; a port that is taken
    is left alone for this time, and the login is new each time, but where the environment names one.
    """
    first, second = own_server_in(tmp_path, {}), own_server_in(tmp_path, {})
    assert first.port == second.port == second.wanted_port
    assert first.login != second.login
    assert own_server_in(tmp_path, {"PREFECT_SERVER_API_AUTH_STRING": "me:mine"}).login == "me:mine"
    with serve_site() as other:
        taken = int(other.base.rpartition(":")[2])
        moved = own_server_in(tmp_path, {}, taken)
        assert moved.wanted_port == taken != moved.port
        (tmp_path / "port").write_text(str(taken), encoding="utf-8")
        assert own_server_in(tmp_path, {}).port != taken
    assert own_server_in(tmp_path, {}).port == taken
    assert own_server_in(tmp_path, {}, first.port).port == first.port


def test_clients_do_not_hand_the_server_their_address() -> None:
    """The server's environment has its locks, and not what would make it a client of another."""
    server = OwnServer(Path("home"), 4200, 4200, "presswatch:secret")
    around = {"PREFECT_API_URL": "http://elsewhere/api", "PREFECT_API_AUTH_STRING": "x:y", "PATH": "/bin"}
    told = server.for_server(around)
    assert told["PATH"] == "/bin"
    assert "PREFECT_API_URL" not in told and "PREFECT_API_AUTH_STRING" not in told
    assert told["PREFECT_SERVER_API_AUTH_STRING"] == "presswatch:secret"
    assert told["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"
    assert server.for_clients()["PREFECT_API_AUTH_STRING"] == "presswatch:secret"


@pytest.mark.parametrize(
    ("without", "with_login", "login", "key", "said_of_it"),
    [
        pytest.param(200, None, False, False, "open", id="a server without a login"),
        pytest.param(200, 200, True, False, "open", id="the same, where a login is given"),
        pytest.param(401, None, False, False, "asks", id="a login that nobody gave"),
        pytest.param(401, 401, True, False, "refuses", id="a wrong login"),
        pytest.param(401, 200, True, False, "", id="a right one"),
        pytest.param(401, None, False, True, "", id="the cloud service, by its key"),
        pytest.param(404, None, False, False, "", id="something without that endpoint"),
        pytest.param(None, None, False, False, "", id="nobody answers"),
    ],
)
def test_a_server_of_the_users_is_judged_by_its_login(
    without: int | None, with_login: int | None, login: bool, key: bool, said_of_it: str
) -> None:
    """Open to everybody, shut to us, or as it should be."""
    door = judged(without, with_login, has_login=login, has_key=key)
    assert (door.state if door else "") == said_of_it


def test_a_server_without_a_login_is_warned_of(site: Site, tmp_path: Path) -> None:
    """By ``serve`` as it starts, with what to do."""
    site.publish("/open/api/health", b"true", content_type="application/json")
    site.publish("/open/api/admin/version", b'"3.9.1"', content_type="application/json")
    config = write_config(tmp_path, ["http://127.0.0.1:9/feed"])
    with serving(config, PREFECT_API_URL=f"{site.base}/open/api"):
        wait_for(lambda: "asks for no login" in said(config), 60, "the warning")
    assert "Set PREFECT_SERVER_API_AUTH_STRING" in said(config)
