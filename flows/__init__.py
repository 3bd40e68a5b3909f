"""Running cycles: once, by hand or by cron (:mod:`flows.cycle`), or on schedule, by Prefect.

This is the only package that imports Prefect, and only in the modules ``watch``, ``deliver`` and
``deployments``, so that a single cycle starts without it.
"""
