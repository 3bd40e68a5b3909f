"""A dead man's switch: an address that is asked for after each cycle that went well.

A service such as Healthchecks (https://healthchecks.io/docs/http_api/), Uptime Kuma or Cronitor raises the
alarm when it is not asked for any more, which also happens when the whole machine is gone.
"""

from __future__ import annotations

import os
from pkgutil import resolve_name

from presswatch.cycle import CycleReport
from presswatch.watch import ServeRules


def heartbeat_address(rules: ServeRules) -> str:
    """The address to ask for, from the configuration or the environment; empty for none."""
    return rules.heartbeat_url or (os.environ.get(rules.heartbeat_env, "") if rules.heartbeat_env else "")


def beat(rules: ServeRules, report: CycleReport) -> bool:
    """Ask for the address if the cycle went well (not ``report.in_vain``); whether that was accepted.

    See :func:`flows.reporting.pinging.ping`: it never raises, and is loaded only where there is an address:
    a cycle without news needs no HTTP library.
    """
    url = heartbeat_address(rules)
    if not url or report.in_vain:
        return False
    accepted: bool = resolve_name("flows.reporting.pinging:ping")(url)
    return accepted
