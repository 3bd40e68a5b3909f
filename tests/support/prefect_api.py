"""A client of a Prefect server's API that logs in, with plain HTTP, as an outsider would have to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

CLIENT = "tests"


class PrefectApi:
    """Asks the server of an environment, with the login that this holds."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.url = environment["PREFECT_API_URL"]
        name, _, password = environment["PREFECT_API_AUTH_STRING"].partition(":")
        self._session = requests.Session()
        self._session.auth = (name, password)
        self._session.headers.update(self.csrf())

    def csrf(self) -> dict[str, str]:
        """The headers that a request needs besides the login, if it changes anything."""
        answer = self._session.get(f"{self.url}/csrf-token", params={"client": CLIENT}, timeout=30)
        return {"Prefect-Csrf-Token": answer.json()["token"], "Prefect-Csrf-Client": CLIENT}

    def post(self, path: str, **wanted: Any) -> Any:
        """What the server answers."""
        answer = self._session.post(f"{self.url}/{path}", json=wanted, timeout=30)
        answer.raise_for_status()
        return answer.json()
